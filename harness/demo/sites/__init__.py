"""The demo's sites, a module or a package each."""
