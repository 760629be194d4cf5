"""Public voting: what people vote for among the entries of a challenge, and what comes of it."""
