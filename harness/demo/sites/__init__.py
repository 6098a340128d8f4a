"""The demo's sites beside the shop, a module each."""
