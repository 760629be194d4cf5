"""Whatever people do, in whatever order: what somebody gets that was kept is the page anew.

People act at random on one idea. After each few deeds, once they were heard of, every kept page
must read as the page rendered at that moment; a withdrawn text must be gone before that.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import product

import httpx
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from sqlalchemy import func, select, text, update

from ideahub.accounts.sessions import begin_session
from ideahub.app import guarded
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Kind, Ref, record
from ideahub.http.acting import ACTED_COOKIE
from ideahub.http.kept_pages import KeptPage, KeptPages
from ideahub.ideas.models import Idea
from ideahub.organisations.models import Person, RoleGrant
from ideahub.realtime import hub as hub_module
from ideahub.realtime.hub import Hub
from ideahub.realtime.rooms import SIGNED_OUT
from tests.realtime.acting import Stage
from tests.realtime.test_pages_keep_up import BEGUN, RARE, Deeds, _do, _empty, moments
from tests.support.cast import make_campaign, make_cast, make_idea
from tests.support.effort import effort
from tests.support.open_pages import Page, seen
from tests.support.serving import closing, serve, two_processes
from tests.support.wiring import NO_TLS, wired_app

# Pages of the idea itself, of which every word must be right; of others, what is told live.
WHOLE = ("/ideas/{idea}", "/ideas/{idea}/contributions", "/ideas/{idea}/history")
LIVE = ("/ideas", "/", "/pipeline", "/challenges", "/idea-boxes", "{campaign}")
# What is the same for people of one sight, at the least.
SHARED = 6
# Who asks: a stranger, a colleague, a citizen and the author.
READERS = ("a stranger", "ben", "cem", "ada")
# A cookie of a session that there is not: nothing kept is given to such a browser.
ANEW = {"Cookie": "ideahub=none"}


@dataclass
class Kept:
    """The application with all that it keeps, and people who act."""

    app: Litestar
    stage: Stage
    urls: dict[str, bool]

    @property
    def pages(self) -> KeptPages[KeptPage]:
        """What it keeps."""
        pages: KeptPages[KeptPage] = self.app.state.pages
        return pages

    async def hear(self) -> None:
        """The hub hears what was done."""
        hub: Hub = self.app.state.hub
        await hub.catch_up()

    async def get(self, url: str, **headers: str) -> httpx.Response:
        """The page, as a stranger gets it."""
        self.stage.client.cookies.clear()
        return await self.stage.client.get(url, headers=headers)

    async def both(self, url: str, reader: str) -> list[httpx.Response]:
        """The page as the reader gets it, and anew."""
        if reader not in self.stage.secrets:
            return [await self.get(url), await self.get(url, **ANEW)]
        session = f"ideahub={self.stage.secrets[reader]}"
        return [
            await self.get(url, Cookie=cookie)
            for cookie in (session, f"{session}; {ACTED_COOKIE}=1")
        ]

    async def compare(self) -> None:
        """Every page that is kept is the page anew."""
        for (url, whole), reader in product(self.urls.items(), READERS):
            kept, anew = await self.both(url, reader)
            assert kept.status_code == anew.status_code, (url, reader, self.stage.done)
            told = [shown(answer.text, whole=whole) for answer in (kept, anew)]
            assert told[0] == told[1], (url, reader, self.stage.done)


def shown(html: str, *, whole: bool) -> dict[str, str]:
    """What everyone sees of a page: the regions that are told live, or all that is its own."""
    page = Page("stranger", "", whole)
    page.show(html)
    if not whole:
        return page.regions()
    main = page.root.find("main")
    assert main is not None
    return {"main": seen(main)}


@asynccontextmanager
async def keeping(
    config: Config, database: Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Kept]:
    """A public idea, the cast, and everything kept that may be."""
    await _empty(database)
    async with database.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city)
        idea = await make_idea(db, campaign, cast.ada)
        await make_idea(db, campaign, cast.cem, "Bells for bicycles")
        names = ("ada", "ben", "cem", "mia", "sam", "jo")
        secrets = {name: await begin_session(db, getattr(cast, name).id) for name in names}
    with wired_app(config, database) as app:
        hub: Hub = app.state.hub
        await hub.catch_up()
        # As if it were listening and nothing grew old: then pages are kept until a deed.
        monkeypatch.setattr(hub, "is_current", lambda: True)
        app.state.pages.seconds = app.state.shared_pages.seconds = 3_600
        transport = httpx.ASGITransport(app=guarded(app, config))  # type: ignore[arg-type]
        async with httpx.AsyncClient(
            transport=transport, base_url=config.public_url, verify=NO_TLS
        ) as client:
            places = {"idea": idea.id, "campaign": campaign.url}
            urls = {url.format(**places): True for url in WHOLE}
            urls |= {url.format(**places): False for url in LIVE}
            yield Kept(app, Stage(database, client, secrets, idea.id), urls)


@pytest.mark.slow
@settings(
    max_examples=effort(4, 20),
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@example(before=BEGUN, several=RARE)
@example(before=(), several=[[("edit", "ada", 0)], [("vote", "ben", 0)]])
@given(before=st.sampled_from([BEGUN, ()]), several=moments)
async def test_what_is_kept_is_the_page_anew(
    committing: Database,
    config: Config,
    monkeypatch: pytest.MonkeyPatch,
    before: Deeds,
    several: list[Deeds],
) -> None:
    async with keeping(config, committing, monkeypatch) as kept:
        await _do(kept.stage, before)
        await kept.hear()
        for moment in several:
            await kept.compare()
            assert len(kept.pages) == len(kept.urls)
            await _do(kept.stage, moment)
            await kept.hear()
        await kept.compare()
        assert len(kept.app.state.shared_pages) >= SHARED


@pytest.mark.parametrize("deed", ["withdraw the idea", "change the name"])
async def test_what_is_withdrawn_is_gone_at_once(
    committing: Database, config: Config, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    """Before the hub hears of it: in the process that did it nobody gets what was before."""
    async with keeping(config, committing, monkeypatch) as kept:
        stage, idea = kept.stage, f"/ideas/{kept.stage.idea}"
        pages = [await kept.get(url) for url in (idea, "/ideas", f"{idea}/history")]
        people = [(await kept.both(idea, reader))[0] for reader in ("ben", "cem")]
        assert all("Ada Lind" in page.text for page in (*pages, *people))
        assert len(kept.app.state.shared_pages) == len(people)
        if deed == "withdraw the idea":
            await stage.send("ada", f"{idea}/withdrawal", {})
        else:
            await stage.send("ada", "/account", {"name": "Adelaide Brook", "title": ""})
        for page, reader in product(pages, ("a stranger", "ben", "cem")):
            kept_now, anew = await kept.both(page.url.path, reader)
            assert kept_now.status_code == anew.status_code
            assert "Ada Lind" not in kept_now.text
        assert len(kept.pages) <= len(pages)


async def test_an_ended_session_is_refused_by_every_process(
    committing: Database, config: Config
) -> None:
    """The other process has remembered who it is. Once its pages were told that the session has
    ended, it knows them no more."""
    async with two_processes(config, committing) as (one, other):
        async with committing.transaction() as db:
            cast = await make_cast(db)
        secret = await one.sign_in(cast.ada)
        cookie = {"Cookie": f"ideahub={secret}"}
        async with one.client(headers=cookie) as here, other.client(headers=cookie) as there:
            for client in (here, there):
                assert (await client.get("/account")).status_code == 200
            room = f"person:{cast.ada.id}"
            cursor = await other.cursor()
            async with other.listen(room, cursor=cursor, secret=secret) as socket:
                sent = await here.post("/sign-out", headers={"Sec-Fetch-Site": "same-origin"})
                assert sent.status_code == 303
                assert (await here.get("/account")).status_code != 200
                assert await closing(socket) == SIGNED_OUT
                assert (await there.get("/account")).status_code != 200


async def test_a_role_that_ends_ends_in_every_process(committing: Database, config: Config) -> None:
    async with two_processes(config, committing) as (one, other):
        async with committing.transaction() as db:
            cast = await make_cast(db)
            grant = await db.scalar(select(RoleGrant).where(RoleGrant.person_id == cast.mia.id))
        assert grant is not None
        secret = await one.sign_in(cast.mia)
        async with other.client(headers={"Cookie": f"ideahub={secret}"}) as there:
            assert (await there.get("/management")).status_code == 200
            async with one.database.transaction() as db:
                await db.execute(
                    update(RoleGrant)
                    .where(RoleGrant.id == grant.id)
                    .values(revoked_at=func.now(), revoked_by=cast.mia.id)
                )
                about = Ref(Person, cast.mia.id)
                await record(db, Kind.ROLE_REVOKED, None, subject=about)
            async with asyncio.timeout(5):
                while (await there.get("/management")).status_code == 200:
                    await asyncio.sleep(0.02)


async def test_nothing_kept_is_given_while_the_listener_is_down(
    committing: Database, config: Config
) -> None:
    async with serve(config, committing) as served:
        async with committing.transaction() as db:
            cast = await make_cast(db)
            idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
        async with served.client() as client:
            url = f"/ideas/{idea.id}"
            async with asyncio.timeout(10):
                while not len(served.app.state.pages):
                    await client.get(url)
            hub: Hub = served.app.state.hub
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(hub_module, "RETRY_SECONDS", 60.0)
                await end_listener(committing)
                async with asyncio.timeout(5):
                    while hub.listening:
                        await asyncio.sleep(0.01)
                # Nobody hears of this.
                async with committing.transaction() as db:
                    await db.execute(update(Idea).values(title="A quieter crossing"))
                assert "A quieter crossing" in (await client.get(url)).text


async def end_listener(database: Database) -> None:
    """Ends the connection on which the hub listens."""
    async with database.transaction() as db:
        await db.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where query ilike 'listen%' or query = 'select 1'"
                " and datname = current_database()"
            )
        )
