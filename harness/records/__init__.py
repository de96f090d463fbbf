"""The records that every other part of the harness reads and writes."""
