"""Panels of judges, conflicts of interest, assignments, and scorecards."""
