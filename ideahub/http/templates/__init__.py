"""Templates compiled to code that puts plain strings together: the same pages, for less work."""
