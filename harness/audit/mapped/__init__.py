"""Whether what the caller gave reaches the provider, and nothing else does."""
