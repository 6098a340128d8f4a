/* Stand-in for a UET tag's configuration: its arrival lets the tag send. */
