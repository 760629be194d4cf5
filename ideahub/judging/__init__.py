"""Who judges which entry."""
