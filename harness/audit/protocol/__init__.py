"""What the protocol phase looks at, as data: aims, places for a sentinel, answers that name it."""
