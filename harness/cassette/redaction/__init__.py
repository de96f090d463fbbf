"""Finding and replacing secrets: the rules as data, and the parts that `redact` puts together."""
