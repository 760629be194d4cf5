"""Leaders' public answers to ideas: what is owed until when, what was answered, what wakes it."""
