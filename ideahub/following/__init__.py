"""Who follows an idea, and what one follows oneself."""
