"""What comes next for whoever manages something, with the way there."""

from typing import NamedTuple


class NextStep(NamedTuple):
    """A step: what it is, a sentence about it, and the label and address of the link to it; without
    an address there is nothing to do but to wait."""

    title: str
    text: str
    label: str = ""
    href: str = ""
