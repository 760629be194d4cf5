"""IdeaHub: challenges and idea boxes for public bodies, live from spark to everyday practice."""

__version__ = "0.1.0"
