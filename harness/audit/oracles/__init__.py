"""What the answers of a server mean, by area; each oracle reads observations only."""
