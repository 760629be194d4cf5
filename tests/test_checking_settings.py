"""`ideahub check` tries what the settings say, before it calls it right."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from ideahub.core.config import Config, Misconfigured, read_config
from ideahub.core.db import open_database
from ideahub.core.mail_server import mail_server as read_mail_server
from ideahub.core.mail_server import try_mail_server
from ideahub.core.mailing import Mailer, MailFailed
from ideahub.core.server_address import server_address
from ideahub.server.trying import Finding, try_settings
from tests.support.mail_sink import Sink, free_port, mail_server

SENDER = "IdeaHub <ideas@city.example>"


async def tried(url: str) -> str:
    """What is said of a mail server."""
    try:
        return "right: " + await try_mail_server(url, SENDER)
    except Misconfigured as problem:
        return f"wrong: {problem}"


async def test_a_mail_server_that_works_is_right_and_gets_no_mail() -> None:
    sink = Sink()
    with mail_server(sink) as port:
        said = await tried(f"smtp://post:pass word/1@127.0.0.1:{port}?starttls=no")
    assert said == f"right: 127.0.0.1:{port} takes mail from ideas@city.example, signed in as post"
    assert sink.logins == [(b"post", b"pass word/1")]
    assert sink.envelopes == []


async def test_nothing_answers() -> None:
    assert "wrong: nothing answers at 127.0.0.1:" in await tried(f"smtp://127.0.0.1:{free_port()}")
    assert "wrong: nothing answers" in await tried("smtp://nowhere.invalid")


async def test_something_answers_that_is_no_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ideahub.core.mail_server.SECONDS_TO_TRY", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert f"nothing answers at 127.0.0.1:{port}" in await tried(f"smtp://127.0.0.1:{port}")


async def test_a_wrong_password_is_said_with_how_to_write_it() -> None:
    with mail_server(Sink()) as port:
        said = await tried(f"smtp://post:wrong@127.0.0.1:{port}?starttls=no")
    assert "does not let post in with this password" in said
    assert "write % as %25, @ as %40" in said
    assert "wrong@" not in said


async def test_what_the_server_does_not_offer_is_said_with_what_to_do() -> None:
    sink = Sink()
    with mail_server(sink) as port:
        assert "offers no STARTTLS" in await tried(f"smtp://post:pass@127.0.0.1:{port}")
        assert "write smtp://" in await tried(f"smtps://127.0.0.1:{port}")
    assert sink.logins == []
    with mail_server(sink, auth_require_tls=True) as port:
        said = await tried(f"smtp://post:pass@127.0.0.1:{port}?starttls=no")
        assert "lets nobody sign in here" in said


async def test_a_sender_that_the_server_refuses_is_wrong() -> None:
    sink = Sink()
    sink.refused_sender = "ideas@city.example"
    with mail_server(sink) as port:
        said = await tried(f"smtp://127.0.0.1:{port}")
    assert "takes no mail from ideas@city.example: set IDEAHUB_MAIL_FROM" in said


PASSWORDS = {
    "pass": "pass",
    "p@ss/w%rd": "p@ss/w%rd",
    "p%40ss%2Fw%25rd": "p@ss/w%rd",
    "a:b?c#d": "a:b?c#d",
    "100%": "100%",
    "": "",
    "p ss": "p ss",
}


@pytest.mark.parametrize("written", PASSWORDS)
def test_a_password_is_read_as_people_write_it(written: str) -> None:
    server = read_mail_server(f"smtp://post@city.example:{written}@mail.example:2525?starttls=no")
    assert (server["hostname"], server["port"], server["start_tls"]) == (
        "mail.example",
        2525,
        False,
    )
    assert (server["username"], server["password"]) == ("post@city.example", PASSWORDS[written])


@pytest.mark.parametrize("written", [one for one in PASSWORDS if one])
async def test_mail_is_sent_with_the_password_as_people_write_it(
    config: Config, written: str
) -> None:
    sink = Sink()
    with mail_server(sink) as port:
        url = f"smtp://post@city.example:{written}@127.0.0.1:{port}?starttls=no"
        # It lets nobody in with this one, and may be asked in more than one way.
        with pytest.raises(MailFailed):
            await Mailer(replace(config, smtp_url=url)).send("ada@mail.eu", "Hello", "Text")
    assert set(sink.logins) == {(b"post@city.example", PASSWORDS[written].encode())}


@pytest.mark.parametrize("setting", ["IDEAHUB_SMTP_URL", "IDEAHUB_DATABASE_URL"])
def test_a_password_that_can_mean_two_things_is_asked_for(setting: str) -> None:
    with pytest.raises(Misconfigured, match=f"{setting}.*write % as %25") as refused:
        server_address(setting, "x://post:s%40cret%x@host")
    assert "cret" not in str(refused.value)


@pytest.mark.parametrize("written", PASSWORDS)
async def test_the_database_gets_the_same_password(written: str) -> None:
    url = read_config({"IDEAHUB_DATABASE_URL": f"postgresql://ada:{written}@db.example:5433/hub"})
    assert url.database_url
    database = open_database(url.database_url, size=1)
    made = database.bind.url  # type: ignore[union-attr]
    assert (made.username, made.host, made.port, made.database) == (
        "ada",
        "db.example",
        5433,
        "hub",
    )
    assert (made.password or "") == PASSWORDS[written]
    await database.bind.dispose()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://postgres@/x?host=/tmp/a@b/socket",
        "postgresql+asyncpg://localhost:5432/x?application_name=a@b",
        "postgresql+asyncpg://localhost/x",
        "postgresql+asyncpg:///x?host=/tmp/socket",
    ],
)
def test_an_address_without_a_password_stays_as_it_is(url: str) -> None:
    assert read_config({"IDEAHUB_DATABASE_URL": url}).database_url == url


async def of(config: Config, name: str) -> Finding:
    """The finding of this name."""
    found = [one for one in await try_settings(config) if one.sentence.startswith(f"{name}:")]
    (finding,) = found
    return finding


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """The address of a site that answers this."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_the_public_address_is_right_only_where_this_site_answers(config: Config) -> None:
    with answering(200, b"ok\n") as url:
        assert (await of(replace(config, public_url=url), "address")).right is True
    with answering(502, b"bad gateway") as url:
        assert (await of(replace(config, public_url=url), "address")).right is None
    nothing = replace(config, public_url=f"http://127.0.0.1:{free_port()}")
    finding = await of(nothing, "address")
    assert finding.right is None
    assert "does not answer now" in finding.sentence


async def test_where_to_listen(config: Config) -> None:
    free = replace(config, host="127.0.0.1", port=free_port())
    assert (await of(free, "listening")).right is True
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = replace(config, host="127.0.0.1", port=other.getsockname()[1])
        assert (await of(taken, "listening")).right is None
    elsewhere = replace(config, host="192.0.2.7", port=free_port())
    assert (await of(elsewhere, "listening")).right is False


@pytest.mark.parametrize(
    ("sender", "right"), [(SENDER, True), ("ideas@city.example", True), ("IdeaHub", False)]
)
async def test_the_sender_is_an_address(config: Config, sender: str, right: bool) -> None:
    assert (await of(replace(config, mail_from=sender), "sender")).right is right


@pytest.mark.parametrize(
    ("proxies", "right"),
    [("127.0.0.1", True), ("10.0.0.0/8, ::1", True), ("*", True), ("proxy", False)],
)
async def test_proxies_are_addresses(config: Config, proxies: str, right: bool) -> None:
    assert (await of(replace(config, trusted_proxies=proxies), "proxies")).right is right


async def test_mail_that_goes_nowhere_is_wrong(config: Config, tmp_path: Path) -> None:
    gone = replace(config, smtp_url=f"smtp://127.0.0.1:{free_port()}", var=tmp_path)
    began = asyncio.get_running_loop().time()
    assert (await of(gone, "mail")).right is False
    assert asyncio.get_running_loop().time() - began < 10
