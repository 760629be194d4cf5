"""Whoever adopts a build types the whole text anew: words that nobody has looked at wait as those
of any other change do."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.events import Kind
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.moderation.deciding import Choice, decide
from ideahub.moderation.looking_first import look_first
from ideahub.moderation.models import LooksFirst, Measure
from tests.conftest import Browse
from tests.moderation.test_holding_texts import newest_case
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.talking import happened, say

BUILD = "Lanterns along the towpath."
SPAM = "BUY https://a.example https://b.example https://c.example https://d.example"


async def stored(db: AsyncSession, idea: Idea) -> Idea:
    return await db.get_one(Idea, idea.id, populate_existing=True)


@pytest.mark.parametrize(
    ("looks_first", "more", "waits"),
    [
        (LooksFirst.ALL, "", False),
        (LooksFirst.ALL, "And now something else.", True),
        (LooksFirst.OFF, "And now something else.", False),
        (LooksFirst.OFF, SPAM, True),
    ],
)
async def test_what_is_neither_in_the_idea_nor_in_the_build_waits(
    db: AsyncSession,
    cast: Cast,
    browse: Browse,
    looks_first: LooksFirst,
    more: str,
    waits: bool,
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada)
    build = await say(db, cast.ben, idea.id, BUILD)
    await look_first(db, await viewer_of(db, cast.mia), campaign, looks_first)
    await db.commit()
    ada = await browse(cast.ada)
    body = "\n\n".join(filter(None, (idea.body, BUILD, more)))
    sent = {"title": idea.title, "why": idea.why, "revision": "1", "body": body}
    answer = await ada.post(f"/contributions/{build}/adoption", sent)
    assert answer.status_code == 303, answer.text
    assert ("waits for a moderator" in (await ada.get(f"/ideas/{idea.id}")).text) is waits
    assert (await stored(db, idea)).revision == (1 if waits else 2)
    if waits:
        case = await newest_case(db)
        await decide(db, await viewer_of(db, cast.mo), case.id, Choice(measure=Measure.RELEASE))
    # Once it can be read, the build is in the text and its author is named, whichever way it went.
    assert (await stored(db, idea)).body == body
    assert (await db.get_one(Contribution, build, populate_existing=True)).adopted_revision == 2
    assert (await db.scalars(select(CoAuthor.person_id))).all() == [cast.ben.id]
    assert await happened(db, Kind.CONTRIBUTION_ADOPTED, idea.id) == 1
    assert await happened(db, Kind.IDEA_REVISED, idea.id) == 0
