/* Stand-in for a pixel's configuration: its arrival lets the pixel send. */
