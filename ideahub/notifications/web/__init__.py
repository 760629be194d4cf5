"""Handlers and parts of what people are told."""
