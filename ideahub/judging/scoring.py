"""Rules for scoring an entry: saved as one types, finished once, reopened as long as it is fair."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import must_accept_in
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.locking import held, unchanged
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.judging.criterion_view import CriterionView, criteria_of
from ideahub.judging.models import (
    Assignment,
    Commenting,
    Panel,
    PanelJudge,
    Recusal,
    Score,
    Scorecard,
)
from ideahub.judging.queries import OwnAssignment
from ideahub.judging.reading_again import is_third_reading
from ideahub.judging.scales import read_score


class TypedScore(msgspec.Struct, frozen=True):
    """What was typed about one criterion."""

    value: str = ""
    for_entrant: str = ""
    internal: str = ""


class OpenedPage(msgspec.Struct, frozen=True):
    """The page on which a scorecard is filled in: its name, made when it was opened, and how often
    the scorecard had been saved then."""

    name: str
    seen: int


Typed = Mapping[int, TypedScore]
VALUE, ENTRANT, INTERNAL = "score", "entrant", "internal"


async def save_scores(
    db: AsyncSession, viewer: Viewer, own: OwnAssignment, typed: Typed, on_page: OpenedPage
) -> dict[str, str]:
    """Saves what a judge has typed so far; what is not on its scale stays as it was.

    Returns a sentence for each field that could not be saved (`score-7` for that of criterion 7).
    Raises NotFound where the judge does not have the entry any more, and Conflict where the panel
    or its phase is not open, where the scorecard is finished, and where another page of theirs has
    saved something else since this one was opened.
    """
    card = await _open_card(db, viewer, own)
    criteria = await criteria_of(db, own.panel_id)
    errors, rows = _read(criteria, typed)
    if not await _changes(db, card, rows):
        return errors
    if card.saved > on_page.seen and card.saved_on != on_page.name:
        raise Conflict(
            _(
                "You have changed this scorecard on another page meanwhile. Nothing was saved from "
                "here. Open this page anew to see it, then put in what is missing."
            ),
            field="card",
        )
    await _store(db, card, rows)
    card.saved, card.saved_at, card.saved_on = card.saved + 1, func.now(), on_page.name
    if card.saved == 1:
        await _record(db, Kind.SCORECARD_BEGUN, viewer, own)
    await db.flush()
    return errors


async def finish_scorecard(db: AsyncSession, viewer: Viewer, own: OwnAssignment) -> bool:
    """Makes a scorecard final, so that it counts; returns False where it is final already.

    Raises Invalid, by field, where a score or a comment is missing, and what `save_scores` raises.
    """
    if own.final_at is not None and own.stands:
        return False
    card = await _open_card(db, viewer, own)
    scores = await scores_of(db, card.id)
    if errors := _missing(await criteria_of(db, own.panel_id), scores):
        raise Invalid(errors=errors)
    card.final_at = func.now()
    await _record(db, Kind.SCORECARD_FINISHED, viewer, own)
    return True


async def reopen_scorecard(db: AsyncSession, viewer: Viewer, own: OwnAssignment) -> bool:
    """Lets a judge change a final scorecard of theirs; returns False where it is open already.

    Raises NotFound, and Conflict where the panel or its phase is not open, or where the judge may
    have learned what others gave, so that their own scores would follow those: they have looked, or
    it is a third reading, after which they take part in the meeting.
    """
    await _hold_open(db, own)
    judge = select(PanelJudge.scores_opened_at).join(
        Assignment, Assignment.judge_id == PanelJudge.id
    )
    if await db.scalar(judge.where(Assignment.id == own.id)):
        raise Conflict(
            _("You have seen what the others gave, so your own scorecards stay as they are.")
        )
    card = await db.scalar(_card_of(own))
    if card is None or card.final_at is None:
        return False
    if own.read_until is not None:
        raise Conflict(_("A third reading stays as it was finished."))
    card.final_at = None
    await _record(db, Kind.SCORECARD_REOPENED, viewer, own)
    return True


async def scores_of(db: AsyncSession, scorecard_id: int | None) -> dict[int, Score]:
    """What a scorecard says, by criterion."""
    if scorecard_id is None:
        return {}
    stored = select(Score).where(Score.scorecard_id == scorecard_id)
    found = await db.scalars(stored.execution_options(populate_existing=True))
    return {score.criterion_id: score for score in found}


def must_have_reason(criterion: CriterionView, score: Score | None) -> dict[str, str]:
    """A sentence for each field of a criterion that has to be filled in before one can finish."""
    errors = {}
    if score is None or score.value is None:
        errors[VALUE] = _("“%(name)s” has no score yet.", name=criterion.name)
    for field, commenting, words in (
        (ENTRANT, criterion.comment_for_entrant, score.comment_for_entrant if score else ""),
        (INTERNAL, criterion.comment_internal, score.comment_internal if score else ""),
    ):
        if commenting == Commenting.REQUIRED and not words:
            errors[field] = _("“%(name)s” needs a comment.", name=criterion.name)
    return errors


def _missing(criteria: Sequence[CriterionView], scores: Mapping[int, Score]) -> dict[str, str]:
    return {
        f"{field}-{criterion.id}": sentence
        for criterion in criteria
        for field, sentence in must_have_reason(criterion, scores.get(criterion.id)).items()
    }


def _read(
    criteria: Sequence[CriterionView], typed: Typed
) -> tuple[dict[str, str], list[dict[str, object]]]:
    errors: dict[str, str] = {}
    rows = []
    for criterion in criteria:
        sent = typed.get(criterion.id, TypedScore())
        row: dict[str, object] = {
            "criterion_id": criterion.id,
            "comment_for_entrant": sent.for_entrant,
            "comment_internal": sent.internal,
        }
        try:
            row["value"] = read_score(criterion, sent.value)
        except Invalid as problem:
            errors[f"{VALUE}-{criterion.id}"] = problem.reason
        rows.append(row)
    return errors, rows


async def _changes(db: AsyncSession, card: Scorecard, rows: Sequence[Mapping[str, object]]) -> bool:
    stored = await scores_of(db, card.id)
    empty = Score(comment_for_entrant="", comment_internal="")
    return any(
        getattr(stored.get(int(str(row["criterion_id"])), empty), name) != value
        for row in rows
        for name, value in row.items()
        if name != "criterion_id"
    )


async def _store(db: AsyncSession, card: Scorecard, rows: Sequence[Mapping[str, object]]) -> None:
    for row in rows:
        values = {name: value for name, value in row.items() if name != "criterion_id"}
        await db.execute(
            insert(Score)
            .values(scorecard_id=card.id, **row)
            .on_conflict_do_update(index_elements=["scorecard_id", "criterion_id"], set_=values)
            .execution_options(synchronize_session=False)
        )


async def _hold_open(db: AsyncSession, own: OwnAssignment) -> None:
    """Raises unless the judge still has the entry and can score it: a third reading in its own
    time, any other while the panel is open. Nobody closes the panel or passes the entry on until
    the transaction ends."""
    panel = await db.scalar(unchanged(select(Panel).where(Panel.id == own.panel_id)))
    assert panel is not None
    stands = (
        select(Assignment.id)
        .outerjoin(Recusal, Recusal.assignment_id == Assignment.id)
        .where(Assignment.id == own.id, Assignment.ended_at.is_(None), Recusal.id.is_(None))
    )
    if await db.scalar(stands) is None:
        raise NotFound
    if own.is_gone:
        raise Conflict(_("This entry is not judged any more."))
    if await is_third_reading(db, own.id):
        return
    await db.refresh(panel)
    if panel.closed_at is not None:
        raise Conflict(_("This panel is closed: scorecards stay as they are."))
    await must_accept_in(db, panel.phase_id, Accepts.SCORING)


async def _open_card(db: AsyncSession, viewer: Viewer, own: OwnAssignment) -> Scorecard:
    await _hold_open(db, own)
    await db.execute(
        insert(Scorecard)
        .values(assignment_id=own.id, revision_id=own.revision_id)
        .on_conflict_do_nothing(index_elements=[Scorecard.assignment_id])
    )
    card = await db.scalar(_card_of(own))
    assert card is not None
    if card.final_at is not None:
        raise Conflict(_("You have finished this scorecard. Reopen it to change it."), field="card")
    return card


def _card_of(own: OwnAssignment) -> Select[Scorecard]:
    return held(select(Scorecard).where(Scorecard.assignment_id == own.id))


async def _record(db: AsyncSession, kind: Kind, viewer: Viewer, own: OwnAssignment) -> None:
    # Nothing of what was scored: events are read by everybody's open pages.
    campaign_id = await db.scalar(select(Panel.campaign_id).where(Panel.id == own.panel_id))
    assert campaign_id is not None
    subject = Ref(Assignment, own.id)
    await record(db, kind, viewer, on=Ref(Campaign, campaign_id), subject=subject)
