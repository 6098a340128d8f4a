"""Files in, model out: every mistake named with its file, line and column."""
