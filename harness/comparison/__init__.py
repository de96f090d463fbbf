"""Which of two is better: definitions as sets of accepted arguments, results pair by pair.

`definitions.compare_tools` and `runs.compare_runs` are the ways in; all of it is pure.
"""
