"""Telling people what happened in what they follow or take part in: on a page, and by mail."""
