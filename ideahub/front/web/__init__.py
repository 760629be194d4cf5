"""Handlers of a person's own page."""
