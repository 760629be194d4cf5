"""What a template is made of. Every text is in English and marked by `N_`: it is translated when a
campaign is made from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from ideahub.campaigns.models import Accepts, Audience, CampaignKind, Purpose

FieldKind = Literal[
    "short_text",
    "long_text",
    "number",
    "choice",
    "choices",
    "yes_no",
    "link",
    "file",
    "consent",
]
Scale = Literal["points", "rating", "yes_no"]


class Point(NamedTuple):
    """A local time in the plan: so many days after the manager's opening or closing, at a time of
    day; without `at` at the time of day that the manager chose."""

    after: Literal["opening", "closing"]
    days: int = 0
    at: time | None = None

    def local(self, opening: datetime, closing: datetime) -> datetime:
        """The local time, for the local opening and closing that the manager chose."""
        start = opening if self.after == "opening" else closing
        chosen = start + timedelta(days=self.days)
        return chosen if self.at is None else datetime.combine(chosen.date(), self.at)


OPENING, CLOSING = Point("opening"), Point("closing")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOutline:
    """A field of the form for entries; `in_blind` says whether judges who read without names see
    it, `in_public` whether everybody does where the entry is put to a public vote. Only the two
    kinds of choices have options."""

    kind: FieldKind
    key: str
    label: str
    help: str = ""
    required: bool = True
    in_blind: bool = True
    in_public: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionOutline:
    """What entries are scored by; the weights of a template are percentages and sum to 100."""

    name: str
    description: str
    weight: Decimal
    scale: Scale = "points"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseOutline:
    """A phase of the plan. `invited_from` is the name of the earlier phase from which alone entries
    are taken. `form` and `criteria` are for this phase where they are not those of the template."""

    name: str
    purpose: Purpose
    opens: Point
    closes: Point
    accepts: tuple[Accepts, ...] = ()
    invited_from: str = ""
    form: tuple[FieldOutline, ...] = ()
    criteria: tuple[CriterionOutline, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignTemplate:
    """What a campaign can be started from.

    `prompts` are questions that help the manager, by the name of the field at which they stand.
    `days` is how long it is open as a rule, `shortest` how many days it needs at least; it closes
    at `closes_at`, and on `weekday` (Monday is 0) where one is given. `form` is for the phases that
    accept entries, `criteria` for those in which entries are scored.
    """

    key: str
    name: str
    hint: str
    icon: str
    kind: CampaignKind = CampaignKind.CHALLENGE
    audience: Audience = Audience.PUBLIC
    title_hint: str
    opening: str
    tagline: str
    description: tuple[str, ...]
    prompts: Mapping[str, str]
    phases: tuple[PhaseOutline, ...] = ()
    days: int = 42
    shortest: int = 1
    closes_at: time = time(18)
    weekday: int | None = None
    rules: tuple[str, ...]
    form: tuple[FieldOutline, ...]
    criteria: tuple[CriterionOutline, ...]
    topics: tuple[str, ...] = field(default=())

    def phase_at(self, position: int) -> PhaseOutline | None:
        """The phase of its plan at this position, counted from 1; None where it plans none."""
        return self.phases[position - 1] if position <= len(self.phases) else None

    @property
    def every_field(self) -> tuple[FieldOutline, ...]:
        """What its forms ask, those of all rounds."""
        return self.form + tuple(one for phase in self.phases for one in phase.form)

    @property
    def every_criterion(self) -> tuple[CriterionOutline, ...]:
        """What is scored, in all rounds."""
        return self.criteria + tuple(one for phase in self.phases for one in phase.criteria)

    def usual_closing(self, opening: datetime) -> datetime:
        """The local time at which it closes as a rule, for a local opening."""
        last = opening.date() + timedelta(days=self.days)
        if self.weekday is not None:
            last += timedelta(days=(self.weekday - last.weekday()) % 7)
        return datetime.combine(last, self.closes_at)
