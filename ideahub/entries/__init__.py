"""Custom entry forms, and the entries that people and teams send to a phase."""
