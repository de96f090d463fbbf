"""Six scores for a tool definition without a model, each with the words that it rests on.

`score` is the way in; every dimension has a file of its own; words and phrases are data.
"""
