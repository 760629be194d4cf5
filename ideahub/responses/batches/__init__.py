"""Answers to many ideas at once: chosen, written once, each looked at, and sent together."""
