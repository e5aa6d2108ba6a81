"""Twenty-four photos that nobody took: drawn here, so that a demo needs no downloads.

They are drawn once and kept by their content; every account that adds them shares them.
"""
