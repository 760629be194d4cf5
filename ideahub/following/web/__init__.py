"""Handlers and parts of following."""
