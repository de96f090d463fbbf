"""What each phase of an audit asks of a tool."""
