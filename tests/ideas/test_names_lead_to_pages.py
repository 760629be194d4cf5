"""A name that is a link leads to the page of that person, for whoever is shown it, whatever has
become of the idea since; and that page tells no more than its viewer may see."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.ideas.models import CoAuthor, Idea, Stage, Vote
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Decision, Review
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_campaign, make_idea
from tests.support.ripening import contribute, pledge

GONE: dict[str, dict[str, Any]] = {
    "in lists": {},
    "withdrawn": {"withdrawn_at": datetime.now(UTC)},
    "hidden": {"hidden_at": datetime.now(UTC), "hidden_reason": "So."},
}


async def everyone_s(db: AsyncSession, cast: Cast, audience: Audience, **columns: Any) -> Idea:
    """An idea of Ada's to which everyone has given something."""
    idea = await make_idea(db, await make_campaign(db, cast.city, audience=audience), cast.ada)
    await contribute(db, idea, cast.ben)
    await add(db, CoAuthor(idea_id=idea.id, person_id=cast.jo.id))
    await pledge(db, idea, cast.sam)
    await decide(db, idea, cast.mia)
    await add(db, Vote(idea_id=idea.id, person_id=cast.cem.id, named=True))
    values = {"votes_count": 1, "sponsors_count": 1, **columns}
    await db.execute(update(Idea).where(Idea.id == idea.id).values(**values))
    await db.commit()
    return idea


async def decide(db: AsyncSession, idea: Idea, who: Person) -> Review:
    return await add(
        db,
        Review(
            idea_id=idea.id,
            reviewer_id=who.id,
            decision=Decision.HOLD,
            from_stage=Stage.SPARK,
            to_stage=Stage.SPARK,
            reason="Not yet.",
            evidence=[],
        ),
    )


@pytest.mark.parametrize("state", GONE)
@pytest.mark.parametrize("audience", list(Audience))
async def test_each_name_leads_to_its_page(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience, state: str
) -> None:
    idea = await everyone_s(db, cast, audience, **GONE[state])
    shown: dict[str, set[str]] = {}
    for name in ("ada", "ben", "mo", "mia", "cem", "zed", None):
        browser = await browse(getattr(cast, name) if name else None)
        for page in ("", "/supporters", "/contributions", "/history"):
            answer = await browser.get(f"/ideas/{idea.id}{page}")
            assert answer.status_code in {200, 404}
            links = set(re.findall(r'href="(/profiles/\d+)"', answer.text))
            shown.setdefault(str(name), set()).update(links)
            for link in links:
                found = await browser.get(link)
                assert found.status_code == 200, (name, page, link)
                listed = f'href="/ideas/{idea.id}' in found.text
                assert listed is (state == "in lists"), (name, link)
    gave = {cast.ada, cast.ben, cast.jo, cast.sam, cast.mia, cast.cem}
    assert shown["ada"] == {f"/profiles/{person.id}" for person in gave}


async def test_a_leader_s_decisions_are_on_their_page(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    hidden = await make_idea(
        db, await make_campaign(db, cast.city, audience=Audience.INTERNAL), cast.ada
    )
    made = await decide(db, idea, cast.mia)
    await decide(db, hidden, cast.mia)
    await db.commit()
    page = (await (await browse(None)).get(f"/profiles/{cast.mia.id}")).text
    assert f'href="/ideas/{idea.id}#review-{made.id}"' in page
    assert "Held at Spark" in page
    assert f"/ideas/{hidden.id}" not in page
    page = (await (await browse(cast.ben)).get(f"/profiles/{cast.mia.id}")).text
    assert f"/ideas/{hidden.id}#review" in page


async def test_a_co_author_has_a_page(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await add(db, CoAuthor(idea_id=idea.id, person_id=cast.jo.id))
    await db.commit()
    page = await (await browse(None)).get(f"/profiles/{cast.jo.id}")
    assert page.status_code == 200
    assert f'href="/ideas/{idea.id}"' in page.text
    assert "co-author" in page.text


async def test_what_is_not_in_lists_tells_a_name_and_nothing_else(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await everyone_s(db, cast, Audience.PUBLIC, withdrawn_at=datetime.now(UTC))
    page = (await (await browse(cast.ada)).get(f"/profiles/{cast.sam.id}")).text
    assert "Sam Hart" in page
    assert "Nothing yet that others can see." in page
    assert f"/ideas/{idea.id}" not in page
    assert (await (await browse(cast.ben)).get(f"/profiles/{cast.sam.id}")).status_code == 404
