"""Detects that somebody else changed a form's fields after it was opened (a lost update)."""

from collections.abc import Mapping, Sequence
from typing import Any

from ideahub.campaigns.models import Campaign
from ideahub.core.fingerprints import fingerprint


def step_fingerprint(campaign: Campaign, names: Sequence[str]) -> str:
    """The fingerprint of these fields of the campaign, as they are stored."""
    return fingerprint(getattr(campaign, name) for name in names)


def changed_meanwhile(
    campaign: Campaign, names: Sequence[str], values: Mapping[str, Any], seen: str
) -> list[str]:
    """The names of fields whose stored values the sender has not seen and would replace.

    `seen` is the fingerprint of the step when its form was opened. Empty where nothing has changed
    since, and where the values equal the stored ones, as when a form is sent twice.
    """
    differing = [name for name, value in values.items() if getattr(campaign, name) != value]
    return differing if seen != step_fingerprint(campaign, names) else []
