"""The documented tools as data: targets here; cassettes and scenarios are added to a wheel."""
