"""People who take part without their name, and facilitators who speak for them."""
