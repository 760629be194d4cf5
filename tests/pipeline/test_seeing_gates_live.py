"""What is pushed after a deed is exactly what the page shows."""

import re

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.app import shows
from ideahub.campaigns.models import Audience
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.voting import vote
from ideahub.pipeline import live
from ideahub.pipeline.advancing import decide
from ideahub.pipeline.concluding import conclude_experiment
from ideahub.pipeline.decision_input import DecisionInput
from ideahub.pipeline.experimenting import plan_experiment
from ideahub.pipeline.models import Decision
from ideahub.pipeline.observing import take_reading
from ideahub.realtime.push import Push, Refresh, RoomMessage
from tests.conftest import Browse
from tests.support.cast import Cast, viewer_of
from tests.support.ripening import PLAN, at_stage, found, posted, ripe_spark

FORBIDDEN = re.compile(r"<(form|details|dialog|input|textarea|select)\b")


async def told(db: AsyncSession, kind: Kind) -> list[RoomMessage]:
    """What pipeline's functions show after the newest event of this kind."""
    newest = select(Event).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)
    happened = await db.scalar(newest)
    assert happened
    return [one for show in live.shows()[kind] for one in await show(db, happened)]


def pushes(some: list[RoomMessage], room: str) -> dict[str, str]:
    return {one.element_id: one.html for one in some if isinstance(one, Push) and one.room == room}


def refreshed(some: list[RoomMessage]) -> set[str]:
    return {one.room for one in some if isinstance(one, Refresh)}


async def must_be_on(browse: Browse, cast: Cast, url: str, some: dict[str, str]) -> None:
    """Every pushed element is on the page as it was pushed, for whoever looks."""
    for person in (None, cast.ada, cast.mia):
        shown = (await (await browse(person)).get(url)).text
        for element_id, html in some.items():
            assert html.strip() in shown, (element_id, person)
            assert f'id="{element_id}"' in html
            assert not FORBIDDEN.search(html)


async def test_a_vote_moves_the_gate_and_the_track(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, idea = await posted(db, cast)
    await vote(db, await viewer_of(db, cast.ben), await found(db, cast.ben, idea))
    await db.commit()
    some = await told(db, Kind.VOTE_CAST)
    on_page = pushes(some, f"idea:{idea.id}")
    assert set(on_page) == {f"idea-{idea.id}-gate", f"idea-{idea.id}-track"}
    assert "Needs 4 more supporters" in on_page[f"idea-{idea.id}-gate"]
    await must_be_on(browse, cast, f"/ideas/{idea.id}", on_page)
    cards = pushes(some, "ideas")
    assert cards == pushes(some, f"campaign:{campaign.id}")
    await must_be_on(browse, cast, "/ideas", cards)
    assert refreshed(some) == set()


async def test_a_decision_is_seen_everywhere(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign, idea = await ripe_spark(db, cast)
    verdict = DecisionInput(Decision.ADVANCE, "It has what it takes.", Stage.SPARK)
    await decide(db, await viewer_of(db, cast.mia), await found(db, cast.mia, idea), verdict)
    await db.commit()
    some = await told(db, Kind.STAGE_ADVANCED)
    on_page = pushes(some, f"idea:{idea.id}")
    assert set(on_page) == {
        f"idea-{idea.id}-{part}" for part in ("gate", "track", "verdict", "reviews", "lessons")
    }
    assert "Mia Sato moved it on to Concept" in on_page[f"idea-{idea.id}-reviews"]
    await must_be_on(browse, cast, f"/ideas/{idea.id}", on_page)
    await must_be_on(browse, cast, "/ideas", pushes(some, "ideas"))
    assert refreshed(some) == {f"idea:{idea.id}", f"campaign:{campaign.id}", "board"}


async def test_internal_ideas_are_told_in_their_own_rooms_only(
    db: AsyncSession, cast: Cast
) -> None:
    campaign, idea = await ripe_spark(db, cast, audience=Audience.INTERNAL)
    verdict = DecisionInput(Decision.ADVANCE, "Yes.", Stage.SPARK)
    await decide(db, await viewer_of(db, cast.mia), await found(db, cast.mia, idea), verdict)
    some = await told(db, Kind.STAGE_ADVANCED)
    assert {one.room for one in some} == {f"idea:{idea.id}", f"campaign:{campaign.id}"}
    concerns = await live.board_room(db, await viewer_of(db, None), 0)
    assert await db.scalar(select(Event.id).where(concerns)) is None


async def test_the_board_room_hears_of_public_moves(db: AsyncSession, cast: Cast) -> None:
    _, idea = await ripe_spark(db, cast)
    stranger = await viewer_of(db, None)
    concerns = await live.board_room(db, stranger, 0)
    assert await db.scalar(select(Event.id).where(concerns)) is None
    verdict = DecisionInput(Decision.HOLD, "Not yet.", Stage.SPARK)
    await decide(db, await viewer_of(db, cast.mia), await found(db, cast.mia, idea), verdict)
    assert await db.scalar(select(Event.kind).where(concerns)) == Kind.STAGE_HELD
    nothing = await live.board_room(db, stranger, 3)
    assert await db.scalar(select(Event.id).where(nothing)) is None


@pytest.mark.slow
async def test_experiments_are_seen_as_they_go(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.PROTOTYPE)
    ada, known = await viewer_of(db, cast.ada), await found(db, cast.ada, idea)
    number = await plan_experiment(db, ada, known, PLAN)
    await take_reading(db, ada, known, number, value=PLAN.target)
    await conclude_experiment(db, ada, known, number, result="It works.", lesson="Ask first.")
    await db.commit()
    for kind in live.EXPERIMENT_KINDS:
        if kind is not Kind.EXPERIMENT_CHANGED:
            some = pushes(await told(db, kind), f"idea:{idea.id}")
            own = some.pop(f"experiment-{number}")
            await must_be_on(browse, cast, f"/ideas/{idea.id}", some)
            await must_be_on(browse, cast, f"/experiments/{number}", {f"experiment-{number}": own})


@pytest.mark.parametrize("kind", [Kind.IDEA_HIDDEN, Kind.IDEA_WITHDRAWN])
@pytest.mark.parametrize("audience", list(Audience))
async def test_what_is_taken_out_leaves_the_public_board(
    db: AsyncSession, cast: Cast, kind: Kind, audience: Audience
) -> None:
    campaign, idea = await posted(db, cast, audience=audience)
    happened = Event(kind=kind, idea_id=idea.id, campaign_id=campaign.id)
    some = await live.show_gone(db, happened)
    assert refreshed(list(some)) == ({"board"} if audience is Audience.PUBLIC else set())


async def test_a_hidden_idea_s_decisions_do_not_reach_the_lists(
    db: AsyncSession, cast: Cast
) -> None:
    _, idea = await ripe_spark(db, cast)
    verdict = DecisionInput(Decision.HOLD, "Not yet.", Stage.SPARK)
    await decide(db, await viewer_of(db, cast.mia), await found(db, cast.mia, idea), verdict)
    await db.execute(update(Idea).where(Idea.id == idea.id).values(hidden_at=idea.created_at))
    some = await told(db, Kind.STAGE_HELD)
    assert "board" not in refreshed(some)
    assert pushes(some, "ideas") == {}


async def test_every_kind_that_a_criterion_counts_is_shown() -> None:
    wired = shows()
    counted = (
        *(Kind.VOTE_CAST, Kind.VOTE_WITHDRAWN, Kind.IDEA_REVISED),
        *(Kind.CONTRIBUTION_MADE, Kind.CONTRIBUTION_WITHDRAWN, Kind.CONTRIBUTION_ADOPTED),
        *(Kind.PLEDGE_ACCEPTED, Kind.PLEDGE_KEPT, Kind.PLEDGE_PART_KEPT),
        *(Kind.PLEDGE_WITHDRAWN, Kind.PLEDGE_LAPSED),
    )
    for kind in (*counted, *live.STAGE_KINDS, *live.EXPERIMENT_KINDS):
        assert live.show_gate in wired[kind]


async def test_nothing_is_shown_of_what_is_not_there(db: AsyncSession) -> None:
    nothing = Event(kind=Kind.VOTE_CAST, idea_id=999_999)
    for show in (live.show_gate, live.show_decision, live.show_experiments, live.show_gone):
        assert not await show(db, nothing)
    with pytest.raises(NotFound):
        await found(db, None, Idea(id=999_999))


async def test_reviewers_find_the_way_to_decide_on_the_idea_s_page(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await db.commit()
    shown = (await (await browse(cast.mia)).get(f"/ideas/{idea.id}")).text
    assert f'href="/ideas/{idea.id}/decision"' in shown
    gate = shown.split(f'id="idea-{idea.id}-gate"')[1].split("</section>")[0]
    assert not FORBIDDEN.search(gate)
    for person in (None, cast.ada, cast.ben):
        shown = (await (await browse(person)).get(f"/ideas/{idea.id}")).text
        assert "/decision" not in shown
        assert f'id="idea-{idea.id}-gate"' in shown
