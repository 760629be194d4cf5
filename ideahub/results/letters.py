"""Rules for letters to many entrants: written from a template, each seen before it goes."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core import lengths
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import N_, _, listed, number
from ideahub.core.locking import held
from ideahub.core.outbox import send_later
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.entries.models import Entry, EntryRevision
from ideahub.judging.models import Panel
from ideahub.judging.panels import lock_panel
from ideahub.results.entrants import teams_of
from ideahub.results.models import (
    Advancement,
    Award,
    EntrantLetter,
    LetterBatch,
    PanelResult,
    RunPlace,
)
from ideahub.results.publishing import current_result

PLACEHOLDER = re.compile(r"\{\s*([^{}]*?)\s*\}")
# What a template can name, with what stands in its place.
PLACEHOLDERS = {
    "names": N_("the names of those behind the entry"),
    "entry": N_("the title of the entry"),
    "number": N_("the number of the entry"),
    "challenge": N_("the title of the challenge"),
    "place": N_("the place of the entry"),
    "points": N_("its points of 100"),
    "award": N_("what it has won"),
}
AT_ONCE = 10
RESULT_ID = bindparam("result_id", type_=BigInteger)
RUN_ID = bindparam("run_id", type_=BigInteger)
_won = (
    select(func.string_agg(Award.title, ", "))
    .where(
        Award.entry_id == RunPlace.entry_id,
        Award.confirmed_at.is_not(None),
        Award.revoked_at.is_(None),
    )
    .correlate(RunPlace)
    .scalar_subquery()
)
_invited = (
    select(Advancement.id)
    .where(Advancement.entry_id == RunPlace.entry_id)
    .correlate(RunPlace)
    .exists()
)
RANKED = (
    select(
        RunPlace.entry_id,
        Entry.number,
        EntryRevision.title,
        RunPlace.rank,
        RunPlace.value,
        _won.label("award"),
        _invited.label("invited"),
    )
    .join(Entry, Entry.id == RunPlace.entry_id)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .where(RunPlace.run_id == RUN_ID)
    .order_by(RunPlace.entry_id)
)
BATCH_ID = bindparam("batch_id", type_=BigInteger)
LETTERS = (
    select(
        EntrantLetter.id,
        EntrantLetter.entry_id,
        Entry.number,
        EntrantLetter.subject,
        EntrantLetter.text,
        EntrantLetter.sent_at,
        EntrantLetter.left_out_at,
    )
    .join(Entry, Entry.id == EntrantLetter.entry_id)
    .where(
        EntrantLetter.batch_id == BATCH_ID,
        EntrantLetter.sent_at.is_(None),
        EntrantLetter.left_out_at.is_(None),
    )
    .order_by(EntrantLetter.id)
    .limit(constant(AT_ONCE))
)
BATCHES = (
    select(
        LetterBatch.id,
        LetterBatch.subject,
        LetterBatch.recipients,
        LetterBatch.created_at,
        func.count(EntrantLetter.id),
        func.count(EntrantLetter.sent_at),
        func.count(EntrantLetter.left_out_at),
    )
    .join(PanelResult, PanelResult.id == LetterBatch.result_id)
    .outerjoin(EntrantLetter, EntrantLetter.batch_id == LetterBatch.id)
    .where(PanelResult.panel_id == bindparam("panel_id", type_=BigInteger))
    .group_by(LetterBatch.id)
    .order_by(LetterBatch.id.desc())
)


class LetterView(msgspec.Struct, frozen=True):
    """A letter as it would go."""

    id: int
    entry_id: int
    number: int | None
    subject: str
    text: str
    sent_at: datetime | None
    left_out_at: datetime | None


class BatchView(msgspec.Struct, frozen=True):
    """A letter to many, and how many of its letters are sent."""

    id: int
    subject: str
    recipients: str
    created_at: datetime
    letters: int
    sent: int
    left_out: int

    @property
    def waiting(self) -> int:
        """How many nobody has seen yet."""
        return self.letters - self.sent - self.left_out


async def write_letters(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: Panel,
    *,
    recipients: str,
    subject: str,
    text: str,
) -> LetterBatch:
    """Writes a letter to each of the chosen entries: "everyone", "winners", "invited" or "others".
    None is sent by this.

    Raises Conflict where no result is published; Invalid for a placeholder that is not known, and
    where nobody would get it.
    """
    panel = await lock_panel(db, panel.id)
    result = await current_result(db, panel.id)
    if result is None:
        raise Conflict(_("Publish the result first. Letters tell of a published result."))
    must_be_known(subject, "subject")
    must_be_known(text, "text")
    chosen = await _chosen(db, result.run_id, recipients)
    batch = LetterBatch(
        result_id=result.id,
        recipients=recipients,
        subject=subject,
        text=text,
        written_by=viewer.person_id,
    )
    db.add(batch)
    await db.flush()
    teams = await teams_of(db, [row.entry_id for row in chosen])
    db.add_all(
        _letter(batch, row, campaign, [person.name for person in teams[row.entry_id]])
        for row in chosen
    )
    await record(db, Kind.LETTERS_WRITTEN, viewer, on=campaign, subject=batch, letters=len(chosen))
    return batch


async def _chosen(db: AsyncSession, run_id: int, recipients: str) -> list[Any]:
    rows = await rows_of(db, RANKED, {RUN_ID.key: run_id})
    chosen = [row for row in rows if _is_chosen(row, recipients)]
    if not chosen:
        raise Invalid(_("Nobody would get this letter."), field="recipients")
    return chosen


def _is_chosen(row: Any, recipients: str) -> bool:
    won, invited = row.award is not None, bool(row.invited)
    return {
        "everyone": True,
        "winners": won,
        "invited": invited,
        "others": not won and not invited,
    }[recipients]


def must_be_known(template: str, field: str) -> None:
    """Raises Invalid for a placeholder that is not known, and for half of one."""
    unknown = [name for name in PLACEHOLDER.findall(template) if name not in PLACEHOLDERS]
    if unknown:
        raise Invalid(
            _(
                "“{%(name)s}” is no placeholder. Use one of these: %(names)s.",
                name=unknown[0],
                names=listed(f"{{{name}}}" for name in PLACEHOLDERS),
            ),
            field=field,
        )
    if "{" in (rest := PLACEHOLDER.sub("", template)) or "}" in rest:
        raise Invalid(_("A brace has no other half. Placeholders look like {names}."), field=field)


def _letter(
    batch: LetterBatch, row: Any, campaign: Campaign, names: Sequence[str]
) -> EntrantLetter:
    values: dict[str, str] = {
        "names": listed(names),
        "entry": row.title,
        "number": str(row.number),
        "challenge": campaign.title or campaign.question,
        "place": str(row.rank or "–"),
        "points": "–" if row.value is None else number(row.value, 2),
        "award": row.award or "–",
    }

    def put(found: re.Match[str]) -> str:
        return values[found[1]]

    subject = " ".join(PLACEHOLDER.sub(put, batch.subject).split())
    return EntrantLetter(
        batch_id=batch.id,
        entry_id=row.entry_id,
        subject=subject[: lengths.LETTER_SUBJECT],
        text=PLACEHOLDER.sub(put, batch.text),
    )


async def find_batch(db: AsyncSession, panel: Panel, batch_id: int) -> BatchView:
    """A letter to many of this panel; raises NotFound."""
    for batch in await batches_of(db, panel.id):
        if batch.id == batch_id:
            return batch
    raise NotFound


async def batches_of(db: AsyncSession, panel_id: int) -> list[BatchView]:
    """The letters to many by results of a panel, the newest first."""
    return [BatchView(*row) for row in await rows_of(db, BATCHES, {"panel_id": panel_id})]


async def letters_to_see(db: AsyncSession, batch_id: int) -> list[LetterView]:
    """The next letters that nobody has seen yet, at most AT_ONCE."""
    return [LetterView(*row) for row in await rows_of(db, LETTERS, {BATCH_ID.key: batch_id})]


async def send_seen(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: Panel,
    batch_id: int,
    seen: Sequence[int],
    left_out: Sequence[int],
) -> int:
    """Sends the letters that the viewer has seen, but those to leave out, and returns how many.
    What was sent before is not sent again."""
    batch = await find_batch(db, panel, batch_id)
    letters = await db.scalars(
        held(
            select(EntrantLetter)
            .where(EntrantLetter.batch_id == batch.id, EntrantLetter.id.in_(seen))
            .order_by(EntrantLetter.id)
        )
    )
    waiting = [one for one in letters if one.sent_at is None and one.left_out_at is None]
    going = [one for one in waiting if one.id not in left_out]
    teams = await teams_of(db, [one.entry_id for one in going])
    for one in waiting:
        if one.id in left_out:
            one.left_out_at = func.now()
            continue
        one.sent_at, one.sent_by = func.now(), viewer.person_id
        for person in teams[one.entry_id]:
            if person.email:
                await send_later(
                    db, to=person.email, subject=one.subject, text=one.text, person_id=person.id
                )
    if waiting:
        subject = await db.get_one(LetterBatch, batch.id)
        await record(db, Kind.LETTERS_SENT, viewer, on=campaign, subject=subject, sent=len(going))
    return len(going)
