"""The leader's desk: what waits for a person, and decisions made in five minutes."""
