"""A new measure is one object: measured, worded, shown, and shown anew after its deeds."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.app import shows
from ideahub.conversation.models import Contribution
from ideahub.conversation.queries import find_contribution
from ideahub.conversation.thanking import thank
from ideahub.core.criteria import CRITERIA, Criterion, CriterionWords, by_measure
from ideahub.core.events import Event, Kind
from ideahub.ideas.criteria import SUPPORTERS
from ideahub.ideas.models import Idea, Stage
from ideahub.pipeline import live
from ideahub.pipeline.advancing import decide
from ideahub.pipeline.decision_input import DecisionInput
from ideahub.pipeline.describing import sentence
from ideahub.pipeline.measuring import measure, measure_one
from ideahub.pipeline.models import Decision, Gate, GateCriterion
from ideahub.realtime.push import Push
from tests.conftest import Browse
from tests.support.cast import Cast, add, viewer_of
from tests.support.ripening import contribute, found, posted

GRATITUDE = Criterion(
    measure="gratitude",
    query=select(func.coalesce(func.sum(Contribution.thanks_count), 0))
    .where(Contribution.idea_id == Idea.id)
    .correlate(Idea)
    .scalar_subquery(),
    words=CriterionWords(
        name="People are grateful",
        hint="Thank those who add to it.",
        lacking=lambda n: f"{n} more thanks",
    ),
    events=(Kind.CONTRIBUTION_THANKED,),
)


@pytest.fixture
def grateful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some feature has one criterion more."""
    monkeypatch.setitem(CRITERIA, GRATITUDE.measure, GRATITUDE)


async def thanked_idea(db: AsyncSession, cast: Cast) -> tuple[Idea, int]:
    """Ada's idea, whose gate asks for two thanks and one supporter; Ben has added to it."""
    campaign, idea = await posted(db, cast)
    gate = Gate(campaign_id=campaign.id, from_stage=Stage.SPARK, to_stage=Stage.CONCEPT)
    gate_id = (await add(db, gate)).id
    asked_for = [(GRATITUDE.measure, 2), (SUPPORTERS.measure, 1)]
    for position, (name, threshold) in enumerate(asked_for):
        row = GateCriterion(gate_id=gate_id, position=position, measure=name, threshold=threshold)
        await add(db, row)
    build = await contribute(db, idea, cast.ben)
    await db.commit()
    return idea, build.id


@pytest.mark.usefixtures("grateful")
async def test_it_is_measured_and_worded(db: AsyncSession, cast: Cast) -> None:
    idea, build = await thanked_idea(db, cast)
    _, other = await posted(db, cast)
    assert sentence(await measure_one(db, idea.id)) == "Needs 2 more thanks and 1 more supporter"
    cem = await viewer_of(db, cast.cem)
    said, known = await find_contribution(db, cem, build)
    await thank(db, cem, known, said)
    standings = await measure(db, [idea.id, other.id])
    assert [(one.criterion, one.reached, one.wanted) for one in standings[idea.id].criteria] == [
        (GRATITUDE, 1, 2),
        (SUPPORTERS, 0, 1),
    ]
    assert len(standings[other.id].criteria) == 3


@pytest.mark.usefixtures("grateful")
async def test_the_gate_shows_it_anew_after_its_deed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, build = await thanked_idea(db, cast)
    browser = await browse(cast.cem)
    before = (await browser.get(f"/ideas/{idea.id}")).text
    assert "People are grateful" in before
    assert "0 of 2" in before
    assert (await browser.post(f"/contributions/{build}/thanks")).status_code == 303
    thanked = Kind.CONTRIBUTION_THANKED
    event = (await db.scalars(select(Event).where(Event.kind == thanked))).one()
    (show,) = live.shows()[thanked]
    gate_id = f"idea-{idea.id}-gate"
    pushed = {one.element_id: one.html for one in await show(db, event) if isinstance(one, Push)}
    assert "1 of 2" in pushed[gate_id]
    assert "Thank those who add to it." in pushed[gate_id]
    assert pushed[gate_id].strip() in (await browser.get(f"/ideas/{idea.id}")).text


@pytest.mark.usefixtures("grateful")
async def test_a_decision_keeps_it_as_evidence(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, _ = await thanked_idea(db, cast)
    verdict = DecisionInput(Decision.HOLD, "Not yet.", Stage.SPARK)
    viewer = await viewer_of(db, cast.mia)
    review = await decide(db, viewer, await found(db, cast.mia, idea), verdict)
    kept = {"measure": "gratitude", "threshold": 2, "reached": 0, "met": False}
    assert review.evidence[0] == kept
    await db.commit()
    shown = (await (await browse(None)).get(f"/ideas/{idea.id}")).text
    assert "People are grateful: 0 of 2 (not met)" in shown


async def test_a_gate_that_asks_for_what_nobody_counts_is_a_fault(
    db: AsyncSession, cast: Cast
) -> None:
    idea, _ = await thanked_idea(db, cast)
    with pytest.raises(KeyError, match="gratitude"):
        await measure_one(db, idea.id)


def test_two_criteria_of_one_measure_are_a_fault() -> None:
    with pytest.raises(ValueError, match="gratitude"):
        by_measure([GRATITUDE, SUPPORTERS, replace(SUPPORTERS, measure=GRATITUDE.measure)])
    assert by_measure([SUPPORTERS, GRATITUDE])["gratitude"] is GRATITUDE


async def test_every_gate_asks_for_measures_that_are_counted(db: AsyncSession) -> None:
    names = set(await db.scalars(select(GateCriterion.measure)))
    assert len(names) == 12
    assert names <= set(CRITERIA)


def test_after_every_deed_that_is_counted_the_gate_is_shown() -> None:
    wired = shows()
    for criterion in CRITERIA.values():
        assert criterion.events
        for kind in criterion.events:
            assert wired[kind].count(live.show_gate) == 1, (criterion.measure, kind)
