"""What comes next for an entry, and when: from its state and the phases of its challenge."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Phase, Purpose
from ideahub.campaigns.phases import PhaseState, deadline_of, phase_state
from ideahub.core.dates import moment_words
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.entries.labels import EntryState, state_of
from ideahub.entries.queries import EntryView


class PhaseAhead(msgspec.Struct, frozen=True):
    """A phase of a challenge, as far as it says what comes next."""

    id: int
    campaign_id: int
    name: str
    opens_at: datetime | None
    closes_at: datetime | None
    timezone: str
    accepts: list[str]
    purpose: str
    state: str

    @property
    def judges(self) -> bool:
        """Whether entries are judged in it."""
        return Accepts.SCORING in self.accepts or self.purpose == Purpose.JUDGING


PhasesAhead = list[PhaseAhead]
PHASES = (
    select(
        Phase.id,
        Phase.campaign_id,
        Phase.name,
        Phase.opens_at,
        deadline_of(),
        Phase.timezone,
        Phase.accepts,
        Phase.purpose,
        phase_state(),
    )
    .where(Phase.campaign_id == any_(bindparam("campaign_ids", type_=ARRAY(BigInteger))))
    .order_by(Phase.campaign_id, Phase.position)
)


async def phases_ahead(db: AsyncSession, entries: Sequence[EntryView]) -> dict[int, PhasesAhead]:
    """The phases of the challenges of these entries, by the challenges' numbers. One query."""
    asked = {"campaign_ids": sorted({one.campaign_id for one in entries})}
    phases: dict[int, PhasesAhead] = {}
    for row in await rows_of(db, PHASES, asked) if entries else ():
        phase = PhaseAhead(*row)
        phases.setdefault(phase.campaign_id, []).append(phase)
    return phases


def next_step(entry: EntryView, phases: PhasesAhead) -> str:
    """What comes next for this entry, among all phases of its challenge."""
    state = state_of(entry)
    if state is EntryState.RECEIVED:
        return _after_closing(entry, phases)
    ends = moment_words(entry.closes_at, entry.timezone) if entry.closes_at else ""
    if entry.has_new_form and entry.is_open and state in NEW_FORM:
        return NEW_FORM[state](entry, ends)
    return SENTENCES[state](entry, ends)


def judging_of(entry: EntryView, phases: PhasesAhead) -> PhasesAhead:
    """The phases in which this entry is judged: those before entries are taken again."""
    return [one for one in _later(entry, phases, round_only=True) if one.judges]


def _later(entry: EntryView, phases: PhasesAhead, *, round_only: bool = False) -> PhasesAhead:
    place = next((at for at, one in enumerate(phases) if one.id == entry.phase_id), -1)
    later = phases[place + 1 :]
    again = (at for at, one in enumerate(later) if Accepts.ENTRIES in one.accepts)
    return later[: next(again, len(later))] if round_only else later


def _missed(_entry: EntryView, ends: str) -> str:
    if not ends:
        return _("It was not submitted while the phase was open.")
    return _("The phase closed on %(moment)s without it.", moment=ends)


def _unconfirmed(entry: EntryView, ends: str) -> str:
    if not entry.is_open:
        return _("It was not confirmed before the phase closed, so it does not count.")
    if not ends:
        return _("It counts once it is confirmed.")
    return _("It counts once it is confirmed, until %(moment)s.", moment=ends)


def _declined(_entry: EntryView, _ends: str) -> str:
    return _("The person for whom it was made declined it, so it does not count.")


def _withdrawn(entry: EntryView, _ends: str) -> str:
    if not entry.is_open:
        return _("It does not take part.")
    return _("It does not take part, unless you submit it again before the phase closes.")


def _ineligible(_entry: EntryView, _ends: str) -> str:
    return _("It will not be judged. Read the decision to learn why.")


def _until(entry: EntryView, ends: str) -> str:
    if entry.is_open:
        if not ends:
            return _("Submit it when it is ready.")
        if entry.carried_from_id:
            return _(
                "It is invited into “%(phase)s”: complete the form and submit it before "
                "%(moment)s.",
                phase=entry.phase_name,
                moment=ends,
            )
        return _("Submit it before %(moment)s.", moment=ends)
    if entry.opens_at:
        begins = moment_words(entry.opens_at, entry.timezone)
        return _("It can be submitted from %(moment)s on.", moment=begins)
    return _("It cannot be submitted at the moment.")


def _submitted(_entry: EntryView, ends: str) -> str:
    if not ends:
        return _("You can change it as long as the phase is open.")
    return _("You can change it until %(moment)s.", moment=ends)


def _changed(_entry: EntryView, ends: str) -> str:
    if not ends:
        return _("Submit it again, or your earlier version counts.")
    return _("Submit it again before %(moment)s, or your earlier version counts.", moment=ends)


def _draft_of_old_form(_entry: EntryView, ends: str) -> str:
    if not ends:
        return _("The questions have changed. Look through your answers, then submit it.")
    return _(
        "The questions have changed. Look through your answers, and submit it before %(moment)s.",
        moment=ends,
    )


def _submitted_with_old_form(_entry: EntryView, ends: str) -> str:
    if not ends:
        return _(
            "The questions have changed since. What you submitted counts as it is; to answer the "
            "new ones, change it and submit it again."
        )
    return _(
        "The questions have changed since. What you submitted counts as it is; to answer the new "
        "ones, change it and submit it again before %(moment)s.",
        moment=ends,
    )


def _after_closing(entry: EntryView, phases: PhasesAhead) -> str:
    later = [one for one in _later(entry, phases) if one.state != PhaseState.PAST]
    if running := next((one for one in later if one.state == PhaseState.OPEN), None):
        ends = moment_words(running.closes_at, running.timezone) if running.closes_at else ""
        return _running(running, ends)
    coming = next((one for one in later if one.opens_at), None)
    if coming is None or coming.opens_at is None:
        return _("The phase is closed. You hear here what comes of it.")
    begins = moment_words(coming.opens_at, coming.timezone)
    if coming.judges:
        return _("It will be judged from %(moment)s on.", moment=begins)
    return _("Next: “%(phase)s”, from %(moment)s on.", phase=coming.name, moment=begins)


def _running(phase: PhaseAhead, ends: str) -> str:
    if phase.judges:
        if not ends:
            return _("It is being judged.")
        return _("It is being judged until %(moment)s.", moment=ends)
    if not ends:
        return _("Now: “%(phase)s”.", phase=phase.name)
    return _("Now: “%(phase)s”, until %(moment)s.", phase=phase.name, moment=ends)


SENTENCES: dict[EntryState, Callable[[EntryView, str], str]] = {
    EntryState.DRAFT: _until,
    EntryState.MISSED: _missed,
    EntryState.UNCONFIRMED: _unconfirmed,
    EntryState.DECLINED: _declined,
    EntryState.WITHDRAWN: _withdrawn,
    EntryState.INELIGIBLE: _ineligible,
    EntryState.SUBMITTED: _submitted,
    EntryState.CHANGED: _changed,
}
# Where the organiser has changed the questions since.
NEW_FORM: dict[EntryState, Callable[[EntryView, str], str]] = {
    EntryState.DRAFT: _draft_of_old_form,
    EntryState.SUBMITTED: _submitted_with_old_form,
    EntryState.CHANGED: _submitted_with_old_form,
}
