"""Saving a step that somebody else changed meanwhile: nobody's words are replaced unseen."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from ideahub.campaigns.models import Campaign


def fingerprint(stored: Iterable[Any]) -> str:
    """Something short that differs whenever the stored values do."""
    text = "\x1f".join(f"{value}" for value in stored)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def step_fingerprint(campaign: Campaign, names: Sequence[str]) -> str:
    """The fingerprint of the fields of one step, as they are stored."""
    return fingerprint(getattr(campaign, name) for name in names)


def changed_meanwhile(
    campaign: Campaign, names: Sequence[str], values: Mapping[str, Any], seen: str
) -> list[str]:
    """The fields in which these values would replace others than those whose fingerprint is
    `seen`. The same values sent twice replace nothing."""
    differing = [name for name, value in values.items() if getattr(campaign, name) != value]
    return differing if seen != step_fingerprint(campaign, names) else []
