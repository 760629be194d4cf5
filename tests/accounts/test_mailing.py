"""Mail: to a real server, into the letter box, and what happens when the server is gone."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import EmailCode
from ideahub.accounts.sessions import begin_session
from ideahub.core.config import Config, Misconfigured
from ideahub.core.db import Database
from ideahub.core.mailing import Mailer, MailFailed, compose, kept_mail
from ideahub.core.refusals import Invalid
from tests.conftest import Browse, Browser
from tests.support.cast import Cast
from tests.support.mail_sink import Sink, free_port, mail_server, text_of
from tests.support.pseudo import plain
from tests.support.wiring import client_of


@pytest.fixture
def sink() -> Sink:
    """What arrives."""
    return Sink()


@pytest.fixture
def port(sink: Sink) -> Iterator[int]:
    """A mail server's port."""
    with mail_server(sink) as at:
        yield at


@pytest.fixture
def sending(config: Config, port: int) -> Config:
    """A site that sends its mail."""
    return replace(config, smtp_url=f"smtp://127.0.0.1:{port}")


@asynccontextmanager
async def browser_at(config: Config, database: Database) -> AsyncIterator[Browser]:
    async with client_of(config, database) as client:
        yield Browser(client, None)


async def test_a_code_arrives_by_mail(
    sending: Config, database: Database, sink: Sink, cast: Cast
) -> None:
    async with browser_at(sending, database) as browser:
        answer = await browser.post("/sign-in", {"email": "ada@mail.lindenau", "how": "code"})
        assert answer.status_code == 303
        assert "letter box" not in (await browser.get("/sign-in/code")).text
    [message] = sink.messages
    assert message["To"] == "ada@mail.lindenau"
    assert message["From"] == "IdeaHub <ideahub@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "code" in plain(message["Subject"])
    assert "within 15 minutes" in plain(text_of(message))


async def test_the_server_is_signed_in_to(config: Config, sink: Sink, port: int) -> None:
    url = f"smtp://post%40city.example:pass%20word%2F1@127.0.0.1:{port}?starttls=no"
    await Mailer(replace(config, smtp_url=url)).send("ada@mail.lindenau", "Hello", "Ünïcode text")
    assert sink.logins == [(b"post@city.example", b"pass word/1")]
    assert text_of(sink.messages[0]).strip() == "Ünïcode text"


async def test_a_password_is_never_sent_in_the_open_unless_told(
    config: Config, sink: Sink, port: int
) -> None:
    url = f"smtp://post:pass%20word%2F1@127.0.0.1:{port}"
    with pytest.raises(MailFailed):
        await Mailer(replace(config, smtp_url=url)).send("ada@mail.lindenau", "Hello", "Text")
    assert sink.logins == []
    assert sink.envelopes == []


@pytest.mark.parametrize("email", ["ada@mail.lindenau", "nobody@mail.lindenau"])
async def test_a_mail_server_that_is_gone_is_told_plainly(
    config: Config, database: Database, cast: Cast, db: AsyncSession, email: str
) -> None:
    gone = replace(config, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    async with browser_at(gone, database) as browser:
        answer = await browser.post("/sign-in", {"email": email, "how": "code"})
        assert answer.status_code == 503
        assert "We cannot send mail just now" in answer.text
        assert f'value="{email}"' in answer.text
    assert await db.scalar(select(func.count()).select_from(EmailCode)) == 1


@pytest.mark.parametrize("email", ["ada@mail.lindenau", "ada.unknown@mail.lindenau"])
async def test_an_address_that_the_server_refuses_is_said_to_be_that(
    sending: Config, database: Database, sink: Sink, cast: Cast, email: str
) -> None:
    """To somebody who signs in and to somebody who joins alike: it tells of no account."""
    sink.refuses = "ada"
    async with browser_at(sending, database) as browser:
        refused = await browser.post("/sign-in", {"email": email, "how": "code"})
    assert refused.status_code == 422
    assert "The mail server takes no mail for this address, so nothing was sent." in refused.text
    assert f'value="{email}"' in refused.text
    assert "We cannot send mail just now" not in refused.text
    # What the server says is for the operator.
    assert "mailbox" not in refused.text


@pytest.mark.parametrize(
    "answer",
    [
        "450 4.2.1 try again later",
        "550 5.7.1 relaying denied",
        "554 5.7.1 your server is on a list",
        "550 we do not relay",
    ],
)
async def test_a_refusal_that_is_not_the_addresss_fault_is_trouble(
    sending: Config, database: Database, sink: Sink, cast: Cast, answer: str
) -> None:
    sink.refuses, sink.refusal = "ada", answer
    async with browser_at(sending, database) as browser:
        refused = await browser.post("/sign-in", {"email": "ada@mail.lindenau", "how": "code"})
    assert refused.status_code == 503
    assert "We cannot send mail just now" in refused.text


async def test_ones_own_address_that_is_refused(
    sending: Config, sink: Sink, database: Database, db: AsyncSession, owners: Cast
) -> None:
    sink.refuses, owners.ada.email = "ada", "ada@mail.lindenau"
    token = await begin_session(db, owners.ada.id)
    await db.commit()
    async with client_of(sending, database) as client:
        client.cookies.set("ideahub", token)
        browser = Browser(client, token)
        asked = await browser.post("/account/code", {})
        assert asked.status_code == 422
        assert "The mail server takes no mail for this address" in asked.text
    assert sink.envelopes == []


async def test_without_server_and_outside_development_nothing_is_kept(config: Config) -> None:
    before = len(kept_mail(config))
    with pytest.raises(MailFailed):
        await Mailer(replace(config, development=False)).send("a@b.example", "Hello", "Text")
    assert len(kept_mail(config)) == before


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("a@b.example\r\nBcc: c@d.example", "Hello"),
        ("a@b.example\n", "Hello"),
        ("a@b.example", "Hello\r\nBcc: c@d.example"),
        ("a@b.example", "Hello\x85Bcc: c@d.example"),
        ("a@b.example, c@d.example", "Hello"),
        ("", "Hello"),
        ("a b@c.example", "Hello"),
    ],
)
def test_a_header_holds_one_line_and_one_address(to: str, subject: str) -> None:
    with pytest.raises(Invalid):
        compose("IdeaHub <ideahub@localhost>", to, subject, "Text")


@pytest.mark.parametrize(
    "url",
    ["localhost:25", "http://mail.example", "smtp://", "smtp://mail:99999", "smtp://m?starttls=x"],
)
def test_an_address_of_no_mail_server_is_named(config: Config, url: str) -> None:
    with pytest.raises(Misconfigured, match="IDEAHUB_SMTP_URL"):
        Mailer(replace(config, smtp_url=url))


async def test_in_development_mail_lies_in_the_letter_box(
    browse: Browse, config: Config, cast: Cast
) -> None:
    for path in kept_mail(config):
        path.unlink()
    mailer = Mailer(config)
    await mailer.send("a@b.example", "The first", "Text")
    await mailer.send("a@b.example", "The second <b>", "Text & <script>")
    browser = await browse(None)
    shown = (await browser.get("/development/mail")).text
    assert shown.index("The second &lt;b&gt;") < shown.index("The first")
    newest = kept_mail(config)[0].stem
    one = (await browser.get(f"/development/mail/{newest}")).text
    assert "Text &amp; &lt;script&gt;" in one


@pytest.mark.parametrize("name", ["nothing", "..%2f..%2fsecret", "1-1"])
async def test_the_letter_box_opens_no_other_file(browse: Browse, name: str) -> None:
    assert (await (await browse(None)).get(f"/development/mail/{name}")).status_code == 404


async def test_there_is_no_letter_box_outside_development(
    config: Config, database: Database
) -> None:
    await Mailer(config).send("a@b.example", "Secret", "Text")
    newest = kept_mail(config)[0].stem
    async with browser_at(replace(config, development=False), database) as browser:
        for path in ("/development/mail", f"/development/mail/{newest}"):
            assert (await browser.get(path)).status_code == 404


@pytest.mark.slow
async def test_old_mail_makes_room(config: Config, tmp_path: Path) -> None:
    mailer = Mailer(replace(config, var=tmp_path))
    for number in range(205):
        await mailer.send("a@b.example", f"Mail {number}", "Text")
    kept = kept_mail(replace(config, var=tmp_path))
    assert len(kept) == 200
    assert "Mail 204" in kept[0].read_text()
