"""Whatever is typed into whichever form, and however often it is sent: a clear answer, nothing
lost, never a fault of ours."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from functools import cache
from html import unescape
from urllib.parse import quote_plus

import httpx
import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.refusals import Forbidden
from ideahub.http import requests
from ideahub.http.pages import AnyRequest
from ideahub.http.receiving import receive_form
from ideahub.ideas.queries import find_idea
from ideahub.pipeline.experimenting import ExperimentPlan, plan_experiment
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, viewer_of
from tests.support.every_form import (
    Form,
    buttons_in,
    every_form,
    forms_in,
    look_at,
    one_of_each_kind,
)
from tests.support.private_things import DRAFT, INTERNAL, Things
from tests.support.wiring import wired_app
from tests.test_visibility import PLAIN, routes

# In every field that people type into, all at once.
WORDS = {
    "nothing": "",
    "white space": " \u00a0\u3000 ",
    "NUL": "a\x00b and c",
    "right to left": "\u202egpj.exe\u202c and more",
    "line ends": "a\r\nBcc: zed@ministry.example\r\n\x1b[31m\x85\u2028 and more",
    "too long": "walk on " * 2500 + "!",
    "far too long": "é " * 200_000,
    "a tower": "a" + "\u0301" * 3_000 + " and more",
    "formats": "%s %(who)s %(num)s {0} {a.b} ${x} {{ 7 * 7 }} {% raw %}",
    "markup": '</textarea><hx-partial hx-target="#main"><img src=x onerror=alert(1)> & more',
}
# In each field that is read as something else than words, the others as they should be.
VALUES = {
    "digits": "9" * 5_000,
    "exponent": "1e999999",
    "tiny": "1E-400000",
    "first day": "0001-01-01",
    "last moment": "9999-12-31T23:59:59.999999+14:00",
    "other digits": "٣٤",
    "a number of 64 bits": str(2**63),
}
# Nobody knows the code or the password, so these are refused, whatever is typed.
WRONG = {"/sign-in", "/sign-in/code", "/account/password", "/joining/name", "/proof"}
# Nothing is entered into a draft.
WRONG |= {"/management/2/entries/new"}
# Nobody who has no account can be named.
WRONG |= {"/management/1/safe-space/facilitators"}
# A “yes” has no reason.
WRONG |= {"/management/1/leaders-answers/templates"}
# What is not in a text cannot be taken out of it.
WRONG |= {"/moderation/own-texts/idea/1001/masking"}
# A code, and what proves a password's owner, are spent by their use; a mail goes out each time.
NEVER_TWICE = {*WRONG, "/account/code", "/proof/code"}
DEEDS = {
    *("/ideas/new", "/ideas/N/revision", "/ideas/N/withdrawal", "/ideas/N/vote", "/sign-out"),
    *("/ideas/N/attachments/new", "/ideas/N/contributions", "/contributions/N/withdrawal"),
    *(
        "/contributions/N/thanks",
        "/ideas/N/pledges",
        "/pledges/N/fulfilment",
        "/pledges/N/withdrawal",
    ),
    *(
        "/ideas/N/decision",
        "/ideas/N/experiments/new",
        "/experiments/N/adjustment",
        "/people/N/roles",
    ),
    *(
        "/experiments/N/conclusion",
        "/experiments/N/readings",
        "/account",
        "/organisations/N/details",
    ),
    *("/management/new", "/management/N/basics", "/management/N/phases", "/management/N/removal"),
    *("/account/sessions/N/sign-out", "/account/sessions/others/sign-out", "/organisations"),
}
NOT_SHOWN = {"password", "new_password", "code", "mail_code", "client_secret", "username"}


@pytest.fixture
def app(config: Config, database: Database) -> Iterator[Litestar]:
    """With the demo's routes, too."""
    with wired_app(replace(config, demo=True), database) as app:
        yield app


@pytest.fixture
async def browsers(cast: Cast, browse: Browse) -> dict[str, Browser]:
    """Those who see the most forms, and a stranger."""
    names = ("ada", "mia", "ann", "sam", "ben")
    return {"": await browse(None)} | {name: await browse(getattr(cast, name)) for name in names}


@pytest.fixture
async def pages(
    db: AsyncSession, cast: Cast, things: Things, browsers: dict[str, Browser], app: Litestar
) -> dict[str, list[str]]:
    """The addresses on which each of them finds forms."""
    mia = await viewer_of(db, cast.mia)
    idea = await find_idea(db, mia, int(things.numbers[INTERNAL]["idea_id"][0]))
    running = await plan_experiment(db, mia, idea, ExperimentPlan("It works", "Steps", Decimal(5)))
    things.numbers[INTERNAL]["experiment_id"].insert(0, running)
    await db.commit()
    everywhere = list(_addresses(app, things, cast))
    some = {"": ["/sign-in"], "ben": [idea.url]}
    return {who: some.get(who, everywhere) for who in browsers}


@pytest.fixture
async def forms(browsers: dict[str, Browser], pages: dict[str, list[str]]) -> dict[str, Form]:
    """Every form of the site, by its address."""
    return await every_form(browsers, pages)


def _addresses(app: Litestar, things: Things, cast: Cast) -> list[str]:
    known: dict[str, list[int | str]] = {
        "person_id": [cast.ben.id],
        "organisation_id": [cast.city.id],
    }
    found: dict[str, None] = {}
    for mark in (INTERNAL, DRAFT):
        numbers = {**known, **things.numbers[mark]}
        firsts = {name: some[0] for name, some in numbers.items()}
        for path, names in routes(app, "GET"):
            for step in ("basics", "framing", "details", "check") if "step" in names else ("",):
                if set(names) <= {*firsts, *PLAIN}:
                    found[path.format(**PLAIN | firsts | {"step": step})] = None
    return [one for one in found if one != "/gallery"]


@asynccontextmanager
async def undone(database: Database) -> AsyncIterator[None]:
    """What happens within has not happened afterwards."""
    assert isinstance(database.bind, AsyncConnection)
    place = await database.bind.begin_nested()
    yield
    await place.rollback()


@pytest.mark.slow
async def test_every_form_takes_whatever_is_typed(
    forms: dict[str, Form], browsers: dict[str, Browser], database: Database
) -> None:
    _are_all_there(forms)
    for form in forms.values():
        await _takes_what_it_asks_for(browsers[form.who], form, database)
        for words in WORDS.values():
            async with undone(database):
                typed = dict.fromkeys(form.typed, words)
                answer = await _send(browsers[form.who], form, typed)
            assert answer.status_code < 500, (form, words[:40], answer.text)
            if answer.status_code in {409, 422, 429}:
                _is_kept(form, words, answer)
        for name in form.read:
            for value in VALUES.values():
                async with undone(database):
                    answer = await _send(browsers[form.who], form, {name: value})
                assert answer.status_code < 500, (form, name, value[:40], answer.text)


@pytest.mark.slow
async def test_a_refusal_shows_every_word_that_was_typed(
    forms: dict[str, Form], browsers: dict[str, Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of every form, also single words; no secrets, and nothing that the form brought along."""

    async def refuse(request: AnyRequest) -> None:
        await receive_form(request)
        raise Forbidden("Not this one.")

    monkeypatch.setattr(requests, "receive_form", refuse)
    for form in filter(lambda one: one.typed, forms.values()):
        words = {name: f"Typed-{number}" for number, name in enumerate(form.typed)}
        answer = await browsers[form.who].post(form.action, form.valid | words)
        assert answer.status_code in {403, 409}, form
        shown = set(re.findall(r"<textarea[^>]* readonly>([^<]*)</textarea>", answer.text))
        assert shown == {words[name] for name in words if name not in NOT_SHOWN}, form


@pytest.mark.slow
async def test_whatever_is_sent_twice_is_answered_as_the_first_time(
    browsers: dict[str, Browser], pages: dict[str, list[str]], database: Database
) -> None:
    """Every form and button of the site, as a page's own and by HTMX; each is done once, and
    whoever pressed is told so."""
    done: dict[bool, set[str]] = {False: set(), True: set()}
    for who, browser in browsers.items():
        seen = await look_at({who: browser}, {who: pages[who]})
        for find in (forms_in, buttons_in):
            for kind, form in one_of_each_kind(seen, find).items():
                if form.action in NEVER_TWICE:
                    continue
                for htmx, kinds in done.items():
                    async with undone(database):
                        if await _is_done_twice(browser, form, htmx):
                            kinds.add(kind)
    for htmx, kinds in done.items():
        assert kinds >= DEEDS, (f"{htmx=}", DEEDS - kinds)


async def _is_done_twice(browser: Browser, form: Form, htmx: bool) -> bool:
    # Both are on their way before the first answer takes a cookie.
    cookies = httpx.Cookies(browser.client.cookies)
    answers = []
    for _press in range(2):
        answers.append(await _send(browser, form, {}, htmx=htmx))
        browser.client.cookies = httpx.Cookies(cookies)
    first, second = answers
    assert first.status_code == second.status_code, (f"{htmx=}", form, second.text)
    assert first.text == second.text, (f"{htmx=}", form)
    if not form.action.startswith("/demo/"):
        # There the cookie is a new one each time.
        assert first.headers.multi_items() == second.headers.multi_items(), (f"{htmx=}", form)
    return first.status_code in {200, 204, 303}


def _are_all_there(forms: dict[str, Form]) -> None:
    some = {"/ideas/new", "/ideas/N/revision", "/ideas/N/contributions", "/ideas/N/pledges"}
    some |= {"/ideas/N/decision", "/ideas/N/experiments/new", "/experiments/N/readings"}
    some |= {
        "/management/N/phases",
        "/management/N/framing",
        "/sign-in",
        "/account",
        "/organisations",
    }
    assert some <= set(forms), some - set(forms)


async def _takes_what_it_asks_for(browser: Browser, form: Form, database: Database) -> None:
    # Else the others would only meet the first thing that is wrong.
    async with undone(database):
        answer = await _send(browser, form, {})
    assert answer.status_code in {200, 303} or form.action in WRONG, (form, answer.text)


async def _send(
    browser: Browser, form: Form, values: dict[str, str], *, htmx: bool = False
) -> httpx.Response:
    fields = form.valid | values
    if form.upload:
        files = {"file": ("a.pdf", b"%PDF-1.4 %%EOF", "application/pdf")}
        return await browser.post(form.action, fields, files=files, htmx=htmx)
    body = "&".join(f"{_coded(name)}={_coded(value)}" for name, value in fields.items())
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await browser.post(form.action, htmx=htmx, content=body, headers=headers)


@cache
def _coded(text: str) -> str:
    # Once for all fields and forms: for the longest texts it takes longer than the answer.
    return quote_plus(text)


def _is_kept(form: Form, words: str, answer: httpx.Response) -> None:
    if not words.strip() or set(form.typed) <= NOT_SHOWN:
        return
    # Browsers and databases agree on no more than the visible part of it.
    visible = [part for part in words.split() if part.isascii() and part.isprintable()]
    shown = unescape(answer.text)
    assert all(part in shown for part in visible[:3] + visible[-3:]), (form, answer.text)
