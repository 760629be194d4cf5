"""The forms of panels, judges, conflicts and assignments."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ideahub.core import lengths
from ideahub.core.i18n import _
from ideahub.core.text.cleaning import COMMAS, SEMICOLONS, clean_line
from ideahub.http.forms import (
    FieldError,
    checkbox,
    choice,
    line,
    number,
    own_field,
    repeated,
    text,
)
from ideahub.judging.accepting import MOST_EXPERTISE
from ideahub.judging.assigning import LONGEST_SEED
from ideahub.judging.models import ConflictCategory
from ideahub.judging.panels import PanelView
from ideahub.judging.setting_up import MOST_PER_ENTRY, PanelPlan

BETWEEN = re.compile(rf"[\s{re.escape(COMMAS + SEMICOLONS)}]+")
LONGEST_ADDRESSES = 10_000
LONGEST_EXPERTISE = 80


class ReadingMode(StrEnum):
    """Whether judges see who is behind an entry."""

    BLIND = "blind"
    NAMED = "named"


def several_addresses() -> Any:
    """A field for mail addresses, with anything between them that people put there."""

    def parse(typed: str) -> list[str]:
        return [one.strip("<>") for one in BETWEEN.split(typed) if "@" in one or one.strip("<>")]

    return own_field(parse, (), required=True, most=LONGEST_ADDRESSES)


def subjects() -> Any:
    """A field for subjects that a judge knows about, separated by commas."""

    def parse(typed: str) -> list[str]:
        words = [
            clean_line(one) for one in re.split(f"[{re.escape(COMMAS + SEMICOLONS)}\n]", typed)
        ]
        found = list(dict.fromkeys(word for word in words if word))
        if any(len(word) > LONGEST_EXPERTISE for word in found):
            raise FieldError(_("Shorten each to %(most)s characters.", most=LONGEST_EXPERTISE))
        if len(found) > MOST_EXPERTISE:
            raise FieldError(_("At most %(most)s, please.", most=MOST_EXPERTISE))
        return found

    return own_field(parse, (), most=2_000)


@dataclass
class PanelForm:
    """What a manager decides about a panel."""

    name: str = line(lengths.PANEL_NAME, required=True)
    entries_phase_id: int | None = number(1, 2**62, required=True)
    phase_id: int | None = number(1, 2**62, required=True)
    reading: ReadingMode | None = choice(ReadingMode, required=True)
    judges_per_entry: int | None = number(1, MOST_PER_ENTRY)
    shares_scores: bool = checkbox()
    names_judges: bool = checkbox()
    terms: str = text()

    @property
    def plan(self) -> PanelPlan:
        """The fields as the rules take them; only for a form without errors."""
        assert self.entries_phase_id is not None
        assert self.phase_id is not None
        return PanelPlan(
            name=self.name,
            entries_phase_id=self.entries_phase_id,
            phase_id=self.phase_id,
            blind=self.reading is not ReadingMode.NAMED,
            judges_per_entry=self.judges_per_entry,
            shares_scores=self.shares_scores,
            names_judges=self.names_judges,
            terms=self.terms,
        )


def panel_form_of(panel: PanelView) -> PanelForm:
    """The form with what a panel is now."""
    return PanelForm(
        name=panel.name,
        entries_phase_id=panel.entries_phase_id,
        phase_id=panel.phase_id,
        reading=ReadingMode.BLIND if panel.blind else ReadingMode.NAMED,
        judges_per_entry=panel.judges_per_entry,
        shares_scores=panel.shares_scores,
        names_judges=panel.names_judges,
        terms=panel.terms,
    )


@dataclass
class JudgesForm:
    """Whom to invite."""

    addresses: list[str] = several_addresses()


@dataclass
class JudgeRemovalForm:
    """Why a judge drops out, and whether what they have finished does not count."""

    reason: str = text(lengths.REASON, required=True)
    seal: bool = checkbox()


@dataclass
class ShareOutForm:
    """How to share out the entries: `seen` is what the manager saw of what it reads."""

    k: int | None = number(1, MOST_PER_ENTRY)
    seed: str = line(LONGEST_SEED, required=True)
    seen: str = line(64)


@dataclass
class AcceptanceForm:
    """A judge accepts the terms, and says what they know about."""

    accepts: bool = checkbox()
    expertise: list[str] = subjects()


@dataclass
class ExpertiseForm:
    """What a judge knows about."""

    expertise: list[str] = subjects()


@dataclass
class ConflictForm:
    """A conflict of interest."""

    category: ConflictCategory | None = choice(ConflictCategory, required=True)
    reason: str = text(lengths.REASON)


@dataclass
class RecusalForm:
    """Why a judge steps back from an entry."""

    category: ConflictCategory | None = choice(ConflictCategory, required=True)
    reason: str = text(lengths.REASON, required=True)


@dataclass
class DeclarationForm:
    """All conflicts are declared with the people on the page, who are `shown`; `goes_on` where
    there are more."""

    shown: list[str] = repeated(1_000, 20)
    goes_on: str = line(3)


@dataclass
class UnblindingForm:
    """Of which entry a judge is shown who is behind it, and why."""

    entry: int | None = number(1, 2**62, required=True)
    reason: str = text(lengths.REASON, required=True)
