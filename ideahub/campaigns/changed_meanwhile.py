"""Saving a step that somebody else changed meanwhile: nobody's words are replaced unseen."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from ideahub.campaigns.models import Campaign
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict


class ChangedMeanwhile(Conflict):
    """What stands there now was not seen by who sends; `names` are the fields that differ."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(_("Somebody else changed this step after you opened it."))
        self.names = names


def fingerprint(stored: Iterable[Any]) -> str:
    """Something short that differs whenever the stored values do."""
    text = "\x1f".join(f"{value}" for value in stored)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def step_fingerprint(campaign: Campaign, names: Sequence[str]) -> str:
    """The fingerprint of the fields of one step, as they are stored."""
    return fingerprint(getattr(campaign, name) for name in names)


def must_stand_as_seen(
    campaign: Campaign, names: Sequence[str], values: Mapping[str, Any], seen: str
) -> None:
    """Raises ChangedMeanwhile where these values would replace others than those whose
    fingerprint is `seen`. The same values sent twice replace nothing."""
    differing = [name for name, value in values.items() if getattr(campaign, name) != value]
    if differing and seen != step_fingerprint(campaign, names):
        raise ChangedMeanwhile(differing)
