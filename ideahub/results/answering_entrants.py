"""Rules for the reasons that every entrant gets: drafted from what the judges wrote for them,
signed off by a manager who has read them, and released on a date."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import BigInteger, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import rows_of
from ideahub.core.events import Kind, record
from ideahub.core.fingerprints import fingerprint
from ideahub.core.i18n import _, ngettext
from ideahub.core.locking import held
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.judging.models import (
    Assignment,
    Panel,
    PanelCriterion,
    PanelJudge,
    Score,
    Scorecard,
)
from ideahub.judging.panels import lock_panel
from ideahub.results.collecting import IS_COUNTED
from ideahub.results.distances import distances_of
from ideahub.results.models import EntrantAnswer, PanelResult, RunPlace
from ideahub.results.publishing import current_result

PANEL_ID = bindparam("panel_id", type_=BigInteger)
# What judges wrote for the entrant; what they wrote between themselves is never read here.
COMMENTS = (
    select(Assignment.entry_id, PanelCriterion.name, PanelJudge.label, Score.comment_for_entrant)
    .join(Scorecard, Scorecard.assignment_id == Assignment.id)
    .join(Score, Score.scorecard_id == Scorecard.id)
    .join(PanelCriterion, PanelCriterion.id == Score.criterion_id)
    .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
    .where(
        Assignment.panel_id == PANEL_ID,
        Assignment.ended_at.is_(None),
        IS_COUNTED,
        Score.comment_for_entrant != "",
    )
    .order_by(Assignment.entry_id, PanelCriterion.position, PanelJudge.label)
)
RANKED = (
    select(RunPlace.entry_id)
    .where(RunPlace.run_id == bindparam("run_id", type_=BigInteger))
    .order_by(RunPlace.entry_id)
)
DUE = (
    select(PanelResult)
    .where(
        PanelResult.answers_from <= func.now(),
        PanelResult.replaced_at.is_(None),
        select(EntrantAnswer.id)
        .where(
            EntrantAnswer.result_id == PanelResult.id,
            EntrantAnswer.signed_at.is_not(None),
            EntrantAnswer.sent_at.is_(None),
        )
        .exists(),
    )
    .order_by(PanelResult.id)
)


async def draft_answers(db: AsyncSession, viewer: Viewer, campaign: Campaign, panel: Panel) -> int:
    """Drafts the answer to each ranked entry that has none yet, and returns how many. For a result
    that took the place of another, the words of the earlier answer are taken along.

    Raises Conflict where no result is published.
    """
    panel = await lock_panel(db, panel.id)
    result = await must_be_published(db, panel)
    comments = await _comments(db, panel)
    words = await _earlier_words(db, panel, result)
    entries = (await db.scalars(RANKED, {"run_id": result.run_id})).all()
    drafts = [
        {
            "result_id": result.id,
            "entry_id": entry,
            "words": words.get(entry, ("", ""))[0],
            "words_html": words.get(entry, ("", ""))[1],
            "comments": comments.get(entry, []),
        }
        for entry in entries
    ]
    made = 0
    for start in range(0, len(drafts), 1_000):
        some = insert(EntrantAnswer).values(drafts[start : start + 1_000])
        added = await db.scalars(some.on_conflict_do_nothing().returning(EntrantAnswer.id))
        made += len(added.all())
    if made:
        await record(db, Kind.REASONS_DRAFTED, viewer, on=campaign, subject=result, made=made)
    return made


async def must_be_published(db: AsyncSession, panel: Panel) -> PanelResult:
    """The published result of a panel; raises Conflict where there is none."""
    result = await current_result(db, panel.id)
    if result is None:
        raise Conflict(_("Publish the result first. Then everyone can be given the reasons."))
    return result


async def _comments(db: AsyncSession, panel: Panel) -> dict[int, list[dict[str, Any]]]:
    """By entry: for each criterion what the judges wrote for the entrant."""
    found: dict[int, dict[str, list[str]]] = {}
    for entry, name, _label, comment in await rows_of(db, COMMENTS, {"panel_id": panel.id}):
        found.setdefault(entry, {}).setdefault(name, []).append(comment)
    return {
        entry: [{"criterion": name, "comments": some} for name, some in by_name.items()]
        for entry, by_name in found.items()
    }


async def _earlier_words(
    db: AsyncSession, panel: Panel, result: PanelResult
) -> dict[int, tuple[str, str]]:
    found = await db.execute(
        select(EntrantAnswer.entry_id, EntrantAnswer.words, EntrantAnswer.words_html)
        .join(PanelResult, PanelResult.id == EntrantAnswer.result_id)
        .where(PanelResult.panel_id == panel.id, PanelResult.id < result.id)
        .order_by(EntrantAnswer.result_id)
    )
    return {entry: (words, html) for entry, words, html in found}


class AnswerRead(Protocol):
    """An answer as somebody reads it before they sign it off: its row, or its view."""

    @property
    def words(self) -> str:
        """The words of a manager."""

    @property
    def comments(self) -> Any:
        """The judges' comments."""

    @property
    def distance(self) -> Any:
        """What it would have taken."""


def answer_fingerprint(answer: AnswerRead) -> str:
    """What shows whether an answer is still as somebody has read it."""
    return fingerprint([answer.words, answer.comments, answer.distance])


async def find_answer(
    db: AsyncSession, panel: Panel, answer_id: int
) -> tuple[PanelResult, EntrantAnswer]:
    """An answer of the published result of the panel, locked; raises NotFound."""
    result = await must_be_published(db, panel)
    answer = await db.scalar(
        held(
            select(EntrantAnswer).where(
                EntrantAnswer.id == answer_id, EntrantAnswer.result_id == result.id
            )
        )
    )
    if answer is None:
        raise NotFound
    return result, answer


async def change_answer(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: Panel,
    answer_id: int,
    *,
    words: str,
    kept: Sequence[str],
) -> None:
    """Changes the words of a manager, and leaves out the judges' comments that are not `kept`, each
    named as "criterion-comment", counted from 0. It has to be signed off again.

    Raises Conflict for an answer that the entrant can read already.
    """
    result, answer = await find_answer(db, panel, answer_id)
    if answer.sent_at or await is_released(db, result, answer):
        raise Conflict(_("This answer was released. What the entrant has read stays as it is."))
    comments = [
        {**one, "left_out": [at for at in range(len(one["comments"])) if f"{of}-{at}" not in kept]}
        for of, one in enumerate(answer.comments)
    ]
    if (answer.words, answer.comments) == (words, comments):
        return
    answer.words, answer.comments = words, comments
    answer.words_html = await markdown_html(words)
    answer.signed_at = answer.signed_by = None
    await record(db, Kind.REASONS_CHANGED, viewer, on=campaign, subject=answer)


async def is_released(db: AsyncSession, result: PanelResult, answer: EntrantAnswer) -> bool:
    """Whether the entrant can read the answer: it is signed off, and the date has come."""
    if answer.signed_at is None or result.answers_from is None:
        return False
    now = await db.scalar(select(func.clock_timestamp()))
    return now is not None and result.answers_from <= now


async def sign_answers(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel: Panel, seen: Mapping[int, str]
) -> int:
    """Signs off the answers that the viewer has read, and returns how many; `seen` has the
    fingerprint of each as it was shown.

    Raises Conflict where one was changed since then: it has to be read again.
    """
    panel = await lock_panel(db, panel.id)
    result = await must_be_published(db, panel)
    answers = await db.scalars(
        held(
            select(EntrantAnswer)
            .where(EntrantAnswer.result_id == result.id, EntrantAnswer.id.in_(seen))
            .order_by(EntrantAnswer.id)
        )
    )
    unsigned = [answer for answer in answers if answer.signed_at is None]
    # Computed for what was read, so that thousands need not be computed at once.
    distances = await distances_of(db, result.run_id, [one.entry_id for one in unsigned])
    for one in unsigned:
        one.distance = distances.get(one.entry_id)
    changed = [one for one in unsigned if answer_fingerprint(one) != seen[one.id]]
    if changed:
        raise Conflict(
            ngettext(
                "%(num)s answer was changed since you opened this page. Nothing was signed: read "
                "it again.",
                "%(num)s answers were changed since you opened this page. Nothing was signed: "
                "read them again.",
                len(changed),
            )
        )
    for answer in unsigned:
        answer.signed_at, answer.signed_by = func.clock_timestamp(), viewer.person_id
    if unsigned:
        await record(
            db, Kind.REASONS_SIGNED, viewer, on=campaign, subject=result, signed=len(unsigned)
        )
    return len(unsigned)


async def release_answers(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel: Panel, at: datetime
) -> None:
    """Sets from when on entrants can read their reasons; they are told then.

    Raises Conflict once they can, and Invalid where no answer is drafted.
    """
    panel = await lock_panel(db, panel.id)
    result = await must_be_published(db, panel)
    if result.answers_from == at:
        return
    now = await db.scalar(select(func.clock_timestamp()))
    if now and result.answers_from and result.answers_from <= now:
        raise Conflict(_("The reasons were released. The date stays as it was."))
    any_answer = await db.scalar(
        select(EntrantAnswer.id).where(EntrantAnswer.result_id == result.id).limit(1)
    )
    if any_answer is None:
        raise Invalid(_("Draft the answers first."), field="answers_from")
    result.answers_from = at
    await record(db, Kind.REASONS_CHANGED, viewer, on=campaign, subject=result)


async def announce_answers(db: AsyncSession) -> None:
    """For the clock: tells entrants once that they can read their reasons, when the date has come;
    also those whose answer was signed off later."""
    for result in await db.scalars(held(DUE)):
        panel = await db.get_one(Panel, result.panel_id)
        campaign = await db.get_one(Campaign, panel.campaign_id)
        await db.execute(
            update(EntrantAnswer)
            .where(
                EntrantAnswer.result_id == result.id,
                EntrantAnswer.signed_at.is_not(None),
                EntrantAnswer.sent_at.is_(None),
            )
            .values(sent_at=func.now())
        )
        await record(db, Kind.REASONS_RELEASED, None, on=campaign, subject=result)
