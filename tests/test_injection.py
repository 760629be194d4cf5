"""Markup in every field of every table, in addresses and cookies: shown as words, never obeyed."""

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from litestar import Litestar
from sqlalchemy import ARRAY, Column, String, Text, select, update
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.app import shows
from ideahub.conversation.models import Contribution
from ideahub.core.config import Config
from ideahub.core.db import Base, Database
from ideahub.core.events import Event
from ideahub.core.mailing import compose
from ideahub.core.refusals import Invalid
from ideahub.core.text.rendering import render_markdown
from ideahub.ideas.models import Attachment, Idea
from ideahub.pipeline.models import Experiment
from ideahub.realtime.push import Push
from ideahub.realtime.rooms import _envelope
from ideahub.sponsorship.models import Pledge
from tests.conftest import Browse
from tests.support.cast import Cast
from tests.support.dom import tree
from tests.support.private_things import DRAFT, INTERNAL, Things
from tests.support.wiring import wired_app
from tests.test_visibility import PLAIN, routes

# What pages say is their one address begins with this.
PUBLIC_ADDRESS = "http://127.0.0.1:8000"
PAYLOAD = (
    "\"'><img src=x onerror=pwn() id=pwned hx-get=/pwn><script>pwn()</script></textarea></title>"
    '</hx-partial><hx-partial hx-target="#main" id=pwned>{{7*7}}</hx-partial><svg onload=pwn()>'
    "<a href=javascript:pwn() hx-post=/pwn>x</a> [x](javascript:pwn()) %(who)s"
)
SHORT = "\"'><b id=pwned>{{7*7}}"
# Words that the code itself reads, and what only it writes.
OWN_WORDS = {
    *("kind", "audience", "stage", "path_stage", "from_stage", "to_stage", "decision", "role"),
    "tag@idea_tag",
    *("measure@gate_criterion", "measure@moderation_decision", "text_kind", "looks_first"),
    "section_order",
    *("signature@voice", "press@link_look", "unnamed", "deleted_why"),
    *("innovation_type", "timezone", "currency", "token", "media_type"),
    *(
        "email",
        "mail_domain",
        "password_hash",
        "source_ref",
        "theme",
        "accepts",
        "searched",
        "purpose",
        "stored_as",
    ),
    *("form", "key", "name@pg", "subject_type"),
    # Links, of which only those with https:// are taken.
    *("external_url", "url"),
    # Of judging: what is chosen, computed or compared, and addresses that were proved.
    *("scale", "category", "recipients", "address", "seed", "field_key", "saved_on"),
    *("inputs", "output", "inputs_hash", "output_hash", "content_hash", "terms_hash"),
    *("comment_for_entrant@panel_criterion", "comment_internal@panel_criterion"),
}
# How the names of columns end that hold what was rendered from Markdown.
MARKDOWN = "html"


@pytest.fixture
def app(config: Config, database: Database) -> Iterator[Litestar]:
    """With the demo's routes, too."""
    with wired_app(replace(config, demo=True), database) as app:
        yield app


@pytest.fixture
async def things(things: Things, db: AsyncSession) -> Things:
    """Something of everything, with markup wherever there are words."""
    for table in Base.metadata.sorted_tables:
        values = {column: _evil(column) for column in table.columns if _is_words(column)}
        if values:
            await db.execute(update(table).values(values))
    await db.commit()
    db.expunge_all()
    return things


def _is_words(column: "Column[object]") -> bool:
    kind = column.type.item_type if isinstance(column.type, ARRAY) else column.type
    own = {column.name, f"{column.name}@{column.table.name}"} & OWN_WORDS
    words = isinstance(kind, (String, Text)) and not isinstance(kind, CITEXT)
    return words and not own and column.computed is None


def _evil(column: "Column[object]") -> object:
    if column.name.endswith(MARKDOWN):
        return render_markdown(PAYLOAD)
    if isinstance(column.type, ARRAY):
        return [SHORT, SHORT + "2"]
    length = getattr(column.type, "length", None) or len(PAYLOAD)
    return PAYLOAD if length >= len(PAYLOAD) else SHORT[:length]


def offences(html: str) -> Iterator[str]:
    """What in the markup was not ours."""
    try:
        root = tree(html)
    except AssertionError as broken:
        yield f"something that ends what it did not begin: {broken}"
        return
    for node in root.walk():
        for name, value in node.attributes.items():
            if name.startswith("on") or value == "pwned" or _is_reached(name, value):
                yield f"<{node.tag} {name}={value!r}>"
        if node.tag == "script" and not node.attributes.get("src", "").startswith("/static/"):
            yield f"<script>{node}"
    if "49" in html.split("{{7*7}}", maxsplit=1)[0][-3:]:
        yield "a template within"


def _is_reached(name: str, value: str) -> bool:
    address = unescape(value).strip().lower()
    if name in {"href", "src", "action", "formaction"}:
        known = ("/", "#", "https://", "mailto:", f"{PUBLIC_ADDRESS}/")
        return not address.startswith(known) or address[:2] == "//"
    return name.startswith("hx-") and (address.startswith("/pwn") or "pwn(" in address)


@pytest.mark.slow
async def test_no_page_obeys_what_people_wrote(
    things: Things, cast: Cast, browse: Browse, app: Litestar
) -> None:
    seen = 0
    for who in (cast.ada, cast.mia, cast.ann, cast.sam, None):
        browser = await browse(who)
        for address in _addresses(app, things, cast):
            answer = await browser.get(address)
            assert answer.status_code < 500 or address == "/readyz", address
            if answer.headers.get("content-type", "").startswith("text/html"):
                assert not list(offences(answer.text)), address
                seen += "id=pwned" in unescape(answer.text)
    assert seen > 60, "the words are not shown at all"


def _addresses(app: Litestar, things: Things, cast: Cast) -> list[str]:
    known = {"person_id": cast.ben.id, "organisation_id": cast.city.id}
    found: dict[str, None] = {}
    for mark in (INTERNAL, DRAFT):
        firsts = {name: some[0] for name, some in things.numbers[mark].items()}
        for path, names in routes(app, "GET"):
            for step in ("basics", "framing", "details", "check") if "step" in names else ("",):
                values = PLAIN | known | firsts | {"step": step}
                if set(names) <= set(values):
                    found[path.format(**values)] = None
    evil = quote(PAYLOAD)
    found |= dict.fromkeys(f"/ideas?{name}={evil}" for name in ("q", "tag", "stage", "order"))
    found |= dict.fromkeys(f"{path}?q={evil}&topic={evil}" for path in ("/challenges", "/people"))
    found |= dict.fromkeys([f"/ideas/similar?title={evil}", f"/sign-in?next={evil}", f"/{evil}"])
    return list(found)


@pytest.mark.slow
async def test_nothing_pushed_obeys_what_people_wrote(db: AsyncSession, things: Things) -> None:
    seen = 0
    for event in await _deeds(db, things):
        for show in shows()[event.kind]:
            for told in await show(db, event):
                if isinstance(told, Push):
                    whole = _envelope(told)
                    assert not list(offences(whole)), (event.kind, told.element_id)
                    envelopes = [one for one in tree(whole).walk() if one.tag == "hx-partial"]
                    assert [one.parent and one.parent.tag for one in envelopes] == ["root"]
                    seen += "id=pwned" in unescape(whole)
    assert seen > 40, "the words are not shown at all"


async def _deeds(db: AsyncSession, things: Things) -> list[Event]:
    kept = list(await db.scalars(select(Event).where(Event.idea_id.is_not(None))))
    made = []
    tables: tuple[Any, ...] = (Contribution, Pledge, Experiment, Attachment)
    for table in tables:
        row = await db.scalar(select(table).order_by(table.id.desc()).limit(1))
        assert row is not None
        idea = await db.get_one(Idea, row.idea_id)
        where = {"idea_id": idea.id, "campaign_id": idea.campaign_id, "actor_id": idea.author_id}
        made += [Event(kind=kind, subject_id=row.id, data={}, **where) for kind in shows()]
    return [one for one in [*kept, *made] if one.kind in shows()]


async def test_what_comes_with_a_request_is_not_obeyed(cast: Cast, browse: Browse) -> None:
    ben = await browse(cast.ben)
    ben.client.cookies.set("ideahub_notice", quote(PAYLOAD))
    ben.client.cookies.set("ideahub_theme", quote(PAYLOAD))
    assert not list(offences((await ben.get("/ideas")).text))
    referer = {"Referer": f"{ben.client.base_url}/{quote(PAYLOAD)}"}
    refused = await ben.post("/ideas/999999/vote", {"body": PAYLOAD}, headers=referer)
    assert not list(offences(refused.text))
    preview = await ben.post("/preview", {"body": PAYLOAD}, htmx=True)
    assert not list(offences(preview.text))
    drafted = await ben.post("/drafts/idea-new", {"title": PAYLOAD, "body": PAYLOAD})
    assert drafted.status_code == 204
    assert not list(offences((await ben.get("/ideas/new")).text))


@pytest.mark.parametrize(
    "referer", ["//elsewhere.example/", "/\\elsewhere.example", "///elsewhere.example/a"]
)
async def test_going_back_stays_here(cast: Cast, browse: Browse, referer: str) -> None:
    ben = await browse(cast.ben)
    headers = {"Referer": str(ben.client.base_url).rstrip("/") + referer}
    refused = await ben.post("/ideas/999999/vote", headers=headers)
    assert not list(offences(refused.text))
    assert "elsewhere.example" not in refused.text
    missing = await ben.client.get(f"http://127.0.0.1:8000{referer}")
    assert not list(offences(missing.text))
    stranger = await browse(None)
    sent = await stranger.post("/ideas/999999/vote", headers=headers)
    assert "elsewhere" not in sent.headers.get("location", "")


def test_the_forms_of_the_words_are_dangerous() -> None:
    """Unescaped, each of these would be found."""
    for words in (PAYLOAD, SHORT, "<a href=//elsewhere.example>x</a>", "<p onclick=x()>"):
        assert list(offences(f'<p title="{words}">{words}</p>'.replace("</title>", "")))


@pytest.mark.parametrize("line", ["\r\n", "\n", "\r", "\x00", "\u2028", "\x85"])
def test_no_line_slips_into_a_header(line: str) -> None:
    evil = f"a{line}Bcc: zed@ministry.example"
    for headers in ((evil, "a@b.example", "x"), ("a@b.example", evil, "x")):
        with pytest.raises(Invalid):
            compose(*headers, "text")
    with pytest.raises(Invalid):
        compose("a@b.example", "b@b.example", evil, "text")
