"""Turns the rows of the phases' form into plans, and says what in them cannot be used."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ideahub.campaigns.labels import accepts_words
from ideahub.campaigns.local_time import (
    EARLIEST,
    LATEST,
    TypedMoment,
    known_zones,
    local_time,
    moment_of,
    typed_time,
)
from ideahub.campaigns.models import Accepts, Campaign, Purpose
from ideahub.campaigns.past_phases import closed_reason, is_settled, lacks_reason
from ideahub.campaigns.phase_plan import PhasePlan
from ideahub.campaigns.phases import PhaseNow
from ideahub.campaigns.purposes import OFFERED
from ideahub.campaigns.rounds import round_problems
from ideahub.campaigns.web.phase_rows import (
    FIRST,
    HIDDEN_FIELDS,
    SECOND,
    Row,
    phase_fingerprint,
    which_of_two,
)
from ideahub.core.dates import local_words
from ideahub.core.i18n import _, side_by_side


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
        if known is None and row.values.number and row.values.seen:
            _say_that_it_is_gone(row)
        if known and is_settled(campaign, known) and is_correction(row):
            plans.append(_correction(row, known, notes))
            continue
        plan = _plan(row, known, campaign.timezone, notes)
        # Of an archived one nothing is changed; that is said for all phases together.
        if known and not campaign.archived_at:
            _check(row, known, plan, campaign)
        plans.append(plan)
    for place, problem in round_problems(plans).items():
        rows[place].errors.setdefault("invited_from", problem)
    return plans, notes


def _check(row: Row, known: PhaseNow, plan: PhasePlan, campaign: Campaign) -> None:
    if is_settled(campaign, known) and plan.differs(known):
        row.errors["name"] = closed_reason(known)
    elif row.ok and plan.differs(known):
        _check_reason(row, known, plan, campaign)
        _check_seen(row, known)
    elif row.ok and plan.reason:
        row.errors["reason"] = _("Nothing else is changed here: empty this, or change it.")


def is_correction(row: Row) -> bool:
    """Whether the row is that of a phase that is over: the form shows only its end."""
    return not any(row.value(name) for name in ("name", "opens", "accepts", "purpose"))


def clock_notes(rows: Sequence[Row], usual_zone: str) -> list[dict[str, TypedMoment]]:
    """For each row how its times are understood where clocks change, by "opens" and "closes"."""
    return [_clock_notes(row, row.value("timezone") or usual_zone) for row in rows]


def _clock_notes(row: Row, timezone: str) -> dict[str, TypedMoment]:
    found = {}
    for field in ("opens", "closes"):
        typed: datetime | None = getattr(row.values, field)
        if typed is None or timezone not in known_zones() or not EARLIEST <= typed < LATEST:
            continue
        meant = _meant(row, field, typed, timezone)
        if meant.note:
            found[field] = meant
    return found


def _meant(row: Row, field: str, typed: datetime, timezone: str) -> TypedMoment:
    which = getattr(row.values, f"{field}_which")
    last = which == SECOND if which in {FIRST, SECOND} else field == "closes"
    return moment_of(typed.replace(microsecond=0), timezone, last=last)


def _correction(row: Row, known: PhaseNow, notes: list[str]) -> PhasePlan:
    """A phase that is over, with its end corrected where that was typed."""
    stored = _as_stored(known)
    unchanged = typed_time(known.closes_at, known.timezone, known.closes_local)
    if not row.value("closes") or row.value("closes") == unchanged:
        if row.values.reason:
            row.errors["closes"] = _("Say when it should have closed, or remove the phase.")
        return stored
    closes = _moment(row, "closes", known.timezone, known, notes)
    if closes is None:
        return stored
    if known.opens_at and closes <= known.opens_at:
        row.errors["closes"] = _("It must close after it opens.")
    plan = replace(
        stored, closes_at=closes, closes_local=row.values.closes, reason=row.values.reason
    )
    if plan.differs(known) and not plan.reason:
        row.errors["reason"] = closed_reason(known)
    elif plan.differs(known):
        _check_seen(row, known)
    return plan


def _check_reason(row: Row, known: PhaseNow, plan: PhasePlan, campaign: Campaign) -> None:
    if campaign.published_at and (lack := lacks_reason(known, plan)):
        row.errors["reason"] = lack


def _check_seen(row: Row, known: PhaseNow) -> None:
    now = phase_fingerprint(known)
    if row.values.seen == now:
        return
    times = [local_words(at, known.timezone) for at in (known.opens_at, known.closes_at) if at]
    words = [known.name, *times, known.timezone, accepts_words(known.accepts)]
    row.errors["seen"] = _(
        "Somebody else changed this phase after you opened it. Nothing is saved yet. If you save "
        "again, your form replaces what stands there now: %(words)s.",
        words=side_by_side(words),
    )
    # The error shows what is stored, so the sender has seen it now.
    row.typed = {**row.typed, "seen": now}


def _say_that_it_is_gone(row: Row) -> None:
    row.errors["seen"] = _(
        "Somebody else removed this phase after you opened it. Nothing is saved yet. Remove it "
        "here as well; if you save again, it is added as a new one."
    )
    # The error says so, so that what is sent next is meant.
    row.typed = {name: row.typed[name] for name in row.typed if name not in HIDDEN_FIELDS}


def _as_stored(known: PhaseNow) -> PhasePlan:
    return PhasePlan(
        known.id,
        known.name,
        known.opens_at,
        known.closes_at,
        known.timezone,
        known.accepts,
        known.purpose,
        known.opens_local,
        known.closes_local,
        known.grace_seconds,
        invited_from_id=known.invited_from_id,
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
    return PhasePlan(
        number,
        values.name,
        opens,
        closes,
        timezone,
        accepts,
        purpose,
        opens_local=_local(opens, values.opens, timezone),
        closes_local=_local(closes, values.closes, timezone),
        grace_seconds=_grace(values.grace or 0, known),
        reason=values.reason,
        invited_from_id=values.source,
    )


def _local(at: datetime | None, typed: datetime | None, timezone: str) -> datetime | None:
    """What was typed, where the clocks leave it out; else the moment itself tells more exactly."""
    if at is None or typed is None:
        return None
    shown = local_time(at, timezone)
    return typed if shown.replace(microsecond=0) != typed.replace(microsecond=0) else shown


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
    if known is not None and stored and _is_as_stored(row, field, stored, known, timezone):
        return stored  # type: ignore[no-any-return]
    meant = _meant(row, field, typed, timezone)
    if meant.note:
        notes.append(meant.note)
    return meant.at


def _is_as_stored(row: Row, field: str, stored: datetime, known: PhaseNow, timezone: str) -> bool:
    """Whether the time was not changed: then it keeps its exact moment."""
    shown = typed_time(stored, known.timezone, getattr(known, f"{field}_local"))
    typed = getattr(row.values, field).replace(microsecond=0)
    which = getattr(row.values, f"{field}_which")
    return (
        known.timezone == timezone
        and datetime.fromisoformat(shown) == typed
        and which in {"", which_of_two(stored, timezone)}
    )


def _grace(minutes: int, known: PhaseNow | None) -> int:
    """The grace in seconds; the stored one where its minutes were not changed."""
    stored = known.grace_seconds if known else 0
    return stored if minutes == stored // 60 else 60 * minutes
