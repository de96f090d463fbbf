"""Defects that are laid between client and target, as pure functions; no I/O."""
