"""Running scenarios: the one path that the command line and other faces call."""
