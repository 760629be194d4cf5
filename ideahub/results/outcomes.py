"""What the list of one's entries says of their results: place, state, and what comes next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, and_, any_, bindparam, exists, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Phase
from ideahub.core.dates import moment_words
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.entries.outcomes import Outcome
from ideahub.results.models import (
    Advancement,
    Appeal,
    Award,
    EntrantAnswer,
    PanelResult,
    RunPlace,
)

NOW = func.statement_timestamp()
ENTRY_ID = bindparam("entry_id", type_=BigInteger)
_award = (
    select(func.min(Award.title))
    .where(
        Award.entry_id == RunPlace.entry_id,
        Award.confirmed_at.is_not(None),
        Award.revoked_at.is_(None),
    )
    .scalar_subquery()
)
_advanced = (
    select(func.min(Phase.name))
    .join(Advancement, Advancement.to_phase_id == Phase.id)
    .where(
        Advancement.entry_id == RunPlace.entry_id,
        Advancement.accepted_at.is_not(None),
        Advancement.declined_at.is_(None),
    )
    .scalar_subquery()
)
_appeal = (
    select(Appeal.decided_at.is_not(None))
    .where(Appeal.result_id == PanelResult.id, Appeal.entry_id == RunPlace.entry_id)
    .scalar_subquery()
)
# The first invitation that nobody has answered yet.
_invited = (
    select(Phase.name, Phase.closes_at, Phase.timezone)
    .join(Advancement, Advancement.to_phase_id == Phase.id)
    .where(
        Advancement.entry_id == RunPlace.entry_id,
        Advancement.accepted_at.is_(None),
        Advancement.declined_at.is_(None),
    )
    .order_by(Advancement.id)
    .limit(1)
    .lateral("invited")
)
_signed = exists().where(
    EntrantAnswer.result_id == PanelResult.id,
    EntrantAnswer.entry_id == RunPlace.entry_id,
    EntrantAnswer.signed_at.is_not(None),
)
OUTCOMES = (
    select(
        RunPlace.entry_id,
        RunPlace.rank,
        RunPlace.is_shared,
        PanelResult.final_at,
        PanelResult.appeals_until,
        PanelResult.answers_from,
        PanelResult.timezone,
        and_(PanelResult.answers_from <= NOW, _signed).label("has_reasons"),
        _award.label("award"),
        _invited.c.name.label("invitation"),
        _invited.c.closes_at.label("answer_until"),
        _invited.c.timezone.label("phase_timezone"),
        _advanced.label("advanced"),
        _appeal.label("appeal_is_decided"),
        NOW.label("now"),
    )
    .join(PanelResult, PanelResult.run_id == RunPlace.run_id)
    .outerjoin(_invited, true())
    .where(
        RunPlace.entry_id == any_(bindparam("entry_ids", type_=ARRAY(BigInteger))),
        PanelResult.replaced_at.is_(None),
    )
    # Of several panels the one that published last.
    .order_by(PanelResult.id)
)
RANKED = (
    select(PanelResult.id)
    .join(RunPlace, RunPlace.run_id == PanelResult.run_id)
    .where(RunPlace.entry_id == ENTRY_ID)
    .limit(1)
)


class Published(msgspec.Struct, frozen=True):
    """What is published of one entry."""

    entry_id: int
    rank: int | None
    is_shared: bool
    final_at: datetime | None
    appeals_until: datetime
    answers_from: datetime | None
    timezone: str
    has_reasons: bool | None
    award: str | None
    invitation: str | None
    answer_until: datetime | None
    phase_timezone: str | None
    advanced: str | None
    # None without an appeal against this result.
    appeal_is_decided: bool | None
    now: datetime

    def moment(self, at: datetime) -> str:
        """A moment in words, by the clocks of the result's zone."""
        return moment_words(at, self.timezone)


async def outcomes_of_results(db: AsyncSession, entry_ids: Sequence[int]) -> dict[int, Outcome]:
    """The outcomes of these entries, as far as results are published. One query."""
    rows: Sequence[Any] = await rows_of(db, OUTCOMES, {"entry_ids": list(entry_ids)})
    found = [Published(*row) for row in rows]
    return {one.entry_id: Outcome(_badges(one), _step(one)) for one in found}


def _badges(one: Published) -> list[tuple[str, str]]:
    place = _place(one), "leaf" if one.final_at else "sun"
    won = [(_("Won: %(award)s", award=one.award), "leaf")] if one.award else []
    advanced = [(_("Advanced to “%(phase)s”", phase=one.advanced), "leaf")] if one.advanced else []
    return [place, *won, *advanced]


def _place(one: Published) -> str:
    if one.rank is None:
        return _("Final: no place") if one.final_at else _("Preliminary: no place")
    if one.is_shared:
        if one.final_at:
            return _("Final: place %(rank)s, shared", rank=one.rank)
        return _("Preliminary: place %(rank)s, shared", rank=one.rank)
    if one.final_at:
        return _("Final: place %(rank)s", rank=one.rank)
    return _("Preliminary: place %(rank)s", rank=one.rank)


def _step(one: Published) -> str:
    if one.invitation:
        return _invitation_step(one, one.invitation)
    return _final_step(one) if one.final_at else _preliminary_step(one)


def _invitation_step(one: Published, phase: str) -> str:
    if one.answer_until is None:
        return _("It is invited into “%(phase)s”. Its captain answers the invitation.", phase=phase)
    ends = moment_words(one.answer_until, one.phase_timezone or one.timezone)
    if one.now >= one.answer_until:
        return _(
            "It was invited into “%(phase)s”, which closed on %(moment)s.", phase=phase, moment=ends
        )
    return _(
        "It is invited into “%(phase)s”: accept, complete the form and submit it before "
        "%(moment)s. Its captain answers the invitation.",
        phase=phase,
        moment=ends,
    )


def _final_step(one: Published) -> str:
    if one.has_reasons:
        return _("The result is final, and you can read the reasons.")
    if one.answers_from and one.answers_from > one.now:
        begins = one.moment(one.answers_from)
        return _("The result is final. You can read the reasons from %(moment)s on.", moment=begins)
    return _("The result is final. The reasons follow.")


def _preliminary_step(one: Published) -> str:
    if one.appeal_is_decided is False:
        return _("Your appeal is being decided. You are told what comes of it.")
    ends = one.moment(one.appeals_until)
    if one.now >= one.appeals_until:
        return _("Appeals could be made until %(moment)s. Next, the result is final.", moment=ends)
    if one.appeal_is_decided:
        return _("Your appeal is decided. Others can appeal until %(moment)s.", moment=ends)
    if one.has_reasons:
        return _("You can read the reasons, and appeal until %(moment)s.", moment=ends)
    return _("You can appeal until %(moment)s.", moment=ends)


async def why_ranked_entry_stays(db: AsyncSession, entry_id: int) -> str:
    """Why an entry that is ranked in a published result is not withdrawn; empty for others."""
    if not await rows_of(db, RANKED, {ENTRY_ID.key: entry_id}):
        return ""
    return _(
        "A result is published in which this entry has a place, so it cannot be withdrawn any "
        "more. If you want to give up its place, tell the organiser."
    )
