"""Exports of entries, scores, decisions and runs: read in portions, written while they are read."""
