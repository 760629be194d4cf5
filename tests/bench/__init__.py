"""Measures a running IdeaHub beside yardsticks from the same run: `make bench`."""
