"""Answers on pages: the clock, the form, the public list, the rule, and who stands in."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict
from ideahub.ideas.models import Idea
from ideahub.organisations.models import Person
from ideahub.realtime.push import Push
from ideahub.responses.answer_lists import AnswersOf, AnswerState, answers_in, figures_of
from ideahub.responses.crossing import owe_for_crossings
from ideahub.responses.live import SHOWS
from ideahub.responses.models import Response
from ideahub.responses.opening import note_opening
from ideahub.responses.reply_rules import rule_of
from ideahub.responses.responding import answer_idea
from tests.conftest import Browse
from tests.support.answering import (
    a_no,
    an_answer,
    back,
    grow_older,
    kinds_on,
    make_leader,
    owed_for,
    owed_idea,
    with_clock,
)
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, viewer_of
from tests.support.ripening import found

NO = {
    "verdict": "no",
    "reason_kind": "cost",
    "body": "It costs <b>too much</b>.",
    "would_change": "A cheaper way.",
    "wake_measure": "supporters",
    "wake_threshold": "100",
    "seen_response": "0",
    "seen_version": "0",
}


async def test_everyone_sees_who_owes_an_answer_by_when(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await owed_idea(db, cast)
    await db.commit()
    stranger = await browse(None)
    for address in (f"/ideas/{idea.id}", f"/ideas/{idea.id}/response", "/ideas"):
        assert "owes an answer by" in (await stranger.get(address)).text, address
    await grow_older(db, idea, days=13)
    await db.commit()
    page = (await stranger.get(f"/ideas/{idea.id}/response")).text
    assert "3 days overdue" in page


async def test_authors_see_that_it_was_opened(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await owed_idea(db, cast)
    await db.commit()
    at, (owed,) = f"/ideas/{idea.id}/response", await owed_for(db, idea)
    sam, view = await viewer_of(db, cast.sam), await found(db, cast.sam, idea)
    for _ in range(2):
        await note_opening(db, sam, view, owed.id)
    await db.commit()
    assert (await kinds_on(db, idea)).count(Kind.RESPONSE_OPENED) == 1
    assert "Sam Hart</bdi> opened it on" in (await (await browse(cast.ada)).get(at)).text


async def test_a_leader_sends_an_honest_no(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await owed_idea(db, cast)
    await db.commit()
    sam, at = await browse(cast.sam), f"/ideas/{idea.id}/response"
    page = await sam.post(at, NO | {"would_change": ""})
    assert page.status_code == 422
    assert "Say what would have to change" in page.text
    assert "It costs &lt;b&gt;too much" in page.text
    for _ in range(2):
        assert (await sam.post(at, NO)).status_code == 303
    assert (await kinds_on(db, idea)).count(Kind.RESPONSE_GIVEN) == 1
    shown = (await (await browse(None)).get(at)).text
    assert "It wakes by itself with 100 supporters." in shown
    assert "It costs too much" in shown


async def test_others_get_no_form(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await owed_idea(db, cast)
    await db.commit()
    at = f"/ideas/{idea.id}/response"
    for person in (None, cast.ada, cast.cem, cast.zed):
        browser = await browse(person)
        assert "What do you answer?" not in (await browser.get(at)).text
        sent = await browser.post(at, NO)
        assert sent.status_code in {303, 403}
    assert list(await db.scalars(select(Response))) == []


async def test_who_comes_second_keeps_what_they_typed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await owed_idea(db, cast)
    await make_leader(db, cast, cast.ben)
    await answer_idea(
        db, await viewer_of(db, cast.ben), await found(db, cast.ben, idea), an_answer()
    )
    await db.commit()
    page = await (await browse(cast.sam)).post(f"/ideas/{idea.id}/response", NO)
    assert page.status_code == 409
    assert "Ben Okoye has answered while you were writing" in page.text
    assert "It costs &lt;b&gt;" in page.text


async def test_managers_set_the_clock(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city)
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/response-clock"
    assert "Sam Hart" in (await mia.get(at)).text
    sent = {"supporters": "0", "organisations": "1", "days": "10", "leaders": str(cast.sam.id)}
    page = await mia.post(at, sent)
    assert page.status_code == 422
    assert await rule_of(db, campaign.id) is None
    assert (await mia.post(at, sent | {"supporters": "5"})).status_code == 303
    rule = await rule_of(db, campaign.id)
    assert rule is not None
    assert (rule.supporters, rule.leaders) == (5, {cast.sam.id: "Sam Hart"})
    assert (await (await browse(cast.ben)).get(at)).status_code == 403
    assert (await mia.post(f"{at}/ending", {})).status_code == 303
    assert await rule_of(db, campaign.id) is None


async def test_the_list_says_what_is_on_time_late_and_overdue(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await with_clock(db, cast)
    ideas = [await make_idea(db, campaign, cast.ada, f"Idea {number}") for number in range(4)]
    for idea in ideas:
        await back(db, idea, cast.ben, cast.cem)
    await owe_for_crossings(db)
    for idea, days in zip(ideas, (0, 12, 12, 5), strict=True):
        await grow_older(db, idea, days=days)
    sam = await viewer_of(db, cast.sam)
    for idea in (ideas[0], ideas[1]):
        await answer_idea(db, sam, await found(db, cast.sam, idea), an_answer())
    await db.commit()
    place = AnswersOf(campaign_id=campaign.id)
    stranger = await viewer_of(db, None)
    states = [row.state for row in (await answers_in(db, stranger, place)).rows]
    assert states == [
        AnswerState.DUE_SOON,
        AnswerState.OVERDUE,
        AnswerState.LATE,
        AnswerState.ON_TIME,
    ]
    figures = await figures_of(db, stranger, AnswersOf(organisation_id=cast.city.id))
    assert figures.counts[AnswerState.OVERDUE] == 1
    assert (figures.leaders[0].name, figures.leaders[0].late) == ("Sam Hart", 1)
    assert figures.median_days == 6
    browser = await browse(None)
    for at in (f"/idea-boxes/{campaign.id}/answers", f"/organisations/{cast.city.id}/answers"):
        page = await browser.get(f"{at}?show=overdue")
        assert page.status_code == 200
        assert ("Idea 2" in page.text, "Idea 0" in page.text) == (True, False)
        lines = (await browser.get(f"{at}.csv")).text.strip().splitlines()
        assert len(lines) == 5


async def test_a_leader_names_a_stand_in(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    sam = await browse(cast.sam)
    await db.commit()
    sent = {
        "stand_in": "nobody@city.example",
        "from_on": "2027-05-03",
        "until_on": "2027-05-10",
        "timezone": "Europe/Berlin",
    }
    assert (await sam.post("/stand-ins", sent)).status_code == 422
    assert (await sam.post("/stand-ins", sent | {"stand_in": cast.ben.email})).status_code == 303
    assert "Ben Okoye" in (await sam.get("/stand-ins")).text
    assert (await (await browse(cast.ada)).get("/stand-ins")).status_code == 403


async def test_handing_over_and_pointing_out_by_forms(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await owed_idea(db, cast)
    await make_leader(db, cast, cast.ben)
    await db.commit()
    sam, ben, at = await browse(cast.sam), await browse(cast.ben), f"/ideas/{idea.id}/response"
    sent = {"to": str(cast.ben.id), "reason": "You know roads."}
    assert (await sam.post(f"{at}/handovers", sent)).status_code == 303
    page = (await ben.get(at)).text
    assert "Take it over" in page
    number = page.partition(f'action="{at}/handovers/')[2].partition("/")[0]
    assert (await ben.post(f"{at}/handovers/{number}/acceptance", {})).status_code == 303
    no = {name: value for name, value in NO.items() if not name.startswith("wake")}
    assert (await ben.post(at, no)).status_code == 303
    cem = await browse(cast.cem)
    assert f'href="{at}#report"' in (await cem.get(f"/ideas/{idea.id}")).text
    for reader in (cem, ben):
        assert 'id="report"' in (await reader.get(at)).text
    assert (await cem.post(f"{at}/reports", {"evidence": ""})).status_code == 422
    assert (await cem.post(f"{at}/reports", {"evidence": "Half the price."})).status_code == 303
    number = (await ben.get(at)).text.partition(f'action="{at}/reports/')[2].partition("/")[0]
    assert (await ben.post(f"{at}/reports/{number}/refusal", {"answer": ""})).status_code == 422
    assert (await ben.post(f"{at}/reports/{number}/confirmation", {})).status_code == 303
    assert len(await owed_for(db, idea)) == 2


async def test_open_pages_show_it_at_once(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    await answer_idea(db, await viewer_of(db, cast.sam), await found(db, cast.sam, idea), a_no())
    event = (await db.scalars(select(Event).where(Event.kind == Kind.RESPONSE_GIVEN))).one()
    pushed = [one for show in SHOWS[Kind.RESPONSE_GIVEN] for one in await show(db, event)]
    targets = {one.element_id for one in pushed if isinstance(one, Push)}
    assert targets == {f"idea-{idea.id}-response", f"idea-card-{idea.id}-response"}


async def test_many_clocks_at_once_owe_it_once(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await with_clock(db, cast), cast.ada)
        await back(db, idea, cast.ben, cast.cem)

    async def tick() -> None:
        async with committing.transaction() as db:
            await owe_for_crossings(db)

    await asyncio.gather(*(tick() for _ in range(6)))
    async with committing.reading() as db:
        assert len(await owed_for(db, idea)) == 1


async def test_of_two_leaders_at_once_one_stands(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        await make_leader(db, cast, cast.ben)
        idea: Idea = await owed_idea(db, cast)

    async def send(person: Person, body: str) -> bool:
        try:
            async with committing.transaction() as db:
                viewer, view = await viewer_of(db, person), await found(db, person, idea)
                await answer_idea(db, viewer, view, an_answer(body=body))
        except Conflict:
            return False
        return True

    sent = await asyncio.gather(send(cast.sam, "Yes."), send(cast.ben, "Of course."))
    assert sorted(sent) == [False, True]
