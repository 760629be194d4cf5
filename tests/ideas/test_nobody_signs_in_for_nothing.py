"""A stranger is led to sign in only for what is possible: where posting is open is said before, and
no deed of a page that was open over a closing or a withdrawal leads to signing in."""

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Phase
from ideahub.ideas.models import Idea
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.talking import say

# Each deed that a stranger can start on an idea.
DEEDS = {
    "support": "/ideas/{idea}/vote",
    "build": "/ideas/{idea}/contributions",
    "thank": "/contributions/{build}/thanks",
    "reply": "/contributions/{build}/replies",
    "pledge": "/ideas/{idea}/pledges",
    "follow": "/ideas/{idea}/following",
    "post": "/ideas/new?within={campaign}",
}
FORMS = {
    "build": "/ideas/{idea}/contributions/new",
    "reply": "/contributions/{build}/replies/new",
    "reply here": "/contributions/{build}/replies/form",
    "pledge": "/ideas/{idea}/pledges/new",
    "post": "/ideas/new?within={campaign}",
}
# What a closed call still takes: thanks, sponsors and followers for what is there.
STAYS_OPEN = {"thank", "pledge", "follow"}


async def places(db: AsyncSession, cast: Cast) -> dict[str, int]:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    await db.commit()
    return {"idea": idea.id, "build": made, "campaign": idea.campaign_id}


async def close(db: AsyncSession, numbers: dict[str, int]) -> None:
    over = update(Phase).where(Phase.campaign_id == numbers["campaign"])
    await db.execute(over.values(closes_at=func.now(), opens_at=func.now() - func.make_interval(1)))
    await db.commit()


async def withdraw(db: AsyncSession, numbers: dict[str, int]) -> None:
    await db.execute(update(Idea).where(Idea.id == numbers["idea"]).values(withdrawn_at=func.now()))
    await db.commit()


async def leads_to_sign_in(browse: Browse, address: str, *, post: bool, htmx: bool) -> bool:
    stranger = await browse(None)
    if post:
        answer = await stranger.post(address, {"body": "Words"}, htmx=htmx)
    else:
        answer = await stranger.get(address)
    where = answer.headers.get("location", answer.headers.get("hx-redirect", ""))
    return "/sign-in" in where


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize("gone", [close, withdraw], ids=lambda how: how.__name__)
@pytest.mark.parametrize("deed", DEEDS)
async def test_no_deed_that_is_not_possible_any_more(
    db: AsyncSession, cast: Cast, browse: Browse, deed: str, gone: object, htmx: bool
) -> None:
    numbers = await places(db, cast)
    address = DEEDS[deed].format(**numbers)
    assert await leads_to_sign_in(browse, address, post=True, htmx=htmx)
    await gone(db, numbers)  # type: ignore[operator]
    possible = deed in STAYS_OPEN if gone is close else deed == "post"
    assert await leads_to_sign_in(browse, address, post=True, htmx=htmx) is possible


@pytest.mark.parametrize("gone", [close, withdraw], ids=lambda how: how.__name__)
@pytest.mark.parametrize("form", FORMS)
async def test_no_form_of_what_is_not_possible_any_more(
    db: AsyncSession, cast: Cast, browse: Browse, form: str, gone: object
) -> None:
    numbers = await places(db, cast)
    address = FORMS[form].format(**numbers)
    assert await leads_to_sign_in(browse, address, post=False, htmx=False)
    await gone(db, numbers)  # type: ignore[operator]
    possible = form in STAYS_OPEN if gone is close else form == "post"
    assert await leads_to_sign_in(browse, address, post=False, htmx=False) is possible


async def test_what_is_open_to_everyone_is_said_before(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    opened = await make_campaign(db, cast.city, title="Safer streets")
    closed = await make_campaign(db, cast.city, title="Over long ago")
    await make_campaign(db, cast.city, audience=Audience.INTERNAL, title="Secret box")
    await db.commit()
    await close(db, {"campaign": closed.id})
    stranger = await browse(None)
    answer = await stranger.get("/ideas/new")
    assert answer.status_code == 200
    assert "Safer streets" in answer.text
    assert f'href="/ideas/new?within={opened.id}"' in answer.text
    assert "Everyone can see it." in answer.text
    assert "Over long ago" not in answer.text and "Secret box" not in answer.text
    assert "data-draft=" not in answer.text
    asked = await stranger.get(f"/ideas/new?within={opened.id}")
    assert asked.headers["location"].startswith("/sign-in")
    await close(db, {"campaign": opened.id})
    assert "Nothing takes ideas from everyone just now" in (await stranger.get("/ideas/new")).text
    assert await db.scalar(select(func.count()).select_from(Idea)) == 0
