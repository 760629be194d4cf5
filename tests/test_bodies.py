"""What is sent to the server: bounded in size and time, read only from those who may send it."""

import asyncio
from contextlib import suppress

import pytest
from litestar._parsers import parse_cookie_string, parse_url_encoded_form_data
from sqlalchemy import text

from ideahub.conversation import contributing
from ideahub.core.connection_queue import ConnectionQueue
from ideahub.http.receiving import MOST_BYTES
from ideahub.server import bounded_http
from tests.support.serving import Served, Site

MEGABYTE = 1_000_000
NOBODY = "a-secret-that-opens-no-session"


def post_head(path: str, length: int, kind: str, secret: str = "") -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Content-Length: {length}",
        f"Content-Type: {kind}",
        "Sec-Fetch-Site: same-origin",
        *([f"Cookie: ideahub={secret}"] if secret else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


async def exchange(served: Served, *pieces: bytes, pause: float = 0.0) -> bytes:
    """The first line of the answer, which comes by itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.config.port)
    try:
        with suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
        async with asyncio.timeout(15):
            return await reader.readline()
    finally:
        writer.close()


async def exchange_to_the_end(served: Served, *pieces: bytes) -> bytes:
    """The first line of the answer, after which the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.config.port)
    try:
        writer.write(b"".join(pieces))
        async with asyncio.timeout(15):
            answer = await reader.readline()
            with suppress(ConnectionError):
                await reader.read()
        return answer
    finally:
        writer.close()


FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"


@pytest.mark.slow
async def test_a_stranger_sends_no_file(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer comes before the body, of which nothing is read."""
    path = f"/ideas/{site.idea}/attachments/new"
    answer = await exchange(site.served, post_head(path, 20 * MEGABYTE, PARTS))
    assert b" 403 " in answer
    answer = await exchange(site.served, post_head(path, 20 * MEGABYTE, PARTS, NOBODY))
    assert b" 303 " in answer  # to signing in
    ada = await site.served.sign_in(site.cast.ada)
    monkeypatch.setattr(bounded_http, "BODY_SECONDS", 0.5)
    answer = await exchange(site.served, post_head(path, 20 * MEGABYTE, PARTS, ada))
    assert b" 408 " in answer  # waited for the file


@pytest.mark.slow
@pytest.mark.parametrize("kind", [PARTS, FORM])
async def test_long_texts_are_refused(site: Site, kind: str) -> None:
    """Also where a file of that size would be welcome."""
    ada = await site.served.sign_in(site.cast.ada)
    text = b"x" * (MOST_BYTES + 1)
    if kind == PARTS:
        disposition = b'--b\r\nContent-Disposition: form-data; name="description"\r\n\r\n'
        text = disposition + text + b"\r\n--b--\r\n"
    for path in (f"/ideas/{site.idea}/attachments/new", f"/ideas/{site.idea}/contributions"):
        answer = await exchange(site.served, post_head(path, len(text), kind, ada), text)
        assert b" 413 " in answer, path


async def test_many_small_parts_are_too_many(site: Site) -> None:
    ada = await site.served.sign_in(site.cast.ada)
    part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    body = part * 15_000 + b"--b--\r\n"
    path = f"/ideas/{site.idea}/attachments/new"
    answer = await exchange(site.served, post_head(path, len(body), PARTS, ada), body)
    assert b" 400 " in answer or b" 413 " in answer


@pytest.mark.slow
async def test_a_body_that_trickles_is_given_up(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "BODY_SECONDS", 0.4)
    head = post_head("/sign-in", 1_000, FORM)
    assert b" 408 " in await exchange_to_the_end(site.served, head, b"email=")
    # The same for one who was answered already and goes on sending.
    head = post_head("/ideas/1/attachments/new", 20 * MEGABYTE, PARTS, NOBODY)
    assert b" 303 " in await exchange_to_the_end(site.served, head, b"x")


@pytest.mark.slow
async def test_a_slow_honest_body_arrives(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time grows with what has come."""
    monkeypatch.setattr(bounded_http, "BODY_SECONDS", 0.4)
    monkeypatch.setattr(bounded_http, "SLOWEST_BYTES_PER_SECOND", 10_000)
    pieces = [b"x" * 5_000] * 6
    head = post_head("/sign-in", 30_000, FORM)
    answer = await exchange(site.served, head, *pieces, pause=0.2)
    assert b" 422 " in answer  # no address in it, but heard to the end


async def test_forms_and_cookies_are_not_remembered(site: Site) -> None:
    """The framework's readers keep the last thousand: with passwords, and a gigabyte of them."""
    parse_url_encoded_form_data.cache_clear()
    parse_cookie_string.cache_clear()
    async with site.served.client() as client:
        fields = {"email": "ada@city.example", "password": "x", "how": "password"}
        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": "ideahub=a-secret"}
        answer = await client.post("/sign-in", data=fields, headers=headers)
        assert answer.status_code == 422
    assert parse_url_encoded_form_data.cache_info().currsize == 0
    assert parse_cookie_string.cache_info().currsize == 0


@pytest.mark.slow
@pytest.mark.parametrize("charset", ["punycode", "utf-7", "no-such"])
async def test_no_part_chooses_how_it_is_decoded(site: Site, charset: str) -> None:
    """Punycode of 300 kB would keep everyone else waiting for half a minute."""
    part = (
        b'--b\r\nContent-Disposition: form-data; name="email"\r\n'
        b"Content-Type: text/plain; charset=%s\r\n\r\n" % charset.encode()
    )
    body = part + b"b" * 300_000 + b"\r\n--b--\r\n"
    head = post_head("/sign-in", len(body), PARTS, NOBODY)
    assert b" 400 " in await exchange(site.served, head, body)


@pytest.mark.slow
async def test_much_from_a_stranger_is_not_read(site: Site) -> None:
    assert b" 403 " in await exchange(site.served, post_head("/sign-in", 900_000, FORM))


@pytest.mark.slow
async def test_long_texts_leave_connections_to_others(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many come at once, and however long they take."""
    until = asyncio.Event()

    async def slow(source: str) -> str:
        await until.wait()
        return source

    monkeypatch.setattr(contributing, "markdown_html", slow)
    served = site.served
    monkeypatch.setattr(served.database, "long_deeds", ConnectionQueue(2, patience=120))
    async with served.client() as client:
        ben = await served.sign_in(site.cast.ben)
        path = f"/ideas/{site.idea}/contributions"
        sending = [
            asyncio.create_task(
                served.post(path, ben, kind="question", body=f"{number} " + "word " * 1_000)
            )
            for number in range(10)
        ]
        await asyncio.sleep(0.5)
        async with asyncio.timeout(20):
            for _time in range(5):
                assert (await client.get("/ideas")).status_code == 200
        until.set()
        assert {answer.status_code for answer in await asyncio.gather(*sending)} == {200}


@pytest.mark.parametrize("is_kept", [True, False])
async def test_what_was_typed_is_shown_where_the_session_ran_out(
    site: Site, *, is_kept: bool
) -> None:
    """Without the page's script nothing else keeps it."""
    async with site.served.client() as client:
        secret = await site.served.sign_in(site.cast.ben)
        async with site.served.database.transaction() as db:
            await db.execute(text("update session set expires_at = now()"))
        # Signing out in another tab takes the session's cookie, and leaves the other.
        cookie = f"ideahub={secret}" if is_kept else "ideahub_known=x"
        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": cookie}
        words = {"kind": "question", "body": "Who would pay?"}
        url = f"/ideas/{site.idea}/contributions"
        answer = await client.post(url, data=words, headers=headers)
        assert answer.status_code == 401
        assert "Who would pay?" in answer.text
        assert "/sign-in?next=" in answer.text
