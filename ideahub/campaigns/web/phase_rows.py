"""The rows of the phases' form: reads them, and adds, removes and moves them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ideahub.campaigns.labels import purpose_choices
from ideahub.campaigns.local_time import (
    is_second,
    typed_time,
)
from ideahub.campaigns.models import Phase, Purpose
from ideahub.campaigns.phases import PhaseNow
from ideahub.campaigns.scheduling import MOST_PHASES
from ideahub.core import lengths
from ideahub.core.fingerprints import fingerprint
from ideahub.http.forms import Form, blank, choice, line, moment, number, repeated
from ideahub.http.rows import Rows, about_to_go, asked_for, kept_fields, remove_or_move

# A day: who needs more, moves the end.
MOST_GRACE_MINUTES = 24 * 60
FIRST, SECOND = "first", "second"
HIDDEN_FIELDS = {"id", "seen"}


@dataclass
class PhaseRow:
    """The fields of one phase; `seen` is the fingerprint of the phase when it was opened."""

    id: str = line(20)
    name: str = line(lengths.PHASE_NAME)
    opens: datetime | None = moment()
    closes: datetime | None = moment()
    timezone: str = line(60)
    purpose: Purpose | None = choice(Purpose)
    accepts: list[str] = repeated(20, 40)
    # Which of the two is meant, "first" or "second", where the hour comes twice.
    opens_which: str = line(10)
    closes_which: str = line(10)
    # How many minutes after its end it still takes what comes late.
    grace: int | None = number(0, MOST_GRACE_MINUTES)
    # The number of the earlier phase from which alone entries are taken.
    invited_from: str = line(20)
    reason: str = line(lengths.NOTE)
    seen: str = line(40)

    @property
    def number(self) -> int | None:
        """The number of the stored phase, None for a new one."""
        return int(self.id) if self.id.isdecimal() else None

    @property
    def source(self) -> int | None:
        """The number of the phase from which entries are invited, None for everyone's; 0 for what
        is no number."""
        typed = self.invited_from
        return (int(typed) if typed.isdecimal() else 0) if typed else None


Row = Form[PhaseRow]
ROWS = Rows("phase", PhaseRow, MOST_PHASES)


def stored_rows(phases: Sequence[PhaseNow]) -> list[Row]:
    """Rows that show the stored phases."""
    return [
        blank(
            PhaseRow,
            id=phase.id,
            name=phase.name,
            opens=typed_time(phase.opens_at, phase.timezone, phase.opens_local),
            closes=typed_time(phase.closes_at, phase.timezone, phase.closes_local),
            opens_which=which_of_two(phase.opens_at, phase.timezone),
            closes_which=which_of_two(phase.closes_at, phase.timezone),
            timezone=phase.timezone,
            purpose=phase.purpose.value,
            accepts=list(phase.accepts),
            grace=phase.grace_seconds // 60 or "",
            invited_from=phase.invited_from_id or "",
            seen=phase_fingerprint(phase),
        )
        for phase in phases
    ]


def which_of_two(at: datetime | None, timezone: str) -> str:
    """ "first" or "second" for a moment in an hour that comes twice in its zone; else empty."""
    second = is_second(at, timezone) if at else None
    return "" if second is None else SECOND if second else FIRST


def row_taken_out(rows: Sequence[Row], deed: str) -> dict[str, Any]:
    """What stands in the row that is about to be removed, for the address of the next page; empty
    for any other button."""
    row = about_to_go(rows, deed)
    return kept_fields(row, HIDDEN_FIELDS) if row else {}


def row_in_query(query: Iterable[tuple[str, Any]]) -> Row | None:
    """The row that was removed just now, as the address says it; None where there is none."""
    asked = asked_for(query)
    return gone_row(asked) if "gone-name" in asked or "gone-opens" in asked else None


def gone_row(sent: Mapping[str, list[Any]]) -> Row:
    """The row that was removed, from fields such as `gone-name`, as a new one."""
    return ROWS.gone(sent, HIDDEN_FIELDS)


def new_row(timezone: str, purpose: str, after: Row | None) -> Row:
    """A row for a new phase for this purpose, which begins when the one before it closes; without
    a known purpose an empty one."""
    preset = next((known for known in purpose_choices() if known["value"] == purpose), None)
    return blank(
        PhaseRow,
        name=preset["name"] if preset else "",
        opens=after.value("closes") if preset and after else "",
        timezone=timezone,
        purpose=preset["value"] if preset else Purpose.OTHER.value,
        accepts=preset["accepts"] if preset else [],
    )


def rearrange(rows: list[Row], deed: str, timezone: str) -> dict[int, str]:
    """Adds, removes or moves a row, as the pressed button says ("add-ideas", "remove-0", "up-2");
    returns the numbers of the stored phases that were removed, each with the reason for it."""
    what, _dash, which = deed.partition("-")
    if what == "add" and len(rows) < MOST_PHASES:
        rows.append(new_row(timezone, which, rows[-1] if rows else None))
    gone = remove_or_move(rows, deed)
    return {gone.values.number: gone.values.reason} if gone and gone.values.number else {}


def phase_fingerprint(stored: PhaseNow | Phase) -> str:
    """The fingerprint of a stored phase."""
    names = (
        "name",
        "opens_at",
        "closes_at",
        "timezone",
        "purpose",
        "accepts",
        "grace_seconds",
        "invited_from_id",
    )
    return fingerprint(getattr(stored, name) for name in names)
