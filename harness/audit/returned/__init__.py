"""What the caller gets of a provider's answer: where it stands, and how it differs."""
