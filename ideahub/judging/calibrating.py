"""A calibration round: all judges score the same samples to find a common measure. Nothing of it
counts. Whoever has finished a sample sees what the others gave it, and only that."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import rows_of
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.judging.criterion_view import CriterionView, criteria_of
from ideahub.judging.inviting import must_not_be_closed
from ideahub.judging.models import (
    CalibrationCard,
    CalibrationSample,
    CalibrationScore,
    PanelJudge,
)
from ideahub.judging.panels import lock_panel
from ideahub.judging.queries import OwnPanel
from ideahub.judging.scales import read_score

MOST_SAMPLES = 2


class SamplePlan(msgspec.Struct, frozen=True):
    """A sample as a manager wrote it, in Markdown."""

    title: str
    text: str


class SampleView(msgspec.Struct, frozen=True):
    """A sample; `final_at` is when this judge finished it."""

    id: int
    position: int
    title: str
    text: str
    text_html: str
    final_at: datetime | None = None


class TypedSample(msgspec.Struct, frozen=True):
    """What was typed about one criterion of a sample."""

    value: str = ""
    comment: str = ""


class SampleScores(msgspec.Struct, frozen=True):
    """What one judge, by their number in the panel, gave a sample, by criterion."""

    label: int
    is_own: bool
    values: dict[int, Decimal | None]
    comments: dict[int, str]


OF_PANEL = CalibrationSample.panel_id == bindparam("panel_id", type_=BigInteger)
_columns = [
    getattr(CalibrationSample, name) for name in ("id", "position", "title", "text", "text_html")
]
SAMPLES = select(*_columns).where(OF_PANEL).order_by(CalibrationSample.position)
JUDGE_ID = bindparam("judge_id", type_=BigInteger)
_card = (CalibrationCard.sample_id == CalibrationSample.id) & (CalibrationCard.judge_id == JUDGE_ID)
FOR_JUDGE = (
    select(*_columns, CalibrationCard.final_at)
    .outerjoin(CalibrationCard, _card)
    .where(OF_PANEL)
    .order_by(CalibrationSample.position)
)
GIVEN = (
    select(
        PanelJudge.label,
        CalibrationCard.judge_id,
        CalibrationScore.criterion_id,
        CalibrationScore.value,
        CalibrationScore.comment,
    )
    .join(CalibrationCard, CalibrationCard.id == CalibrationScore.card_id)
    .join(PanelJudge, PanelJudge.id == CalibrationCard.judge_id)
    .where(
        CalibrationCard.sample_id == bindparam("sample_id", type_=BigInteger),
        CalibrationCard.final_at.is_not(None),
    )
    .order_by(PanelJudge.label)
)


async def samples_of(db: AsyncSession, panel_id: int) -> list[SampleView]:
    """The samples of a panel; none where it has no calibration round."""
    return [SampleView(*row) for row in await rows_of(db, SAMPLES, {"panel_id": panel_id})]


async def samples_for(db: AsyncSession, own: OwnPanel) -> list[SampleView]:
    """The samples of a panel, with when this judge finished each."""
    asked = {"panel_id": own.panel.id, "judge_id": own.judge_id}
    return [SampleView(*row) for row in await rows_of(db, FOR_JUDGE, asked)]


async def set_samples(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel_id: int,
    plans: Sequence[SamplePlan],
) -> None:
    """Makes these the samples of the panel; without any there is no calibration round.

    Raises Conflict once a judge has scored one of them, or the panel is closed.
    """
    written = [(plan, await markdown_html(plan.text)) for plan in plans[:MOST_SAMPLES]]
    panel = await lock_panel(db, panel_id)
    must_not_be_closed(panel)
    ours = select(CalibrationSample.id).where(CalibrationSample.panel_id == panel.id)
    if await db.scalar(select(exists().where(CalibrationCard.sample_id.in_(ours)))):
        raise Conflict(
            _("A judge has scored these samples already, so they stay as they are."),
            field="title_1",
        )
    await db.execute(delete(CalibrationSample).where(CalibrationSample.panel_id == panel.id))
    db.add_all(
        CalibrationSample(
            panel_id=panel.id, position=at, title=plan.title, text=plan.text, text_html=html
        )
        for at, (plan, html) in enumerate(written, 1)
    )
    await record(db, Kind.CALIBRATION_CHANGED, viewer, on=campaign, subject=panel)


async def score_sample(
    db: AsyncSession,
    viewer: Viewer,
    own: OwnPanel,
    sample_id: int,
    typed: Mapping[int, TypedSample],
) -> bool:
    """Gives a sample its scores, once and for all; returns False where this judge did so before.

    Raises NotFound; Invalid, by field, for a criterion without a score, or one off its scale; and
    Conflict where the panel is closed.
    """
    judge = await locked(db, PanelJudge, own.judge_id)
    if sample_id not in {sample.id for sample in await samples_of(db, own.panel.id)}:
        raise NotFound
    if own.panel.closed_at is not None:
        raise Conflict(_("This panel is closed. Nothing of it changes any more."), field="card")
    mine = CalibrationCard.judge_id == judge.id, CalibrationCard.sample_id == sample_id
    if await db.scalar(select(CalibrationCard.id).where(*mine)) is not None:
        return False
    rows = _read(await criteria_of(db, own.panel.id), typed)
    card = CalibrationCard(sample_id=sample_id, judge_id=judge.id, final_at=func.now())
    db.add(card)
    await db.flush()
    db.add_all(CalibrationScore(card_id=card.id, **row) for row in rows)
    on = Ref(Campaign, own.panel.campaign_id)
    await record(db, Kind.CALIBRATION_FINISHED, viewer, on=on, subject=card)
    return True


async def sample_scores(db: AsyncSession, own: OwnPanel, sample: SampleView) -> list[SampleScores]:
    """What all who have finished the sample gave it; nothing before this judge has."""
    if sample.final_at is None:
        return []
    found: dict[tuple[int, bool], SampleScores] = {}
    for row in await rows_of(db, GIVEN, {"sample_id": sample.id}):
        key = row.label, row.judge_id == own.judge_id
        given = found.setdefault(key, SampleScores(*key, {}, {}))
        given.values[row.criterion_id] = row.value
        given.comments[row.criterion_id] = row.comment
    return list(found.values())


def _read(
    criteria: Sequence[CriterionView], typed: Mapping[int, TypedSample]
) -> list[dict[str, object]]:
    errors: dict[str, str] = {}
    rows: list[dict[str, object]] = []
    for criterion in criteria:
        sent = typed.get(criterion.id, TypedSample())
        try:
            value = read_score(criterion, sent.value)
        except Invalid as problem:
            errors[f"score-{criterion.id}"] = problem.reason
            continue
        if value is None:
            errors[f"score-{criterion.id}"] = _("“%(name)s” has no score yet.", name=criterion.name)
        rows.append({"criterion_id": criterion.id, "value": value, "comment": sent.comment})
    if errors:
        raise Invalid(errors=errors)
    return rows
