"""A leader offers a pledge, and the idea's authors accept or decline it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from ideahub.core.viewer import Role
from ideahub.ideas.models import CoAuthor, Idea, Stage
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.organisations.models import RoleGrant
from ideahub.realtime.push import Push
from ideahub.sponsorship.live import SHOWS
from ideahub.sponsorship.models import Pledge, PledgeKind, PledgeState
from ideahub.sponsorship.offering import PledgeOffer, offer_pledge
from ideahub.sponsorship.pledging import accept_pledge, decline_pledge, withdraw_pledge
from ideahub.sponsorship.queries import card_pledges, find_pledge, idea_pledges
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_campaign, make_cast, make_idea, viewer_of

TODAY = datetime.now(UTC).date()
STEPS = ("acceptance", "refusal", "fulfilment", "withdrawal")
NEXT_YEAR = TODAY + timedelta(days=365)
TYPED = {
    "kind": "hours",
    "amount": "40",
    "promise": "Two engineers, one day a week",
    "conditions": "… we begin with one school, and <b>meet</b> every month.",
    "expires_on": NEXT_YEAR.isoformat(),
}


def hours(**other: Any) -> PledgeOffer:
    values: dict[str, Any] = {
        "kind": PledgeKind.HOURS,
        "promise": "Two engineers",
        "expires_on": NEXT_YEAR,
        "amount": Decimal(40),
    }
    return PledgeOffer(**(values | other))


async def posted(db: AsyncSession, cast: Cast, **campaign: Any) -> Idea:
    made = await make_campaign(db, cast.city, **campaign)
    idea = await make_idea(db, made, cast.ada)
    await db.commit()
    return idea


async def seen(db: AsyncSession, cast: Cast, idea: Idea) -> IdeaView:
    return await find_idea(db, await viewer_of(db, cast.ada), idea.id)


async def events(db: AsyncSession, kind: Kind) -> int:
    return (await db.execute(select(func.count()).where(Event.kind == kind))).scalar_one()


async def offered(db: AsyncSession, cast: Cast, idea: Idea, **other: Any) -> int:
    sam = await viewer_of(db, cast.sam)
    made = await offer_pledge(db, sam, await seen(db, cast, idea), hours(**other))
    await db.commit()
    return made


async def sponsors(db: AsyncSession, idea: Idea) -> int:
    await db.refresh(idea)
    return idea.sponsors_count


async def pushed(db: AsyncSession, event: Event) -> list[Push]:
    told = [one for show in SHOWS[event.kind] for one in await show(db, event)]
    return [one for one in told if isinstance(one, Push)]


async def test_a_leader_offers_and_the_author_accepts(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast)
    sam, ada = await browse(cast.sam), await browse(cast.ada)

    form = await sam.get(f"/ideas/{idea.id}/pledges/new")
    assert form.status_code == 200
    assert "Condition" in form.text
    sent = await sam.post(f"/ideas/{idea.id}/pledges", TYPED)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/ideas/{idea.id}")

    shown = (await ada.get(f"/ideas/{idea.id}")).text
    assert "Two engineers, one day a week" in shown
    assert "40 staff hours" in shown
    assert "&lt;b&gt;meet&lt;/b&gt;" in shown
    assert await sponsors(db, idea) == 0

    pledge = (await db.scalars(select(Pledge))).one()
    accepted = await ada.post(f"/pledges/{pledge.id}/acceptance")
    assert accepted.status_code == 303
    assert await sponsors(db, idea) == 1
    assert await events(db, Kind.PLEDGE_OFFERED) == 1
    assert await events(db, Kind.PLEDGE_ACCEPTED) == 1
    event = (await db.scalars(select(Event).where(Event.kind == Kind.PLEDGE_ACCEPTED))).one()
    assert (event.actor_id, event.idea_id, event.campaign_id, event.subject_id) == (
        cast.ada.id,
        idea.id,
        idea.campaign_id,
        pledge.id,
    )


async def test_once_however_often_pressed(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await posted(db, cast)
    sam, ada = await browse(cast.sam), await browse(cast.ada)
    for _ in range(3):
        assert (await sam.post(f"/ideas/{idea.id}/pledges", TYPED)).status_code == 303
    pledge = (await db.scalars(select(Pledge))).one()
    for _ in range(3):
        answer = await ada.post(f"/pledges/{pledge.id}/acceptance", htmx=True)
        assert answer.status_code == 200
    assert (await sam.post(f"/ideas/{idea.id}/pledges", TYPED)).status_code == 303
    assert await events(db, Kind.PLEDGE_OFFERED) == await events(db, Kind.PLEDGE_ACCEPTED) == 1
    assert await sponsors(db, idea) == 1


async def test_a_draft_waits_until_the_offer_is_made(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast)
    sam = await browse(cast.sam)
    saved = await sam.post(f"/drafts/pledge-{idea.id}", {"kind": "money", "promise": "Paint, and"})
    assert saved.status_code < 300
    form = (await sam.get(f"/ideas/{idea.id}/pledges/new")).text
    assert 'value="Paint, and"' in form
    assert "What you wrote last time is still here." in form
    assert "Fill this in" not in form
    await sam.post(f"/ideas/{idea.id}/pledges", TYPED)
    assert "Paint, and" not in (await sam.get(f"/ideas/{idea.id}/pledges/new")).text


@pytest.mark.parametrize(
    "typed", ["… with one school", "Yes, and with one school", "yes and… with one school"]
)
async def test_the_lead_of_the_form_is_not_said_twice(
    db: AsyncSession, cast: Cast, browse: Browse, typed: str
) -> None:
    idea = await posted(db, cast)
    sam = await browse(cast.sam)
    await sam.post(f"/ideas/{idea.id}/pledges", TYPED | {"conditions": typed})
    assert (await db.scalars(select(Pledge.conditions))).one() == "with one school"


async def test_two_pledges_of_one_sponsor_make_one_sponsor(db: AsyncSession, cast: Cast) -> None:
    idea = await posted(db, cast)
    ada = await viewer_of(db, cast.ada)
    found = await seen(db, cast, idea)
    numbers = [await offered(db, cast, idea), await offered(db, cast, idea, promise="A mandate")]
    for number in numbers:
        await accept_pledge(db, ada, found, number)
    assert await sponsors(db, idea) == 1
    sam = await viewer_of(db, cast.sam)
    await withdraw_pledge(db, sam, found, numbers[0], "The team is needed elsewhere")
    assert await sponsors(db, idea) == 1
    await withdraw_pledge(db, sam, found, numbers[1], "That too")
    assert await sponsors(db, idea) == 0


async def test_declining_needs_a_reason_that_only_the_two_sides_see(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast)
    number = await offered(db, cast, idea)
    ada, sam, ben = await browse(cast.ada), await browse(cast.sam), await browse(cast.ben)

    bare = await ada.post(f"/pledges/{number}/refusal", {"reason": "  "})
    assert bare.status_code == 422
    assert "decline-reason-error" in bare.text
    long = await ada.post(f"/pledges/{number}/refusal", {"reason": "x" * 1001})
    assert long.status_code == 422
    assert "x" * 1001 in long.text
    assert (await ben.get(f"/pledges/{number}")).status_code == 200

    said = await ada.post(f"/pledges/{number}/refusal", {"reason": "We need a mandate first"})
    assert said.status_code == 303
    assert "We need a mandate first" in (await sam.get(f"/pledges/{number}")).text
    assert (await ben.get(f"/pledges/{number}")).status_code == 404
    assert "Two engineers" not in (await ben.get(f"/ideas/{idea.id}")).text
    assert await events(db, Kind.PLEDGE_DECLINED) == 1


async def test_answers_that_cross_are_refused_in_a_sentence(db: AsyncSession, cast: Cast) -> None:
    idea = await posted(db, cast)
    found, ada = await seen(db, cast, idea), await viewer_of(db, cast.ada)
    number = await offered(db, cast, idea)
    assert await decline_pledge(db, ada, found, number, "Not now")
    assert not await decline_pledge(db, ada, found, number, "Not now")
    with pytest.raises(Conflict, match="declined this pledge"):
        await accept_pledge(db, ada, found, number)
    with pytest.raises(Conflict, match="declined this pledge"):
        await withdraw_pledge(db, await viewer_of(db, cast.sam), found, number, "Too late")


async def test_who_may_not(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await posted(db, cast)
    number = await offered(db, cast, idea)
    found = await seen(db, cast, idea)
    ben = await viewer_of(db, cast.ben)
    with pytest.raises(Forbidden, match="made by leaders"):
        await offer_pledge(db, ben, found, hours())
    with pytest.raises(Forbidden, match="Only the authors"):
        await accept_pledge(db, ben, found, number)
    with pytest.raises(Forbidden, match="Only the sponsor"):
        await withdraw_pledge(db, ben, found, number, "Not mine")
    with pytest.raises(SignInNeeded):
        await offer_pledge(db, await viewer_of(db, None), found, hours())

    stranger = await browse(None)
    for answer in (
        await stranger.get(f"/ideas/{idea.id}/pledges/new"),
        await stranger.post(f"/ideas/{idea.id}/pledges", TYPED),
        await stranger.post(f"/pledges/{number}/acceptance"),
        await stranger.get("/pledges"),
    ):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


async def test_no_one_sponsors_their_own_idea(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    own = await make_idea(db, campaign, cast.sam)
    sam = await viewer_of(db, cast.sam)
    with pytest.raises(Forbidden, match="your own idea"):
        await offer_pledge(db, sam, await find_idea(db, sam, own.id), hours())


async def test_a_co_author_accepts_for_the_authors_but_not_what_they_offered(
    db: AsyncSession, cast: Cast
) -> None:
    idea = await posted(db, cast)
    for person in (cast.sam, cast.ben):
        await add(db, CoAuthor(idea_id=idea.id, person_id=person.id))
    number = await offered(db, cast, idea)
    found = await seen(db, cast, idea)
    with pytest.raises(Forbidden, match="your own pledge"):
        await accept_pledge(db, await viewer_of(db, cast.sam), found, number)
    assert await accept_pledge(db, await viewer_of(db, cast.ben), found, number)


async def test_zed_does_not_learn_of_pledges_to_internal_ideas(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast, audience=Audience.INTERNAL)
    number = await offered(db, cast, idea)
    zed = await browse(cast.zed)
    for url in (f"/ideas/{idea.id}/pledges/new", f"/pledges/{number}"):
        assert (await zed.get(url)).status_code == 404
    for url in (
        f"/ideas/{idea.id}/pledges",
        *(f"/pledges/{number}/{step}" for step in STEPS),
    ):
        assert (await zed.post(url, TYPED)).status_code == 404
    with pytest.raises(NotFound):
        await find_pledge(db, await viewer_of(db, cast.zed), number)


async def test_a_leader_from_elsewhere_sponsors_a_public_idea(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast)
    grant = RoleGrant(person_id=cast.zed.id, role=Role.LEADER, organisation_id=cast.ministry.id)
    await add(db, grant)
    zed = await browse(cast.zed)
    assert (await zed.post(f"/ideas/{idea.id}/pledges", TYPED)).status_code == 303


async def test_closed_ideas_take_no_pledges_and_keep_what_was_typed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast)
    number = await offered(db, cast, idea)
    idea.stage = Stage.LEARNED
    await db.commit()
    sam = await browse(cast.sam)
    answer = await sam.post(f"/ideas/{idea.id}/pledges", TYPED)
    assert answer.status_code == 409
    assert "was stopped" in answer.text
    assert "we begin with one school" in answer.text
    ada = await browse(cast.ada)
    assert (await ada.post(f"/pledges/{number}/acceptance")).status_code == 409


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("kind", "gold", "Choose one"),
        ("kind", "", "Fill this in"),
        ("promise", "", "Fill this in"),
        ("promise", "x" * 501, "Shorten this"),
        ("conditions", "x" * 5001, "Shorten this"),
        ("amount", "", "Say how much"),
        ("amount", "0", "more than 0"),
        ("amount", "-4", "Enter a number"),
        ("amount", "forty", "Enter a number"),
        ("amount", "9" * 40, "Enter a number"),
        ("amount", "100001", "more than 0 and at most"),
        ("amount", "NaN", "Enter a number"),
        ("amount", "1e5", "Enter a number"),
        ("expires_on", "", "Fill this in"),
        ("expires_on", "31.12.2030", "Enter a date"),
        ("expires_on", (TODAY - timedelta(days=1)).isoformat(), "This day has passed"),
        ("expires_on", "9999-12-31", "within the next five years"),
    ],
)
async def test_a_faulty_form_comes_back_with_everything_typed(
    db: AsyncSession, cast: Cast, browse: Browse, field: str, typed: str, said: str
) -> None:
    idea = await posted(db, cast)
    sam = await browse(cast.sam)
    answer = await sam.post(f"/ideas/{idea.id}/pledges", TYPED | {field: typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#{field}"' in answer.text
    assert ("we begin with one school" in answer.text) or field == "conditions"
    assert (await db.scalars(select(Pledge))).all() == []


@pytest.mark.parametrize("kind", ["mandate", "access"])
async def test_an_amount_is_not_dropped_from_what_has_none(
    db: AsyncSession, cast: Cast, browse: Browse, kind: str
) -> None:
    idea = await posted(db, cast)
    sam, url = await browse(cast.sam), f"/ideas/{idea.id}/pledges"
    answer = await sam.post(url, TYPED | {"kind": kind})
    assert answer.status_code == 422
    assert "Only hours and money have an amount." in answer.text
    assert 'href="#amount"' in answer.text
    assert 'name="amount" type="text" value="40"' in answer.text
    assert (await db.scalars(select(Pledge))).all() == []
    assert (await sam.post(url, TYPED | {"kind": kind, "amount": ""})).status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": None},
        {"kind": PledgeKind.ACCESS},
        {"kind": PledgeKind.MONEY, "currency": "XXX"},
        {"expires_on": TODAY - timedelta(days=2)},
        {"expires_on": date(9999, 1, 1)},
    ],
)
async def test_the_rule_itself_refuses_what_cannot_be(
    db: AsyncSession, cast: Cast, wrong: dict[str, Any]
) -> None:
    idea = await posted(db, cast)
    sam = await viewer_of(db, cast.sam)
    with pytest.raises(Invalid):
        await offer_pledge(db, sam, await seen(db, cast, idea), hours(**wrong))


async def test_an_offer_that_has_run_out_cannot_be_accepted(db: AsyncSession, cast: Cast) -> None:
    idea = await posted(db, cast)
    number = await offered(db, cast, idea)
    pledge = await db.get_one(Pledge, number)
    pledge.expires_on = TODAY - timedelta(days=2)
    await db.commit()
    with pytest.raises(Conflict, match="has run out"):
        await accept_pledge(db, await viewer_of(db, cast.ada), await seen(db, cast, idea), number)


async def test_what_is_pushed_is_what_the_pages_contain(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast)
    number = await offered(db, cast, idea)
    await accept_pledge(db, await viewer_of(db, cast.ada), await seen(db, cast, idea), number)
    await db.commit()
    event = (await db.scalars(select(Event).where(Event.kind == Kind.PLEDGE_ACCEPTED))).one()
    pushes = await pushed(db, event)
    rooms = {(push.room, push.element_id) for push in pushes}
    card = f"idea-card-{idea.id}-pledges"
    assert rooms == {
        (f"idea:{idea.id}", f"idea-{idea.id}-pledges"),
        (f"campaign:{idea.campaign_id}", card),
        ("ideas", card),
    }
    for person in (cast.ada, cast.sam, cast.cem, None):
        browser = await browse(person)
        on_page, listed = await browser.get(f"/ideas/{idea.id}"), await browser.get("/ideas")
        for push in pushes:
            page = on_page if push.room.startswith("idea:") else listed
            assert push.html.strip() in page.text
            for forbidden in ("<form", "<details", "<dialog", "<input", "<textarea"):
                assert forbidden not in push.html


async def test_internal_and_hidden_ideas_are_not_told_to_the_public_list(
    db: AsyncSession, cast: Cast
) -> None:
    idea = await posted(db, cast, audience=Audience.INTERNAL)
    number = await offered(db, cast, idea)
    await accept_pledge(db, await viewer_of(db, cast.ada), await seen(db, cast, idea), number)
    event = (await db.scalars(select(Event).where(Event.kind == Kind.PLEDGE_ACCEPTED))).one()
    rooms = {push.room for push in await pushed(db, event)}
    assert rooms == {f"idea:{idea.id}", f"campaign:{idea.campaign_id}"}
    idea.hidden_at = func.now()
    await db.flush()
    rooms = {push.room for push in await pushed(db, event)}
    assert rooms == {f"idea:{idea.id}"}


async def test_cards_cost_one_query_and_show_standing_pledges_only(
    db: AsyncSession, cast: Cast, count_queries: Any
) -> None:
    campaign = await make_campaign(db, cast.city)
    ideas = [await make_idea(db, campaign, cast.ada, f"Idea {one}") for one in range(4)]
    ada = await viewer_of(db, cast.ada)
    for idea in ideas[:3]:
        number = await offered(db, cast, idea)
        if idea is not ideas[0]:
            await accept_pledge(db, ada, await find_idea(db, ada, idea.id), number)
    with count_queries() as counted:
        found = await card_pledges(db, ada, [idea.id for idea in ideas])
    assert counted.number == 1
    assert [len(found[idea.id]) for idea in ideas] == [0, 1, 1, 0]
    assert found[ideas[1].id][0].gift == "40 staff hours"
    assert await card_pledges(db, ada, []) == {}


async def test_the_idea_page_costs_the_same_however_many_pledges(
    db: AsyncSession, cast: Cast, count_queries: Any
) -> None:
    idea = await posted(db, cast)
    ada = await viewer_of(db, cast.ada)
    found = await seen(db, cast, idea)
    numbers = []
    for many in range(3):
        await offered(db, cast, idea, promise=f"Promise {many}")
        with count_queries() as counted:
            part = await idea_pledges(db, ada, found)
        numbers.append(counted.number)
        assert len(part["pledges"]) == many + 1
    assert len(set(numbers)) == 1
    assert numbers[0] <= 2


async def test_accepting_and_withdrawing_at_once_leaves_one_truth(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
        ada, sam = await viewer_of(db, cast.ada), await viewer_of(db, cast.sam)
        found = await find_idea(db, ada, idea.id)
        numbers = [
            await offer_pledge(db, sam, found, hours(promise=f"Promise {one}")) for one in range(8)
        ]

    async def accept(number: int) -> None:
        async with committing.transaction() as db:
            await accept_pledge(db, ada, found, number)

    async def withdraw(number: int) -> None:
        async with committing.transaction() as db:
            await withdraw_pledge(db, sam, found, number, "Changed my mind")

    deeds = [deed(number) for number in numbers for deed in (accept, withdraw)]
    results = await asyncio.gather(*deeds, return_exceptions=True)
    assert all(result is None or isinstance(result, Conflict) for result in results)
    async with committing.reading() as db:
        states = [one.state for one in (await db.scalars(select(Pledge))).all()]
        assert set(states) == {PledgeState.WITHDRAWN}
        assert (await db.get_one(Idea, idea.id)).sponsors_count == 0
        withdrawn = await events(db, Kind.PLEDGE_WITHDRAWN)
        assert withdrawn == len(numbers)
