"""Every page in a language that reads from right to left: all of ours is translated, and what
people wrote is kept apart from it. Pushes and the answers to forms, too."""

import os
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace

import httpx
import pytest
from babel.numbers import get_currency_name
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.sessions import begin_session
from ideahub.app import create_app, guarded
from ideahub.campaigns.models import Campaign
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.money import CURRENCIES
from ideahub.ideas.models import Idea
from ideahub.moderation.models import ConductVersion
from ideahub.organisations.models import Person
from tests.conftest import Browser
from tests.support.databases import own_database
from tests.support.every_form import Form, one_of_each_kind
from tests.support.following_links import crawl
from tests.support.in_pseudo import LANGUAGE
from tests.support.pseudo import RIGHT_TO_LEFT
from tests.support.raw_texts import corpus_of, raw_texts

pytestmark = [
    pytest.mark.skipif(bool(LANGUAGE), reason="looks at the pseudo-languages themselves"),
    # Everybody's pages of the whole demonstration.
    pytest.mark.slow,
]

ROLES = ("", "Ada Brandt", "Ben Okafor", "Greta Lindqvist", "Ines Moreau", "Kofi Mensah")
ALSO = (
    "/ideas?q=nothing+like+that",
    "/nothing/here",
    "/management",
    "/people",
    "/development/mail",
)
WISH = {"Accept-Language": RIGHT_TO_LEFT}
# Nobody wrote these: names of browsers, of this machine, of days as fields send them.
NO_OWN_DEEDS = (
    "Firefox",
    "Linux",
    "127.0.0.1",
    "http://127.0.0.1:8000/challenges/8/you-said",
    "English ar-XB en-XA",
    "nothing like that",
    "shasum -a 256 entry-9-3-1.json",
    *(f"pages/{name}.md" for name in ("privacy", "accessibility", "imprint", "contact")),
    *(f"{code} – {get_currency_name(code, locale='ar')}" for code in CURRENCIES),
)
GARBAGE = "~ no such thing"
WHO_THEY_ARE = select(Person.name, Person.title)


class Site:
    """The demonstration, and browsers of its people that ask for the pseudo-language."""

    def __init__(
        self, database: Database, browsers: dict[str, Browser], people: Iterable[str]
    ) -> None:
        self.database = database
        self.browsers = browsers
        self.people = tuple(people)
        self._pages: dict[str, dict[str, str]] = {}

    async def pages(self, name: str) -> dict[str, str]:
        """One page of each kind that somebody finds; but no samples for those who build pages."""
        if name not in self._pages:
            found = await crawl(self.browsers[name].client, await self._starts())
            self._pages[name] = {url: html for url, html in found.items() if url != "/gallery"}
        return self._pages[name]

    async def check(self, pages: dict[str, str]) -> None:
        """Fails for what neither went through gettext nor was written by somebody."""
        async with self.database.reading() as db:
            # The forms that were sent may have renamed people since.
            # Rules are stored one by one, and edited as one text.
            rules = [
                "\n\n".join(f"{rule['name']}\n{rule['text']}" for rule in version)
                for version in await db.scalars(select(ConductVersion.rules))
            ]
            corpus = await corpus_of(db, *NO_OWN_DEEDS, *self.people, *rules, GARBAGE)
        faults = [(url, found) for url, html in pages.items() if (found := raw_texts(html, corpus))]
        assert not faults, "\n".join(f"{url}: {found}" for url, found in faults)

    async def _starts(self) -> list[str]:
        """An idea of every stage, and every challenge and idea box."""
        async with self.database.reading() as db:
            ideas = await db.scalars(select(func.min(Idea.id)).group_by(Idea.stage))
            campaigns = await db.scalars(select(Campaign).order_by(Campaign.id))
            return [
                "/",
                *(f"/ideas/{one}" for one in ideas),
                *(one.url for one in campaigns),
                *ALSO,
            ]


@pytest.fixture(scope="module")
async def site(
    database_url: str,
    demo_template: str,
    config: Config,
    tmp_path_factory: pytest.TempPathFactory,
    offered_pseudo_languages: None,
) -> AsyncIterator[Site]:
    # Its own mail: letters that other tests have sent are not of these people.
    config = replace(config, demo=True, var=tmp_path_factory.mktemp("var"))
    name = f"t_{os.getpid()}_raw_texts"
    async with own_database(database_url, name, demo_template) as database:
        app = create_app(config, database, background=False)
        transport = httpx.ASGITransport(app=guarded(app, config))  # type: ignore[arg-type]
        browsers = {}
        for name in ROLES:
            client = httpx.AsyncClient(
                transport=transport, base_url=config.public_url, headers=WISH
            )
            async with database.transaction() as db:
                secret = await _sign_in(db, name)
            if secret:
                client.cookies.set("ideahub", secret)
            browsers[name] = Browser(client, secret)
        async with database.reading() as db:
            people = [text for row in await db.execute(WHO_THEY_ARE) for text in row]
        yield Site(database, browsers, people)


async def _sign_in(db: AsyncSession, name: str) -> str | None:
    person_id = await db.scalar(select(Person.id).where(Person.name == name))
    agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
    return await begin_session(db, person_id, browser=agent) if person_id else None


@pytest.mark.parametrize("name", ROLES, ids=lambda name: name.split()[0] if name else "stranger")
async def test_no_page_shows_raw_text(site: Site, name: str) -> None:
    pages = await site.pages(name)
    assert len(pages) > 20
    await site.check(pages)


@pytest.mark.parametrize("typed", ["", GARBAGE])
async def test_no_answer_to_a_form_is_raw(site: Site, typed: str) -> None:
    pages = [(name, url, html) for name in ROLES for url, html in (await site.pages(name)).items()]
    forms = one_of_each_kind(pages)
    # Last what ends something: else the forms after it would only be told that it is over.
    in_order = sorted(forms.values(), key=lambda form: form.action.endswith("/archive"))
    answers = {form.action: await _send(site, form, typed) for form in in_order}
    shown = {
        action: answer.text
        for action, answer in answers.items()
        if answer.headers.get("content-type", "").startswith("text/html")
    }
    assert len(shown) > 12
    await site.check(shown)


async def _send(site: Site, form: Form, typed: str) -> httpx.Response:
    kept = {"next", "seen", "revision", "seen_stage", "seen_review"}
    fields = {name: form.valid[name] if name in kept else typed for name in form.valid}
    return await site.browsers[form.who].post(form.action, fields)
