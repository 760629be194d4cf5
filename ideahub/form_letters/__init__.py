"""Form letters: ideas with nearly the same text, sent by many people, shown as one with its count.

Nothing is dropped: each letter keeps its page, its support and its place in all counts.
"""
