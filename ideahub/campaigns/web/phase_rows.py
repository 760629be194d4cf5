"""The rows of the phases' form: reads and rearranges them, and turns them into plans."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ideahub.campaigns.labels import accepts_words, purpose_choices
from ideahub.campaigns.local_time import (
    EARLIEST,
    LATEST,
    known_zones,
    local_time,
    moment_of,
    typed_time,
)
from ideahub.campaigns.models import Accepts, Campaign, Phase, Purpose
from ideahub.campaigns.past_phases import closed_reason, is_settled
from ideahub.campaigns.phase_plan import PhasePlan
from ideahub.campaigns.phases import PhaseNow
from ideahub.campaigns.purposes import OFFERED
from ideahub.campaigns.scheduling import MOST_PHASES
from ideahub.core import lengths
from ideahub.core.dates import clock_words
from ideahub.core.fingerprints import fingerprint
from ideahub.core.i18n import _, side_by_side
from ideahub.http.forms import Form, blank, choice, fill, line, moment, repeated

HIDDEN_FIELDS = {"id", "seen"}
# The button that puts a phase back that was removed just now.
PUT_BACK = "back"


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
    seen: str = line(40)

    @property
    def number(self) -> int | None:
        """The number of the stored phase, None for a new one."""
        return int(self.id) if self.id.isdecimal() else None


Row = Form[PhaseRow]


def read_rows(sent: Mapping[str, list[Any]]) -> list[Row]:
    """The rows in a form that was sent, from fields such as `phase-0-name`, `phase-0-opens`."""
    rows = []
    for index in range(MOST_PHASES + 1):
        prefix = f"phase-{index}-"
        fields = {name.removeprefix(prefix): sent[name] for name in sent if name.startswith(prefix)}
        if fields:
            rows.append(fill(PhaseRow, fields))
    return rows


def drafted_rows(draft: Mapping[str, Any]) -> list[Row]:
    """The rows in a draft of the form; without errors, as it was not sent yet."""
    sent = {name: value if isinstance(value, list) else [value] for name, value in draft.items()}
    return [Form(row.values, row.typed, {}) for row in read_rows(sent)]


def stored_rows(phases: Sequence[PhaseNow]) -> list[Row]:
    """Rows that show the stored phases."""
    return [
        blank(
            PhaseRow,
            id=phase.id,
            name=phase.name,
            opens=typed_time(phase.opens_at, phase.timezone),
            closes=typed_time(phase.closes_at, phase.timezone),
            timezone=phase.timezone,
            purpose=phase.purpose.value,
            accepts=list(phase.accepts),
            seen=phase_fingerprint(phase),
        )
        for phase in phases
    ]


def row_taken_out(rows: Sequence[Row], deed: str) -> dict[str, Any]:
    """What stands in the row that is about to be removed, for the address of the next page; empty
    for any other button."""
    what, _dash, which = deed.partition("-")
    if what != "remove" or not which.isdecimal() or int(which) >= len(rows):
        return {}
    typed = rows[int(which)].typed
    return {f"gone-{name}": typed[name] for name in typed if name not in HIDDEN_FIELDS}


def row_in_query(query: Iterable[tuple[str, Any]]) -> Row | None:
    """The row that was removed just now, as the address says it; None where there is none."""
    asked: dict[str, list[Any]] = {}
    for name, value in query:
        asked.setdefault(name, []).append(value)
    return gone_row(asked) if "gone-name" in asked or "gone-opens" in asked else None


def gone_row(sent: Mapping[str, list[Any]]) -> Row:
    """The row that was removed, from fields such as `gone-name`, as a new one."""
    fields = {name.removeprefix("gone-"): sent[name] for name in sent if name.startswith("gone-")}
    return fill(PhaseRow, {name: fields[name] for name in fields if name not in HIDDEN_FIELDS})


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


def rearrange(rows: list[Row], deed: str, timezone: str) -> list[int]:
    """Adds, removes or moves a row, as the pressed button says ("add-ideas", "remove-0", "up-2");
    returns the numbers of the stored phases that were removed."""
    what, _dash, which = deed.partition("-")
    at = int(which) if which.isdecimal() and int(which) < len(rows) else None
    if what == "add" and len(rows) < MOST_PHASES:
        rows.append(new_row(timezone, which, rows[-1] if rows else None))
    elif at is not None and what == "remove":
        gone = rows.pop(at).values.number
        return [gone] if gone else []
    elif at is not None and what in {"up", "down"}:
        to = at - 1 if what == "up" else at + 1
        if 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
    return []


def read_plans(
    rows: Sequence[Row], stored: Mapping[int, PhaseNow], campaign: Campaign
) -> tuple[list[PhasePlan], list[str]]:
    """The plans in the rows, and sentences about local times that were not clear.

    What cannot be used becomes an error of its row.
    """
    plans: list[PhasePlan] = []
    notes: list[str] = []
    for row in rows:
        known = stored.get(row.values.number or 0)
        if known and is_settled(campaign, known) and _is_untouched(row):
            plans.append(_as_stored(known))
            continue
        plan = _plan(row, known, campaign.timezone, notes)
        if known and is_settled(campaign, known) and plan.differs(known):
            row.errors["name"] = closed_reason(known)
        elif known and row.ok and plan.differs(known):
            _check_seen(row, known)
        plans.append(plan)
    return plans, notes


def phase_fingerprint(stored: PhaseNow | Phase) -> str:
    """The fingerprint of a stored phase."""
    names = ("name", "opens_at", "closes_at", "timezone", "purpose", "accepts")
    return fingerprint(getattr(stored, name) for name in names)


def _check_seen(row: Row, known: PhaseNow) -> None:
    now = phase_fingerprint(known)
    if row.values.seen == now:
        return
    times = [
        clock_words(local_time(at, known.timezone))
        for at in (known.opens_at, known.closes_at)
        if at
    ]
    words = [known.name, *times, known.timezone, accepts_words(known.accepts)]
    row.errors["seen"] = _(
        "Somebody else changed this phase after you opened it. Nothing is saved yet. If you save "
        "again, your form replaces what stands there now: %(words)s.",
        words=side_by_side(words),
    )
    # The error shows what is stored, so the sender has seen it now.
    row.typed = {**row.typed, "seen": now}


def _is_untouched(row: Row) -> bool:
    # A phase that is over is shown without fields: the form sends only its hidden ones.
    return not any(value for name, value in row.typed.items() if name not in HIDDEN_FIELDS)


def _as_stored(known: PhaseNow) -> PhasePlan:
    return PhasePlan(
        known.id,
        known.name,
        known.opens_at,
        known.closes_at,
        known.timezone,
        known.accepts,
        known.purpose,
    )


def _plan(row: Row, known: PhaseNow | None, usual_zone: str, notes: list[str]) -> PhasePlan:
    values = row.values
    timezone = values.timezone or usual_zone
    if timezone not in known_zones():
        row.errors.setdefault("timezone", _("Choose a time zone from the list."))
    # What nothing works with yet can stay, such as in an imported phase, but not be chosen.
    kept = set(known.accepts) - OFFERED if known else set()
    if set(values.accepts) - OFFERED - kept:
        row.errors["accepts"] = _("Choose from what is offered.")
    opens = _moment(row, "opens", timezone, known, notes)
    closes = _moment(row, "closes", timezone, known, notes)
    if opens and closes and closes <= opens:
        row.errors["closes"] = _("It must close after it opens.")
    accepts = [str(option) for option in Accepts if option in {*values.accepts, *kept}]
    number = known.id if known else None
    purpose = values.purpose or (known.purpose if known else Purpose.OTHER)
    return PhasePlan(number, values.name, opens, closes, timezone, accepts, purpose)


def _moment(
    row: Row, field: str, timezone: str, known: PhaseNow | None, notes: list[str]
) -> datetime | None:
    typed: datetime | None = getattr(row.values, field)
    if typed is None or {field, "timezone"} & set(row.errors):
        return None
    if not EARLIEST <= typed < LATEST:
        row.errors[field] = _("Enter a year from 2000 to 2099.")
        return None
    stored = getattr(known, f"{field}_at", None)
    # A time that was not changed keeps its exact moment, also in an hour that comes twice.
    same_zone = known is not None and known.timezone == timezone
    if stored and same_zone and local_time(stored, timezone).replace(microsecond=0) == typed:
        return stored  # type: ignore[no-any-return]
    meant = moment_of(typed.replace(microsecond=0), timezone, last=field == "closes")
    if meant.note:
        notes.append(meant.note)
    return meant.at
