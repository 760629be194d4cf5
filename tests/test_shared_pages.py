"""Pages that are rendered once for all who are signed in and see the same: each gets their own."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.conversation.contributing import contribute
from ideahub.conversation.models import ContributionKind
from ideahub.core.events import Kind, Ref, record
from ideahub.core.viewer import FindViewer, Viewer
from ideahub.http.acting import ACTED_COOKIE
from ideahub.http.own_parts import shared_viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.organisations.models import Person
from tests.conftest import Browse, Browser, Counted
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of

PEOPLE = ("ada", "ben", "cem", "jo", "sam", "mo", "mia", "zed")
SUPPORTS, SUPPORT = "You support this", ">Support</span>"


@pytest.fixture(autouse=True)
def remembering(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and viewers are kept as if the hub had heard of every deed."""
    monkeypatch.setattr(app.state.hub, "is_current", lambda: True)
    app.state.hub._horizon = 1


@pytest.fixture
async def idea(db: AsyncSession, cast: Cast) -> Idea:
    """An idea of Ada's, on which Cem has built."""
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada)
    await make_idea(db, campaign, cast.cem, "Bells")
    cem = await viewer_of(db, cast.cem)
    seen = await find_idea(db, cem, idea.id)
    await contribute(db, cem, seen, ContributionKind.BUILD, "Yes, and a bell.", "")
    await db.commit()
    return idea


def addresses(idea: Idea) -> list[str]:
    """The pages that are shared."""
    return ["/", "/ideas", f"/ideas/{idea.id}", f"/idea-boxes/{idea.campaign_id}"]


def acted(browser: Browser) -> Browser:
    """A browser that is shown nothing that is kept."""
    browser.client.cookies.set(ACTED_COOKIE, "1")
    return browser


def told(html: str) -> str:
    """The page but for the number of the transaction at which it was rendered."""
    return re.sub(r"cursor=\d+", "", html)


async def test_everyone_gets_the_page_that_they_would_get_anew(
    app: Litestar, browse: Browse, cast: Cast, idea: Idea
) -> None:
    people = [getattr(cast, name) for name in PEOPLE if hasattr(cast, name)]
    kept = [await browse(person) for person in people]
    anew = [acted(await browse(person)) for person in people]
    await anew[1].post(f"/ideas/{idea.id}/vote")
    await anew[1].post(f"/ideas/{idea.id}/following")
    await anew[2].post(f"/drafts/contribution-{idea.id}", {"body": "Half of a thought"})
    for _time in range(2):
        for address in addresses(idea):
            for one, other, person in zip(kept, anew, people, strict=True):
                first, second = await one.get(address), await other.get(address)
                assert told(first.text) == told(second.text), (address, person.name)
                assert first.headers["etag"] == second.headers["etag"]
    assert len(app.state.shared_pages) > len(addresses(idea))


async def test_a_kept_list_takes_one_query(
    browse: Browse,
    cast: Cast,
    idea: Idea,
    count_queries: Callable[[], AbstractContextManager[Counted]],
) -> None:
    first, second = await browse(cast.ben), await browse(cast.jo)
    for browser in (first, second, second):
        await browser.get("/ideas")
    with count_queries() as counted:
        page = await second.get("/ideas")
    assert page.status_code == 200
    assert counted.number == 1
    # Their support, their deeds in the conversation, what they began to write, whether they follow.
    second = await browse(cast.cem)
    for browser in (first, second, second):
        await browser.get(f"/ideas/{idea.id}")
    with count_queries() as counted:
        await second.get(f"/ideas/{idea.id}")
    # And when they were there last, and what of theirs waits for a moderator.
    assert counted.number == 6


async def test_each_sees_their_own_support(browse: Browse, cast: Cast, idea: Idea) -> None:
    ben, jo, cem = [await browse(person) for person in (cast.ben, cast.jo, cast.cem)]
    assert SUPPORTS not in (await ben.get("/ideas")).text
    await ben.post(f"/ideas/{idea.id}/vote", htmx=True)
    ben.client.cookies.delete(ACTED_COOKIE)
    # The page was rendered before the vote; the button is right at once.
    assert (await ben.get("/ideas")).text.count(SUPPORTS) == 1
    assert SUPPORTS not in (await jo.get("/ideas")).text
    # Ben sees buttons at two ideas, and Cem at Ada's alone.
    assert (await jo.get("/ideas")).text.count(SUPPORT) == 2
    assert (await cem.get("/ideas")).text.count(SUPPORT) == 1


async def test_whoever_acts_sees_at_once_what_they_did(
    browse: Browse, cast: Cast, idea: Idea
) -> None:
    """Even though no process has heard of it yet, nor the one that is asked next."""
    ben, jo = await browse(cast.ben), await browse(cast.jo)
    address = f"/ideas/{idea.id}"
    for browser in (jo, ben):
        await browser.get(address)
    sent = await ben.post(f"{address}/contributions", {"kind": "build", "body": "And a light."})
    assert sent.status_code == 303
    ben.client.cookies.delete("ideahub_notice")
    assert "And a light." in (await ben.get(address)).text


@pytest.mark.parametrize("order", [("ada", "ben"), ("ben", "ada"), ("mia", "ben"), ("ben", "mia")])
async def test_authors_and_leaders_have_pages_of_their_own(
    browse: Browse, cast: Cast, idea: Idea, order: tuple[str, ...]
) -> None:
    for name in (*order, *order):
        page = (await (await browse(getattr(cast, name))).get(f"/ideas/{idea.id}")).text
        assert (f'href="/ideas/{idea.id}/revision"' in page) is (name == "ada")
        assert ("/decision" in page) is (name == "mia")


async def test_who_has_another_sight_gets_another_page(
    app: Litestar, browse: Browse, cast: Cast, db: AsyncSession, idea: Idea
) -> None:
    """Ben works for the city, and Cem is a citizen; then Ben leaves it."""
    box = await make_campaign(db, cast.city, audience=Audience.INTERNAL, title="Among us")
    secret = await make_idea(db, box, cast.ada, "A quiet room")
    await db.commit()
    ben, cem = await browse(cast.ben), await browse(cast.cem)
    assert secret.title in (await ben.get("/ideas")).text
    assert secret.title not in (await cem.get("/ideas")).text
    async with app.state.database.transaction() as session:
        person = await session.get_one(Person, cast.ben.id)
        person.organisation_id = None
        await record(session, Kind.PERSON_CHANGED, None, subject=Ref(Person, person.id))
    assert secret.title not in (await ben.get("/ideas")).text


async def test_who_gets_a_role_meanwhile_leaves_no_page_to_others(
    app: Litestar, browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    """Cem is a citizen when he asks, and works for the city when his page is rendered."""
    box = await make_campaign(db, cast.city, audience=Audience.INTERNAL, title="Among us")
    secret = await make_idea(db, box, cast.ada, "A quiet room")
    cem = await browse(cast.cem)
    find: FindViewer = app.state.find_viewer

    async def find_with_more(session: AsyncSession, token: str | None) -> Viewer:
        return replace(await find(session, token), organisations=frozenset({cast.city.id}))

    app.state.find_viewer = find_with_more
    assert secret.title in (await cem.get("/ideas")).text
    app.state.find_viewer = find
    for _time in range(2):
        assert secret.title not in (await cem.get("/ideas")).text


async def test_a_draft_and_a_name_are_for_one_alone(browse: Browse, cast: Cast, idea: Idea) -> None:
    ben, jo = await browse(cast.ben), await browse(cast.jo)
    saved = await ben.post(f"/drafts/contribution-{idea.id}", {"body": "Half of a thought"})
    assert saved.status_code < 400
    ben.client.cookies.delete(ACTED_COOKIE)
    for _time in range(2):
        own = [(await browser.get(f"/ideas/{idea.id}")).text for browser in (ben, jo)]
        assert ["Half of a thought" in page for page in own] == [True, False]
        for page, person, other in zip(own, (cast.ben, cast.jo), (cast.jo, cast.ben), strict=True):
            assert f'data-viewer="{person.id}"' in page
            assert f'name="drafter" value="{person.id}"' in page
            assert f"person%3A{person.id}" in page
            assert person.name in page
            assert other.name not in page


async def test_a_copy_is_asked_for_with_its_etag(browse: Browse, cast: Cast, idea: Idea) -> None:
    ben = await browse(cast.ben)
    for _time in range(2):
        etag = (await ben.get("/ideas")).headers["etag"]
    again = await ben.get("/ideas", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    await acted(ben).post(f"/ideas/{idea.id}/vote")
    ben.client.cookies.delete(ACTED_COOKIE)
    changed = await ben.get("/ideas", headers={"If-None-Match": etag})
    assert changed.status_code == 200


def test_a_shared_page_asks_for_nobody_in_particular() -> None:
    many: Any = shared_viewer(Viewer(id=7, organisations=frozenset({1})))
    assert many.bound["viewer_id"] is None
    assert many.sight == Viewer(id=8, organisations=frozenset({1})).sight
    assert not many.is_person(7)
    for ask in (lambda: many.id == 7, lambda: {many.id}, lambda: many.person_id):
        with pytest.raises(TypeError):
            ask()
