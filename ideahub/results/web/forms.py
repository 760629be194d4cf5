"""The forms of results."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from ideahub.campaigns.local_time import known_zones, moment_of
from ideahub.core import lengths
from ideahub.http.forms import (
    amount,
    choice,
    day,
    exact_money,
    line,
    moment,
    number,
    repeated,
    text,
)
from ideahub.results.models import DecisionKind


def known_zone(timezone: str) -> str:
    """The zone, if it is one; else UTC."""
    return timezone if timezone in known_zones() else "UTC"


class YesNo(StrEnum):
    """A question that is answered yes or no."""

    YES = "yes"
    NO = "no"


@dataclass
class PublicationForm:
    """What is published with a run; `seen` is the number of the result that is published now."""

    run: int | None = number(1, 2**62)
    seen: int | None = number(0, 2**62)
    appeals_until: datetime | None = moment(required=True)
    timezone: str = line(60)
    note: str = text(lengths.TEXT)

    @property
    def until(self) -> datetime:
        """The moment at which the time for appeals ends; only for a form without errors."""
        assert self.appeals_until is not None
        return moment_of(self.appeals_until, self.zone, last=True).at

    @property
    def zone(self) -> str:
        """The zone that was chosen; UTC for one that is not known."""
        return known_zone(self.timezone)


@dataclass
class ThirdReadingForm:
    """Which judge reads an entry once more, and until when."""

    reader: int | None = number(1, 2**62, required=True)
    until: datetime | None = moment(required=True)
    timezone: str = line(60)

    @property
    def ends_at(self) -> datetime:
        """The moment at which it ends; only for a form without errors."""
        assert self.until is not None
        return moment_of(self.until, self.zone, last=True).at

    @property
    def zone(self) -> str:
        """The zone that was chosen; UTC for one that is not known."""
        return known_zone(self.timezone)


@dataclass
class AppealForm:
    """An appeal of an entrant."""

    text: str = text(lengths.TEXT, required=True)


@dataclass
class AppealDecisionForm:
    """How an appeal is decided, and why."""

    upheld: YesNo | None = choice(YesNo, required=True)
    reason: str = text(lengths.REASON, required=True)


@dataclass
class CorrectionForm:
    """What a score becomes, and why."""

    new_value: Decimal | None = amount(negative=True, required=True)
    reason: str = text(lengths.REASON, required=True)


@dataclass
class RaisedForm:
    """An entry that the panel should talk about, by its number, and why."""

    number: int | None = number(1, 10**9, required=True)
    why: str = text(lengths.REASON)


@dataclass
class MeetingNoteForm:
    """What somebody says in the meeting."""

    text: str = text(lengths.TEXT, required=True)


@dataclass
class MeetingDecisionForm:
    """What the panel decides about an entry, and why."""

    kind: DecisionKind | None = choice(DecisionKind, required=True)
    reason: str = text(lengths.REASON, required=True)


@dataclass
class AdvancementForm:
    """Which entries are invited into which phase, and why."""

    to_phase: int | None = number(1, 2**62, required=True)
    entries: list[str] = repeated(1_000, 20)
    reason: str = text(lengths.REASON)


@dataclass
class AwardForm:
    """What an entry wins."""

    entry: int | None = number(1, 2**62, required=True)
    prize: int | None = number(1, 2**62)
    title: str = line(lengths.CAMPAIGN_TITLE)
    amount: Decimal | None = exact_money()
    currency: str = line(3)
    reason: str = text(lengths.REASON)


@dataclass
class CheckForm:
    """Whether something on the checklist of an award is so."""

    passed: YesNo | None = choice(YesNo, required=True)
    note: str = text(lengths.REASON)


@dataclass
class NewCheckForm:
    """Something more that has to be verified."""

    text: str = line(lengths.FIELD_HELP, required=True)


@dataclass
class RevocationForm:
    """The reason for something that is taken back."""

    reason: str = text(lengths.REASON, required=True)


@dataclass
class PaymentForm:
    """A part of an award that is to be paid."""

    title: str = line(lengths.CAMPAIGN_TITLE, required=True)
    amount: Decimal | None = exact_money()
    due_on: date | None = day()


@dataclass
class PaidForm:
    """When a payment was made."""

    paid_on: date | None = day(required=True)
    note: str = text(lengths.REASON)


@dataclass
class ReasonsForm:
    """The words of a manager for an entrant, and which comments of judges are passed on."""

    words: str = text(lengths.TEXT)
    comments: list[str] = repeated(500, 20)


@dataclass
class SignatureForm:
    """The answers that were shown in full on the page, each with its fingerprint."""

    seen: list[str] = repeated(50, 80)


@dataclass
class ReleaseForm:
    """From when on entrants can read their reasons."""

    answers_from: datetime | None = moment(required=True)
    timezone: str = line(60)

    @property
    def at(self) -> datetime:
        """The moment; only for a form without errors."""
        assert self.answers_from is not None
        zone = self.timezone if self.timezone in known_zones() else "UTC"
        return moment_of(self.answers_from, zone).at


class LetterTo(StrEnum):
    """Which entrants a letter goes to."""

    EVERYONE = "everyone"
    WINNERS = "winners"
    INVITED = "invited"
    OTHERS = "others"


@dataclass
class LetterForm:
    """A letter to many, with placeholders."""

    recipients: LetterTo | None = choice(LetterTo, required=True)
    subject: str = line(lengths.LETTER_SUBJECT, required=True)
    text: str = text(lengths.TEXT, required=True)


@dataclass
class LettersSeenForm:
    """The letters that were shown in full on the page, and those to leave out."""

    seen: list[str] = repeated(50, 20)
    left_out: list[str] = repeated(50, 20)
