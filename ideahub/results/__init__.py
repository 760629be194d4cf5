"""What the judges found: results, how they were computed, and what they are worth."""
