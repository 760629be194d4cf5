"""What stops a command, but not because of a fault in the code."""


class Correctable(Exception):
    """What the operator can correct; the message is a sentence that says how."""
