"""“You said, we did”: pages that say what people asked for, and what became of it."""
