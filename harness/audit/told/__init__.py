"""What the client is told of a failure of the provider."""
