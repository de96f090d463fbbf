"""The first files of a project that tests its own server."""
