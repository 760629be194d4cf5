"""Questions to whoever asks: what people want to know of a challenge, the answers that all can
read, and announcements."""
