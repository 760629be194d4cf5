"""One page to decide on an idea, made for a phone; its authors see that it was opened."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.sessions import begin_session
from ideahub.conversation.models import ContributionKind
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.desk import live as desk
from ideahub.ideas.models import Idea, Stage
from ideahub.pipeline import live as pipeline
from ideahub.pipeline.models import DecisionOpening, Review
from ideahub.realtime.push import Refresh
from tests.conftest import Browse
from tests.desk.test_the_desk import owe
from tests.support.cast import Cast, make_cast
from tests.support.ripening import contribute, pledge, posted, ripe_spark
from tests.support.wiring import client_of

OPENS: Mapping[str, str] = {"Sec-Fetch-Mode": "navigate"}
HOLD = {"decision": "hold", "reason": "Ask the schools.", "seen_stage": "spark", "seen_review": "0"}


def at(idea: Idea) -> str:
    return f"/ideas/{idea.id}/decision"


async def openings(db: AsyncSession) -> int:
    return (await db.execute(select(func.count()).select_from(DecisionOpening))).scalar_one()


async def test_it_shows_who_wants_it_what_speaks_for_and_against_it_and_who_pays(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    for thanks in (1, 3, 2):
        for kind in (ContributionKind.EVIDENCE, ContributionKind.CONCERN):
            said = await contribute(db, idea, cast.ben, kind, thanks_count=thanks)
            said.body_html = f"<p>{kind} thanked {thanks}</p>"
    await pledge(db, idea, cast.sam, conditions="One school first.")
    await db.commit()
    shown = (await (await browse(cast.mia)).get(at(idea))).text
    for word in ("evidence", "concern"):
        assert f"{word} thanked 3" in shown
        assert f"{word} thanked 1" not in shown
    for words in ("Sam Hart", "One school first.", "It goes on to Concept", "Read all 3"):
        assert words in shown
    assert "people wait" in shown


async def test_it_decides_by_the_same_rule_and_keeps_what_was_typed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    await db.commit()
    mia = await browse(cast.mia)
    bare = await mia.post(at(idea), HOLD | {"reason": ""})
    assert (bare.status_code, "review-reason-error" in bare.text) == (422, True)
    assert f'action="{at(idea)}"' in bare.text
    long = await mia.post(at(idea), HOLD | {"reason": "x" * 20_000})
    assert (long.status_code, "x" * 20_000 in long.text) == (422, True)
    for _press in range(2):
        done = await mia.post(at(idea), HOLD)
        assert done.status_code == 303
    other = await (await browse(cast.sam)).post(at(idea), HOLD | {"reason": "Too dear for us."})
    assert other.status_code == 409
    assert "Too dear for us." in other.text
    assert (await db.execute(select(func.count()).select_from(Review))).scalar_one() == 1


@pytest.mark.parametrize("who", ["ada", "ben", "cem"])
async def test_who_does_not_decide_is_told_who_does(
    db: AsyncSession, cast: Cast, browse: Browse, who: str
) -> None:
    _, idea = await posted(db, cast)
    await db.commit()
    browser = await browse(getattr(cast, who))
    refused = await browser.get(at(idea), headers=OPENS)
    assert refused.status_code == 403
    assert "own. Ask a colleague" in refused.text or "Only managers and leaders" in refused.text
    assert (await browser.post(at(idea), HOLD)).status_code == 403
    assert await openings(db) == 0


@pytest.mark.parametrize("column", ["withdrawn_at", "hidden_at"])
async def test_nobody_decides_on_what_was_withdrawn_or_hidden(
    db: AsyncSession, cast: Cast, browse: Browse, column: str
) -> None:
    _, idea = await posted(db, cast)
    await db.execute(text(f"update idea set {column} = now() where id = {idea.id}"))
    await db.commit()
    for person in (cast.mia, cast.ann):
        browser = await browse(person)
        assert (await browser.get(at(idea), headers=OPENS)).status_code in {303, 404}
        assert (await browser.post(at(idea), HOLD)).status_code in {404, 409}
    assert await openings(db) == 0
    await db.refresh(idea)
    assert idea.stage == Stage.SPARK


async def test_authors_see_once_that_it_was_opened(committing: Database, config: Config) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        _, idea = await ripe_spark(db, cast)
        tokens = {one: await begin_session(db, getattr(cast, one).id) for one in ("mia", "ada")}
    async with (
        client_of(config, committing) as mia,
        client_of(config, committing) as ada,
        client_of(config, committing) as stranger,
    ):
        mia.cookies.set("ideahub", tokens["mia"])
        ada.cookies.set("ideahub", tokens["ada"])
        await mia.get(at(idea))
        async with committing.transaction() as db:
            assert await openings(db) == 0, "a copy that the browser fetches is no visit"
        for _visit in range(3):
            await mia.get(at(idea), headers=OPENS)
        async with committing.transaction() as db:
            assert await openings(db) == 1
            opened = select(Event).where(Event.kind == Kind.DECISION_OPENED)
            event = (await db.scalars(opened)).one()
            assert (event.actor_id, event.idea_id) == (cast.mia.id, idea.id)
            told = [one for show in desk.SHOWS[event.kind] for one in await show(db, event)]
        assert told == [Refresh(f"person:{cast.ada.id}")], "what is pushed to all tells nothing"
        assert event.kind not in pipeline.shows()
        said = "Mia Sato has opened your idea to decide on it"
        assert said in (await ada.get(f"/ideas/{idea.id}")).text
        for other in (mia, stranger):
            shown = (await other.get(f"/ideas/{idea.id}")).text
            assert "has opened" not in shown
            assert f"idea-{idea.id}-opened" not in shown

        same = {"Sec-Fetch-Site": "same-origin"}
        assert (await mia.post(at(idea), data=HOLD, headers=same)).status_code == 303
        assert said not in (await ada.get(f"/ideas/{idea.id}")).text
        await mia.get(at(idea), headers=OPENS)
        async with committing.transaction() as db:
            assert await openings(db) == 2


async def test_a_stranger_signs_in_first(cast: Cast, db: AsyncSession, browse: Browse) -> None:
    _, idea = await posted(db, cast)
    await db.commit()
    answer: Any = await (await browse(None)).get(at(idea))
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["location"]


async def test_an_owed_answer_has_such_a_page_for_those_who_may_give_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    page = f"/ideas/{idea.id}/response/brief"
    await db.commit()
    sam = await browse(cast.sam)
    led = await sam.get(page)
    assert led.headers["location"] == f"/ideas/{idea.id}/response", "nothing is owed"
    await owe(db, idea.id, cast.sam, -2)
    await db.commit()
    shown = (await sam.get(page)).text
    for words in ("An answer in five minutes", "It was due by", "It is parked. When what"):
        assert words in shown
    assert f'action="{page}"' in shown, "it can be answered there"
    for person in (cast.ada, cast.ben, cast.cem):
        assert (await (await browse(person)).get(page)).status_code == 303


async def test_that_an_owed_answer_was_opened_is_noted_once(
    committing: Database, config: Config
) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        _, idea = await posted(db, cast)
        await owe(db, idea.id, cast.sam, 3)
        tokens = [await begin_session(db, one.id) for one in (cast.sam, cast.ada, cast.ben)]
    shown = []
    async with client_of(config, committing) as browser:
        browser.cookies.set("ideahub", tokens[0])
        for _visit in range(2):
            await browser.get(f"/ideas/{idea.id}/response/brief", headers=OPENS)
        for token in tokens[1:]:
            browser.cookies.set("ideahub", token)
            idea_page = (await browser.get(f"/ideas/{idea.id}")).text
            answer_page = (await browser.get(f"/ideas/{idea.id}/response")).text
            shown += ["has opened your idea" in idea_page, "opened it on" in answer_page]
    assert shown == [True, True, False, False], "its author sees it, and others do not"
    async with committing.transaction() as db:
        opened = select(Event.actor_id).where(Event.kind == Kind.RESPONSE_OPENED)
        assert (await db.scalars(opened)).all() == [cast.sam.id]
