"""The facts on the page of a decision or an answer: who wants it, who pays, and what is new."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import ContributionKind
from ideahub.core.events import Event
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Role
from ideahub.desk import live
from ideahub.desk.weighing import weight_of
from ideahub.ideas.models import Idea
from ideahub.realtime.push import Refresh
from ideahub.sponsorship.models import PledgeKind
from tests.conftest import Browse
from tests.desk.test_the_desk import owe
from tests.support.cast import Cast, make_person, viewer_of
from tests.support.dom import section
from tests.support.ripening import contribute, found, pledge, posted, support

NO: Mapping[str, str] = {
    "verdict": "no",
    "reason_kind": "cost",
    "body": "It costs too much.",
    "seen_response": "0",
    "seen_version": "0",
}


async def case(db: AsyncSession, cast: Cast, browse: Browse, idea: Idea) -> str:
    """What Mia reads before she decides."""
    await db.commit()
    shown = (await (await browse(cast.mia)).get(f"/ideas/{idea.id}/decision")).text
    return str(section(shown, f"idea-{idea.id}-case"))


async def test_it_says_where_supporters_work_unless_that_tells_of_single_people(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await support(db, idea, 4, cast.transport)
    await support(db, idea, 2, cast.ministry)
    shown = await case(db, cast, browse, idea)
    assert "2 organisations" in shown
    assert cast.transport.name in shown
    assert cast.ministry.name not in shown


async def test_it_says_how_sure_it_is_who_supports(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await support(db, idea, 2)
    await db.commit()
    for person in (cast.ben, cast.cem):
        await (await browse(person)).post(f"/ideas/{idea.id}/vote", {"vote": "yes"})
    shown = await case(db, cast, browse, idea)
    for words in ("1 member of staff", "1 person with a proved", "2 people who proved no"):
        assert words in shown


async def test_it_sums_what_is_promised_and_names_offers_as_such(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, idea = await posted(db, cast)
    await db.execute(
        update(Campaign).where(Campaign.id == campaign.id).values(fiscal_year="2027 and 2028")
    )
    money = {"kind": PledgeKind.MONEY, "currency": "EUR"}
    await pledge(db, idea, cast.sam, amount=Decimal(1_500), **money)
    await pledge(db, idea, cast.sam, amount=Decimal(500), **money)
    await pledge(db, idea, cast.sam, amount=Decimal(9_000), accepted_at=None, **money)
    shown = await case(db, cast, browse, idea)
    assert "Promised in all: €2,000" in shown
    assert "Offered" in shown
    assert "2027 and 2028" in shown


async def test_what_is_new_makes_open_pages_look_again(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await db.commit()
    concern = {"kind": "concern", "body": "Who is insured?", "remedy": "The school is."}
    await (await browse(cast.ben)).post(f"/ideas/{idea.id}/contributions", concern)
    event = await db.scalar(select(Event).order_by(Event.id.desc()).limit(1))
    assert event
    told = [one for show in live.SHOWS[event.kind] for one in await show(db, event)]
    assert told == [Refresh(f"case:{idea.id}")]
    assert "Who is insured?" in await case(db, cast, browse, idea)


async def test_only_who_decides_or_answers_listens(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    for person in (cast.mia, cast.sam):
        concern = await live.case_room(db, await viewer_of(db, person), idea.id)
        assert concern.idea == idea.id
    for other in (cast.ben, None):
        with pytest.raises(NotFound):
            await live.case_room(db, await viewer_of(db, other), idea.id)


async def test_a_refused_answer_comes_back_on_the_same_page(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await owe(db, idea.id, cast.sam, 3)
    await db.commit()
    sam, page = await browse(cast.sam), f"/ideas/{idea.id}/response/brief"
    refused = await sam.post(page, dict(NO))
    assert refused.status_code == 422
    for words in ("An answer in five minutes", "It costs too much.", f'action="{page}"'):
        assert words in refused.text
    given = await sam.post(page, {**NO, "would_change": "It becomes cheaper."})
    assert (given.status_code, given.headers["location"]) == (303, f"/ideas/{idea.id}/response")
    assert (await sam.get(page)).headers["location"] == f"/ideas/{idea.id}/response"


async def test_of_two_leaders_who_answer_at_once_the_second_keeps_the_text(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await owe(db, idea.id, cast.sam, 3)
    await db.commit()
    page, yes = f"/ideas/{idea.id}/response/brief", {**NO, "verdict": "yes", "reason_kind": ""}
    lou = await browse(await make_person(db, "Lou Lee", cast.city, Role.LEADER))
    await db.commit()
    sam = await browse(cast.sam)
    for _press in range(2):
        assert (await sam.post(page, yes)).status_code == 303
    late = await lou.post(page, {**yes, "body": "In other words."})
    assert late.status_code == 409
    assert "In other words." in late.text
    assert "Sam Hart has answered while you were writing" in late.text
    assert "An answer in five minutes" in late.text


async def test_breadth_is_counted_as_elsewhere(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await support(db, idea, 3, cast.transport)
    await support(db, idea, 2)
    of_clock = await db.scalar(select(func.idea_breadth(idea.id)))
    weight = await weight_of(db, await found(db, cast.mia, idea))
    assert (weight.organisations, of_clock, weight.citizens) == (2, 2, 2)
    shown = await case(db, cast, browse, idea)
    assert "(all citizens count as one: 2 citizens)" in shown


async def test_no_open_concern_says_whether_anybody_had_one(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    assert "Nobody has raised a concern." in await case(db, cast, browse, idea)
    concern = await contribute(db, idea, cast.ben, ContributionKind.CONCERN)
    assert "Nobody has raised" not in await case(db, cast, browse, idea)
    await contribute(db, idea, cast.ada, ContributionKind.QUESTION, parent_id=concern.id)
    assert "None is open: the authors have answered it." in await case(db, cast, browse, idea)


async def test_promises_that_were_not_kept_are_named(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await pledge(db, idea, cast.sam, lapsed_at=func.now())
    shown = await case(db, cast, browse, idea)
    assert "Not kept:" in shown and cast.sam.name in shown
