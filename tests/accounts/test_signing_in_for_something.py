"""What a stranger begins is kept until they have signed in, and done then: once, and by nobody
but whoever was told so."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Phase
from ideahub.core.config import Config
from ideahub.core.events import Event, Kind
from ideahub.core.kept_forms import KeptForm
from ideahub.core.mailing import kept_mail
from ideahub.following.models import Follow
from ideahub.ideas.models import Idea, Vote
from tests.accounts.arriving import (
    PASSWORD,
    an_idea,
    next_in,
    page_after,
    send_unknown,
    sign_in_on,
)
from tests.conftest import Browse, Browser
from tests.support.cast import Cast
from tests.support.talking import say

pytestmark = pytest.mark.usefixtures("letter_box")
ADA, CEM = "ada@city.example", "cem@mail.example"


async def press(browser: Browser, address: str, page: str, **options: Any) -> str:
    """Presses a button on the page; returns the address of the page to sign in."""
    return await send_unknown(browser, page, address, **options)


async def sign_in(browser: Browser, page: str, email: str = CEM) -> Any:
    """Signs in on the page with this address; the answer."""
    return await sign_in_on(browser, (await browser.get(page)).text, email)


async def votes(db: AsyncSession, idea: Idea) -> tuple[int, int]:
    """Votes that are there, and votes that are counted."""
    rows = await db.scalar(select(func.count()).select_from(Vote).where(Vote.idea_id == idea.id))
    counted = await db.scalar(select(Idea.votes_count).where(Idea.id == idea.id))
    return rows or 0, counted or 0


@pytest.mark.parametrize("htmx", [False, True])
async def test_support_is_given_after_signing_in(
    owners: Cast, db: AsyncSession, browse: Browse, htmx: bool
) -> None:
    idea = await an_idea(db, owners)
    cem = await browse(None)
    place = f"/ideas/{idea.id}"
    to_sign_in = await press(cem, f"{place}/vote", place, htmx=htmx)
    page = (await cem.get(to_sign_in)).text
    assert "Sign in to support “Night bus”." in page
    assert "What you typed is kept" not in page
    assert await votes(db, idea) == (0, 0)
    answer = await sign_in(cem, to_sign_in)
    assert answer.headers["location"] == f"{place}#idea-{idea.id}-vote"
    shown = await page_after(cem, answer)
    assert "You support this" in shown
    assert "You support “" in shown
    assert await votes(db, idea) == (1, 1)


async def test_whoever_is_suspended_cannot_do_it_by_signing_in(
    owners: Cast, db: AsyncSession, browse: Browse
) -> None:
    idea = await an_idea(db, owners)
    owners.cem.suspended_until = datetime.now(UTC) + timedelta(days=7)
    await db.commit()
    cem = await browse(None)
    place = f"/ideas/{idea.id}"
    answer = await sign_in(cem, await press(cem, f"{place}/vote", place))
    assert "has suspended you until" in await page_after(cem, answer)
    assert await votes(db, idea) == (0, 0)


async def test_it_is_done_once(owners: Cast, db: AsyncSession, browse: Browse) -> None:
    """The button to sign in is pressed twice; then the support is taken back, and the page to
    sign in opened again."""
    idea = await an_idea(db, owners)
    cem = await browse(None)
    place = f"/ideas/{idea.id}"
    to_sign_in = await press(cem, f"{place}/vote", place)
    first = await sign_in(cem, to_sign_in)
    sent = {"email": CEM, "password": PASSWORD, "how": "password", "next": to_next(to_sign_in)}
    second = await cem.post("/sign-in", sent)
    assert first.headers["location"] == second.headers["location"]
    assert await votes(db, idea) == (1, 1)
    await cem.post(f"{place}/vote/withdrawal")
    again = await cem.get(to_next(to_sign_in))
    assert again.headers["location"] == place
    assert (await cem.post("/sign-in", sent)).status_code == 303
    assert await votes(db, idea) == (0, 0)
    kinds = (await db.scalars(select(Event.kind).where(Event.kind == Kind.VOTE_CAST))).all()
    assert len(kinds) == 1


def to_next(to_sign_in: str) -> str:
    """The address of the kept form in that of the page to sign in."""
    found = re.fullmatch(r"/sign-in\?next=%2Fkept-forms%2F(\d+)", to_sign_in)
    assert found
    return f"/kept-forms/{found[1]}"


async def test_support_that_was_given_before_stays(
    owners: Cast, db: AsyncSession, browse: Browse
) -> None:
    idea = await an_idea(db, owners)
    place = f"/ideas/{idea.id}"
    await (await browse(owners.cem)).post(f"{place}/vote")
    cem = await browse(None)
    shown = await page_after(cem, await sign_in(cem, await press(cem, f"{place}/vote", place)))
    assert "You supported “" in shown
    assert await votes(db, idea) == (1, 1)


async def test_what_has_closed_meanwhile_is_said(
    owners: Cast, db: AsyncSession, browse: Browse
) -> None:
    idea = await an_idea(db, owners)
    cem = await browse(None)
    place = f"/ideas/{idea.id}"
    to_sign_in = await press(cem, f"{place}/vote", place)
    await db.execute(update(Phase).values(opens_at=text("now() - interval '2 days'")))
    await db.execute(update(Phase).values(closes_at=text("now() - interval '1 day'")))
    await db.commit()
    shown = await page_after(cem, await sign_in(cem, to_sign_in))
    assert "This closed on" in shown
    assert await votes(db, idea) == (0, 0)


async def test_one_s_own_idea_is_not_supported(
    owners: Cast, db: AsyncSession, browse: Browse
) -> None:
    owners.ada.email = ADA
    idea = await an_idea(db, owners)
    ada = await browse(None)
    place = f"/ideas/{idea.id}"
    shown = await page_after(ada, await sign_in(ada, await press(ada, f"{place}/vote", place), ADA))
    assert "This is your own idea" in shown
    assert await votes(db, idea) == (0, 0)


async def test_nothing_is_done_for_whoever_signs_in_elsewhere(
    owners: Cast, db: AsyncSession, browse: Browse
) -> None:
    """Somebody pressed Support and went away; another one signs in on the same device."""
    idea = await an_idea(db, owners)
    browser = await browse(None)
    await press(browser, f"/ideas/{idea.id}/vote", f"/ideas/{idea.id}")
    assert "Sign in to support" not in (await browser.get("/sign-in")).text
    await sign_in(browser, "/sign-in")
    assert await votes(db, idea) == (0, 0)


async def test_nobody_goes_on_with_what_another_browser_began(
    owners: Cast, db: AsyncSession, browse: Browse
) -> None:
    idea = await an_idea(db, owners)
    to_sign_in = await press(await browse(None), f"/ideas/{idea.id}/vote", f"/ideas/{idea.id}")
    other = await browse(None)
    assert "Sign in to support" not in (await other.get(to_sign_in)).text
    answer = await sign_in(other, to_sign_in)
    assert answer.headers["location"] == "/"
    assert (await other.post(to_next(to_sign_in))).headers["location"] == "/"
    assert await votes(db, idea) == (0, 0)


async def test_another_site_has_nothing_kept(
    owners: Cast, db: AsyncSession, browse: Browse
) -> None:
    idea = await an_idea(db, owners)
    browser, foreign = await browse(None), {"Sec-Fetch-Site": "cross-site"}
    answer = await browser.post(f"/ideas/{idea.id}/vote", headers=foreign)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert await db.scalar(select(func.count()).select_from(KeptForm)) == 0


async def test_an_internal_idea_is_not_named(
    owners: Cast, db: AsyncSession, browse: Browse
) -> None:
    """Only what a stranger may read stands on the page to sign in."""
    idea = await an_idea(db, owners)
    browser = await browse(None)
    to_sign_in = await press(browser, f"/ideas/{idea.id}/vote", f"/ideas/{idea.id}")
    await db.execute(update(Idea).values(hidden_at=func.now()))
    await db.commit()
    assert "Night bus" not in (await browser.get(to_sign_in)).text


async def test_by_code_and_by_joining(
    cast: Cast, db: AsyncSession, browse: Browse, config: Config
) -> None:
    idea = await an_idea(db, cast)
    newcomer = await browse(None)
    place = f"/ideas/{idea.id}"
    url = to_next(await press(newcomer, f"{place}/vote", place))
    join = (await newcomer.get("/joining", params={"next": url})).text
    assert "Sign in to support “" in join
    address = {"email": "deniz@mail.example", "how": "code", "next": next_in(join)}
    answer = await newcomer.post("/sign-in", address)
    page = (await newcomer.get(answer.headers["location"])).text
    assert "Sign in to support “" in page
    code = re.search(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", kept_mail(config)[0].read_text())
    assert code
    sent = {"email": address["email"], "code": code[0], "next": next_in(page)}
    answer = await newcomer.post("/sign-in/code", sent)
    page = (await newcomer.get(answer.headers["location"])).text
    assert "Sign in to support “" in page
    name = {"name": "Deniz Kaya", "named": "yes", "next": next_in(page)}
    answer = await newcomer.post("/joining/name", name)
    assert answer.headers["location"] == f"{place}#idea-{idea.id}-vote"
    assert "Welcome, " in await page_after(newcomer, answer)
    assert await votes(db, idea) == (1, 1)


async def test_following_and_thanking(owners: Cast, db: AsyncSession, browse: Browse) -> None:
    idea = await an_idea(db, owners)
    made = await say(db, owners.ben, idea.id)
    await db.commit()
    place = f"/ideas/{idea.id}"
    for address, words, back in (
        (f"{place}/following", "Sign in to follow “", f"{place}#idea-{idea.id}-following"),
        (f"/contributions/{made}/thanks", "Sign in to thank ", f"{place}#contribution-{made}"),
    ):
        cem = await browse(None)
        to_sign_in = await press(cem, address, place)
        assert words in (await cem.get(to_sign_in)).text
        assert (await sign_in(cem, to_sign_in)).headers["location"] == back
    assert await db.scalar(select(Follow.person_id)) == owners.cem.id
    assert "You thanked" in (await cem.get(place)).text


async def test_strangers_see_what_they_can_begin(
    cast: Cast, db: AsyncSession, browse: Browse
) -> None:
    idea = await an_idea(db, cast)
    made = await say(db, cast.ben, idea.id)
    await db.commit()
    stranger = await browse(None)
    answer = await stranger.get(f"/ideas/{idea.id}")
    assert "set-cookie" not in answer.headers
    assert 'data-can="build thank"' in answer.text
    assert "Support</span>" in answer.text
    reply = await stranger.get(
        f"/contributions/{made}/replies/form", headers={"HX-Request": "true"}
    )
    assert reply.headers["hx-redirect"].startswith("/sign-in?next=%2Fcontributions")
    assert "Sign in to reply to " in (await stranger.get(reply.headers["hx-redirect"])).text
    conversation = {"next": f"/ideas/{idea.id}#conversation"}
    assert "Sign in to add to “" in (await stranger.get("/sign-in", params=conversation)).text
    asked = await stranger.get("/ideas/new", params={"within": idea.campaign_id})
    assert "Sign in to post an idea." in (await stranger.get(asked.headers["location"])).text
    asked = await stranger.get(f"/ideas/{idea.id}/pledges/new")
    assert "Sign in to sponsor “" in (await stranger.get(asked.headers["location"])).text


async def test_whoever_signed_in_on_another_page_is_asked_once_more(
    owners: Cast, db: AsyncSession, browse: Browse
) -> None:
    idea = await an_idea(db, owners)
    cem = await browse(None)
    place = f"/ideas/{idea.id}"
    to_sign_in = await press(cem, f"{place}/vote", place)
    await sign_in(cem, "/sign-in")
    assert (await cem.get(to_sign_in)).headers["location"] == to_next(to_sign_in)
    assert "Go on" in (await cem.get(to_next(to_sign_in))).text
    assert await votes(db, idea) == (0, 0)
    answer = await cem.post(to_next(to_sign_in))
    assert "You support this" in await page_after(cem, answer)
    assert await votes(db, idea) == (1, 1)


async def test_what_is_kept_has_an_end(cast: Cast, db: AsyncSession, browse: Browse) -> None:
    idea = await an_idea(db, cast)
    browser = await browse(None)
    for _time in range(12):
        await press(browser, f"/ideas/{idea.id}/vote", f"/ideas/{idea.id}")
    assert await db.scalar(select(func.count()).select_from(KeptForm)) == 10
