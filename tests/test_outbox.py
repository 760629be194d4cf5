"""Mail that a deed sends: with the deed or not at all, and once the server is back."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.mailing import Mailer
from ideahub.core.outbox import OutgoingMail, send_later, send_waiting
from tests.support.mail_sink import Sink, free_port, mail_server, text_of


@pytest.fixture
def sink() -> Sink:
    """What arrives."""
    return Sink()


@pytest.fixture
def port(sink: Sink) -> Iterator[int]:
    """A mail server's port."""
    with mail_server(sink) as at:
        yield at


def mailer_at(config: Config, port: int) -> Mailer:
    """A mailer for the server at this port."""
    return Mailer(replace(config, smtp_url=f"smtp://127.0.0.1:{port}"))


async def put(database: Database, to: str = "ada@mail.lindenau") -> None:
    """A deed that sends one mail."""
    async with database.transaction() as db:
        await send_later(db, to=to, subject="Your entry is in", text="Number 7.\n")


async def test_it_is_sent_once(config: Config, database: Database, sink: Sink, port: int) -> None:
    await put(database)
    assert await send_waiting(database, mailer_at(config, port)) == 1
    assert await send_waiting(database, mailer_at(config, port)) == 0
    [message] = sink.messages
    assert message["To"] == "ada@mail.lindenau"
    assert text_of(message).split() == ["Number", "7."]


async def test_nothing_is_sent_for_a_deed_that_was_undone(
    config: Config, database: Database, sink: Sink, port: int
) -> None:
    async def deed() -> None:
        async with database.transaction() as db:
            await send_later(db, to="ada@mail.lindenau", subject="Never", text="Never")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await deed()
    assert await send_waiting(database, mailer_at(config, port)) == 0
    assert not sink.messages


async def test_it_waits_for_a_server_that_is_away(
    config: Config, database: Database, sink: Sink, port: int
) -> None:
    await put(database)
    assert await send_waiting(database, mailer_at(config, free_port())) == 1
    async with database.transaction() as db:
        mail = (await db.scalars(select(OutgoingMail))).one()
        assert mail.sent_at is None and mail.given_up_at is None
        wait = await db.scalar(select(OutgoingMail.next_try_at - func.now()))
        assert wait is not None and 30 <= wait.total_seconds() <= 120
        await db.execute(update(OutgoingMail).values(next_try_at=func.now()))
    assert await send_waiting(database, mailer_at(config, port)) == 1
    assert len(sink.messages) == 1


async def test_an_address_that_takes_no_mail_is_given_up(
    config: Config, database: Database, sink: Sink, port: int
) -> None:
    sink.refuses = "gone"
    await put(database, "gone@mail.lindenau")
    await put(database)
    assert await send_waiting(database, mailer_at(config, port)) == 2
    async with database.transaction() as db:
        given_up = select(OutgoingMail.to, OutgoingMail.given_up_why)
        rows = (await db.execute(given_up.where(OutgoingMail.given_up_at.is_not(None)))).all()
        assert rows == [("gone@mail.lindenau", "the server refused the address")]
    assert len(sink.messages) == 1


@pytest.mark.parametrize(
    "to",
    [
        "kofi@lindenau.example",
        "Kofi@Lindenau.EXAMPLE",
        "a@example.org",
        "a@mail.example.com",
        "a@b.test",
        "a@gone.invalid",
        "a@example",
    ],
)
async def test_nothing_leaves_for_a_domain_that_is_nobodys(
    config: Config, database: Database, sink: Sink, port: int, to: str
) -> None:
    """The demo's people have such addresses: a demo with a mail server writes to none of them."""
    await put(database, to)
    await put(database)
    assert await send_waiting(database, mailer_at(config, port)) == 2
    assert await send_waiting(database, mailer_at(config, port)) == 0
    assert [envelope.rcpt_tos for envelope in sink.envelopes] == [["ada@mail.lindenau"]]
    async with database.transaction() as db:
        mail = (await db.scalars(select(OutgoingMail).where(OutgoingMail.to == to))).one()
    assert mail.sent_at is None and mail.given_up_at is not None
    assert mail.given_up_why == "the domain is reserved for examples (RFC 2606)"


@pytest.mark.parametrize("to", ["a@myexample.org", "a@test.lindenau", "a@example.lindenau"])
async def test_a_domain_that_only_looks_like_one_is_written_to(
    config: Config, database: Database, sink: Sink, port: int, to: str
) -> None:
    await put(database, to)
    await send_waiting(database, mailer_at(config, port))
    assert [envelope.rcpt_tos for envelope in sink.envelopes] == [[to]]
