"""Somebody with curl, a browser and patience: what they must not get."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import hash_token
from ideahub.accounts.models import Session
from ideahub.accounts.sessions import begin_session
from ideahub.conversation.models import Contribution
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.mailing import mail_folder
from ideahub.core.viewer import Role
from ideahub.http.guard import POLICY
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.organisations.models import Person, RoleGrant
from ideahub.sponsorship.models import Pledge
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_campaign, make_idea
from tests.support.ripening import pledge
from tests.support.talking import say
from tests.support.wiring import client_of

ODD = (
    *("-1", "0", "1.5", "99999999999999999999", "9" * 5_000, "²", "٣٤", "null", "[]", ""),
    *("%ED%A0%80", "%FF%FE", "%E2%80%AE", "%0d%0aSet-Cookie:a=b", "nan~1", "inf~1", "1e999~1"),
    *("0001-01-01T00:00:00+23:59~1", "9999-12-31T23:59:59-23:59~1", "9999-12-31~1", "x" * 9_000),
    *("0001-01-01T00:00:00+23:59_1", "9999-12-31T23:59:59-23:59_1", "2026-01-01T00:00:00Z_-1"),
    *("%27%3B--", "%25", "%5C", "((((((((", "%26%7C%21%3A*", "-%22", "__proto__", "%00"),
)


def queries(app: Litestar) -> Iterator[str]:
    """Each address that asks for no number, with each odd value of each of its parameters."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or "GET" not in route.methods:
            continue
        handler = next(one for one in route.route_handlers if "GET" in one.http_methods)
        names = set(inspect.signature(handler.fn).parameters) - {"request", "db", "viewer"}
        names -= set(re.findall(r"{(\w+)}", route.path_format))
        for name in sorted(names | ({"next"} if "in" in route.path_format else set())):
            path = re.sub(r"{\w+}", "1", route.path_format)
            yield from (f"{path}?{'in' if name == 'within' else name}={odd}" for odd in ODD)
            yield f"{path}?{name}=1&{name}=2"


@pytest.mark.slow
async def test_odd_questions_get_plain_answers(cast: Cast, browse: Browse, app: Litestar) -> None:
    ann = await browse(cast.ann)
    asked = list(queries(app))
    assert len(asked) > 500
    for address in asked:
        answer = await ann.get(address)
        assert answer.status_code < 500 or address.startswith("/readyz"), address
        assert "a" not in answer.cookies, address


FIELDS = (
    ("/preview", "body"),
    ("/account", "name"),
    ("/drafts/idea-new", "title"),
    ("/account/password", "new_password"),
    ("/account/password", "password"),
    ("/account/password", "code"),
    ("/sign-in", "email"),
)


@pytest.mark.parametrize(
    "charset",
    ["utf-7", "undefined", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "rot13"],
)
@pytest.mark.parametrize("body", [b"+2AA- and more", b"\\ud800 and more", b"xn--\xff.a", b"a-"])
async def test_texts_in_strange_encodings(
    cast: Cast, browse: Browse, charset: str, body: bytes
) -> None:
    """A part of a form may name any encoding Python knows; some make texts that are none."""
    ben = await browse(cast.ben)
    for url, field in FIELDS:
        head = f'--b\r\nContent-Disposition: form-data; name="{field}"\r\n'
        kind = f"Content-Type: text/plain; charset={charset}\r\n\r\n"
        sent = head.encode() + kind.encode() + body + b"\r\n--b--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        headers["Sec-Fetch-Site"] = "same-origin"
        answer = await ben.client.post(url, content=sent, headers=headers)
        assert answer.status_code < 500, (url, answer.text)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--b\r\n"),
        ("multipart/form-data; boundary=", b"----\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\n" * 50_000),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"'),
        ("application/x-www-form-urlencoded", b"a&" * 400_000),
        ("application/x-www-form-urlencoded", b"name=1&" * 140_000),
        ("application/x-www-form-urlencoded", b"%ff%00=%zz&=&&=;"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"a=+2AA-"),
        ("application/json", b'{"name": "x"}'),
        ("application/json", b"[" * 100_000),
        ("", b"name=x"),
        ("text/plain\x0b", b"name=x"),
    ],
)
async def test_forms_that_are_none(cast: Cast, browse: Browse, kind: str, body: bytes) -> None:
    ben = await browse(cast.ben)
    headers = {"Content-Type": kind, "Sec-Fetch-Site": "same-origin"}
    answer = await ben.client.post("/account", content=body, headers=headers)
    assert 400 <= answer.status_code < 500, answer.text


async def test_nothing_is_done_by_looking(
    db: AsyncSession, cast: Cast, browse: Browse, app: Litestar
) -> None:
    """What is done by POST is not done by GET, HEAD, or a method that overrides."""
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    headers = {"Sec-Fetch-Site": "same-origin", "X-HTTP-Method-Override": "POST"}
    for url in (f"/ideas/{idea.id}/vote", "/sign-out", "/account/sessions/others/sign-out"):
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE"):
            answer = await ben.client.request(method, f"{url}?_method=POST", headers=headers)
            assert answer.status_code in {404, 405}, (method, url)
    await db.refresh(idea)
    assert idea.votes_count == 0


async def test_a_session_cannot_be_chosen_for_somebody(
    db: AsyncSession, config: Config, database: Database, cast: Cast
) -> None:
    """Whatever cookie a browser brought, signing in gives it a secret nobody knew."""
    cast.ben.demo = True
    theirs = await begin_session(db, cast.zed.id)
    await db.commit()
    for brought in ("chosen", theirs):
        async with client_of(replace(config, demo=True), database) as client:
            headers = {"Cookie": f"ideahub={brought}", "Sec-Fetch-Site": "same-origin"}
            answer = await client.post(f"/demo/sign-in/{cast.ben.id}", headers=headers)
            assert answer.status_code == 303
            given = answer.cookies["ideahub"]
        assert given != brought and len(given) >= 43
        found = select(Session.person_id).where(Session.token_hash == hash_token(given))
        assert await db.scalar(found) == cast.ben.id
    old = select(Session).where(Session.token_hash == hash_token(theirs))
    assert (await db.scalars(old)).one().ended_at is not None


async def test_cookies_and_headers_under_https(
    db: AsyncSession, config: Config, database: Database, cast: Cast
) -> None:
    cast.ben.demo = True
    await db.commit()
    config = replace(config, public_url="https://ideas.example", demo=True)
    async with client_of(config, database) as client:
        first = await client.get("/sign-in")
        headers = {"Sec-Fetch-Site": "same-origin"}
        entered = await client.post(f"/demo/sign-in/{cast.ben.id}", headers=headers)
        assert "__Host-ideahub" in client.cookies
        fields = {"theme": "dark"}
        themed = await client.post("/preferences/theme", data=fields, headers=headers)
        left = await client.post("/sign-out", headers=headers)
    for answer in (first, entered, themed, left):
        assert "max-age=" in answer.headers["strict-transport-security"]
        assert answer.headers["content-security-policy"] == POLICY
        for cookie in answer.headers.get_list("set-cookie"):
            flags = cookie.lower()
            assert "httponly" in flags and "samesite=lax" in flags, cookie
            assert "; secure" in flags and "domain=" not in flags and "path=/" in flags, cookie


async def test_pages_of_development_and_demo_are_not_there_elsewhere(
    db: AsyncSession, config: Config, database: Database, cast: Cast, tmp_path: Path
) -> None:
    cast.ben.demo = True
    await db.commit()
    # Elsewhere than other tests look for mail.
    config = replace(config, var=tmp_path)
    folder = mail_folder(config)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1234567890123-0123abcd.eml").write_text("Subject: secret\n\nsecret")
    config = replace(config, development=False, demo=False)
    async with client_of(config, database) as client:
        for url in ("/development/mail", "/development/mail/1234567890123-0123abcd", "/gallery"):
            assert (await client.get(url)).status_code == 404, url
        page = (await client.get("/sign-in")).text
        assert "/demo/" not in page and "/development/" not in page
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = await client.post(f"/demo/sign-in/{cast.ben.id}", headers=headers)
        assert answer.status_code == 404
        assert "ideahub" not in answer.cookies


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/static/../pyproject.toml",
            "/static/%2e%2e/%2e%2e/pyproject.toml",
            "/static//etc/passwd",
        ),
        *("/static/..%2f..%2f..%2fpyproject.toml", "/static/%5c..%5capp.css", "/static"),
        *("/development/mail/..%2f..%2fpostgres", "/development/mail/%2e%2e", "/static/%00"),
        *("/development/mail/1234567890123-0123abcd.eml", "/static/dist", "/static/dist/"),
    ],
)
async def test_no_path_leads_out(browse: Browse, path: str) -> None:
    answer = await (await browse(None)).get(path)
    assert answer.status_code in {400, 404}, answer.text
    assert "requires-python" not in answer.text


async def test_where_one_is_sent_after_signing_in(
    db: AsyncSession, config: Config, database: Database, cast: Cast
) -> None:
    cast.ben.demo = True
    await db.commit()
    async with client_of(replace(config, demo=True), database) as client:
        for url in ELSEWHERE:
            client.cookies.clear()
            page = await client.get(f"/sign-in?next={quote(url.replace(chr(0), ''))}")
            assert "elsewhere" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', page.text))
            fields = {"next": url, "theme": "dark"}
            headers = {"Sec-Fetch-Site": "same-origin"}
            for deed in ("/preferences/theme", f"/demo/sign-in/{cast.ben.id}"):
                answer = await client.post(deed, data=fields, headers=headers)
                assert answer.headers["location"] == "/", (deed, url)


ELSEWHERE = (
    *("//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "\\\\elsewhere"),
    *("/\t/elsewhere.example", "/\n/elsewhere.example", "javascript:alert('elsewhere')"),
    *("///elsewhere.example", "/\r\nLocation: https://elsewhere.example", "elsewhere.example"),
    *("http:elsewhere.example", " //elsewhere.example", "/\x00/elsewhere", "//elsewhere@127.0.0.1"),
)


async def test_nobody_rises_by_themselves(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    """Roles come from admins, within what they look after; of the rest nobody hears."""
    await add(
        db,
        RoleGrant(person_id=cast.mia.id, role=Role.ADMIN, organisation_id=cast.transport.id),
    )
    await db.commit()
    everywhere = {"role": "admin", "place": "everywhere"}
    for who in (cast.ben, cast.sam, cast.mo, cast.zed):
        browser = await browse(who)
        answer = await browser.post(f"/people/{who.id}/roles", everywhere)
        assert answer.status_code == 404
        assert (await browser.post("/organisations", {"name": "Mine"})).status_code == 404
        url = f"/organisations/{cast.city.id}/details"
        assert (await browser.post(url, {"name": "Mine"})).status_code == 404
        start = {"kind": "challenge", "organisation_id": str(cast.ministry.id)}
        assert (await browser.post("/management/new", start)).status_code in {403, 422}
    # Mia looks after Transport alone: neither the city nor everywhere is hers to give.
    mia = await browse(cast.mia)
    for place in ("everywhere", str(cast.city.id), str(cast.ministry.id)):
        fields = {"role": "manager", "place": place}
        answer = await mia.post(f"/people/{cast.ada.id}/roles", fields)
        assert answer.status_code in {403, 422}, place
    assert (await mia.post(f"/people/{cast.zed.id}/roles", everywhere)).status_code == 404
    given = {"role": "leader", "place": str(cast.transport.id)}
    assert (await mia.post(f"/people/{cast.ada.id}/roles", given)).status_code == 303
    names = ["mail_domain", "parent_id", "email", "organisation_id", "role", "demo"]
    forged = {"name": "Ben Okoye"} | dict.fromkeys(names, str(cast.ministry.id))
    assert (await (await browse(cast.ben)).post("/account", forged)).status_code == 303
    ben = await db.get_one(Person, cast.ben.id, populate_existing=True)
    assert ben.organisation_id == cast.city.id and not ben.demo
    assert not (await db.scalars(select(RoleGrant).where(RoleGrant.person_id == ben.id))).all()


async def test_what_is_anothers_to_do(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada)
    own = await make_idea(db, campaign, cast.mia, "Her own")
    build = await say(db, cast.cem, idea.id)
    offer = await pledge(db, idea, cast.sam, accepted_at=None)
    # Co-authors edit and adopt, but neither withdraw the idea nor accept their own pledge.
    db.add(CoAuthor(idea_id=idea.id, person_id=cast.sam.id))
    await db.commit()
    text = {"title": "T", "body": "B", "revision": "1", "campaign_id": str(campaign.id)}
    hold = {"decision": "hold", "reason": "So.", "seen_stage": "spark", "seen_review": "0"}
    refused = [
        (cast.ben, f"/ideas/{idea.id}/revision", text),
        (cast.mia, f"/ideas/{idea.id}/revision", text),
        (cast.sam, f"/ideas/{idea.id}/withdrawal", {}),
        (cast.ben, f"/contributions/{build}/adoption", text),
        (cast.cem, f"/contributions/{build}/adoption", text),
        (cast.ada, f"/contributions/{build}/withdrawal", {}),
        (cast.sam, f"/pledges/{offer.id}/acceptance", {}),
        (cast.ben, f"/pledges/{offer.id}/acceptance", {}),
        (cast.ada, f"/pledges/{offer.id}/withdrawal", {"reason": "So."}),
        (cast.ben, f"/pledges/{offer.id}/fulfilment", {"note": "So."}),
        (cast.ben, f"/pledges/{offer.id}/confirmation", {}),
        (cast.sam, f"/pledges/{offer.id}/dispute", {"reason": "So."}),
        (cast.sam, f"/pledges/{offer.id}/conditions", {"met": "yes"}),
        (cast.mia, f"/ideas/{own.id}/decision", hold),
        (cast.sam, f"/ideas/{idea.id}/decision", hold),
        (cast.ben, f"/ideas/{idea.id}/decision", hold),
        (cast.zed, f"/ideas/{idea.id}/experiments/new", {}),
        (cast.jo, f"/ideas/{idea.id}/attachments/new", {}),
        (cast.jo, f"/management/{campaign.id}/basics", {"title": "Mine"}),
        (cast.jo, f"/management/{campaign.id}/removal", {}),
    ]
    for who, url, fields in refused:
        assert (await (await browse(who)).post(url, fields)).status_code == 403, (who.name, url)
    for url in (f"/ideas/{idea.id}/vote", f"/contributions/{build}/thanks"):
        who = cast.ada if "ideas" in url else cast.cem
        assert (await (await browse(who)).post(url)).status_code == 409
    assert (await db.get_one(Idea, idea.id, populate_existing=True)).revision == 1
    assert (await db.get_one(Pledge, offer.id, populate_existing=True)).accepted_at is None
    assert (await db.get_one(Contribution, build, populate_existing=True)).withdrawn_at is None


async def test_a_draft_is_its_writers_alone(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada)
    ben, ada = await browse(cast.ben), await browse(cast.ada)
    for name in ("idea-new", f"contribution-{idea.id}", f"idea-edit-{idea.id}"):
        assert (await ben.post(f"/drafts/{name}", {"body": "Unsent quokka"})).status_code == 204
    for url in ("/ideas/new", f"/ideas/{idea.id}", f"/ideas/{idea.id}/revision"):
        assert "quokka" not in (await ada.get(url)).text
    for name in ("../idea-new", "idea-new%2f..", "A", "x" * 99, "idea-new-" + "9" * 30):
        assert (await ben.post(f"/drafts/{name}", {"body": "x"})).status_code == 404


async def test_an_old_session_ends_with_the_old_password(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """Where one asks for it, and the form asks for it by itself."""
    here, there = await browse(cast.ben), await browse(cast.ben)
    assert 'name="end_others"' in (page := (await here.get("/account/password")).text)
    assert re.search(r'name="end_others"[^>]*checked', page)
    assert (await there.get("/account")).status_code == 200
    assert (await here.post("/account/sessions/others/sign-out")).status_code == 303
    assert (await there.get("/account")).status_code == 303
    assert (await here.get("/account")).status_code == 200


@pytest.mark.slow
async def test_posting_is_limited(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city)
    cem = await browse(cast.cem)
    statuses = []
    for number in range(32):
        fields = {"title": f"Idea {number}", "body": "Words.", "campaign_id": str(campaign.id)}
        answer = await cem.post("/ideas/new", fields)
        statuses.append(answer.status_code)
    assert statuses == [303] * 30 + [429] * 2
    assert "Idea 31" in answer.text and "Try again in" in answer.text


@pytest.mark.slow
async def test_changing_is_limited(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ada = await browse(cast.ada)
    statuses = []
    for number in range(62):
        fields = {"title": idea.title, "body": f"Words {number}.", "campaign_id": "1"}
        fields |= {"from_revision": str(number + 1), "revision": str(number + 1)}
        answer = await ada.post(f"/ideas/{idea.id}/revision", fields)
        statuses.append(answer.status_code)
    assert statuses == [303] * 60 + [429] * 2
    assert "Words 61." in answer.text and "Try again in" in answer.text
