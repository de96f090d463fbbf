"""How a server takes arguments: which are tried, what it says to them, and what becomes of them."""
