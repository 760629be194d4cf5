"""Mail that a deed sends: with the deed or not at all, and once the server is back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select, update

from ideahub.core import outbox
from ideahub.core.bounce_addresses import mail_in
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.mail_content import of_text
from ideahub.core.mail_refusals import MailRefusal, note_refusal
from ideahub.core.mailing import Mailer
from ideahub.core.outbox import (
    Mail,
    OutgoingMail,
    forget_sent,
    send_all_later,
    send_later,
    send_waiting,
)
from ideahub.core.site import Site
from ideahub.core.site_keys import SiteKeys
from ideahub.http.mail_layout import mailer_of
from ideahub.organisations.models import Person
from tests.support.cast import make_cast
from tests.support.mail_sink import Sink, free_port, html_of, mail_server, text_of


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
    return mailer_of(replace(config, smtp_url=f"smtp://127.0.0.1:{port}"))


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


async def texts(sink: Sink) -> list[str]:
    return [text_of(message).strip() for message in sink.messages]


async def test_after_an_outage_nothing_is_lost_and_the_order_is_kept(
    config: Config, database: Database, sink: Sink, port: int
) -> None:
    """However often it was tried meanwhile: tries that found no server are not counted."""
    numbers = [str(number) for number in range(5)]
    for number in numbers:
        async with database.transaction() as db:
            await send_later(db, to="ada@mail.lindenau", subject="News", text=number)
    away = mailer_at(config, free_port())
    for _try in range(outbox.MOST_TRIES + 5):
        await due_again(database)
        await send_waiting(database, away)
    for _time in range(len(numbers) + 1):
        await due_again(database)
        await send_waiting(database, mailer_at(config, port))
    assert await texts(sink) == numbers
    async with database.reading() as db:
        assert set(await db.scalars(select(OutgoingMail.tries))) == {1}


async def due_again(database: Database) -> None:
    async with database.transaction() as db:
        await db.execute(update(OutgoingMail).values(next_try_at=func.now()))


async def test_no_more_are_sent_in_a_minute_than_was_said(
    config: Config, database: Database, sink: Sink, port: int
) -> None:
    for number in range(8):
        await put(database, f"p{number}@mail.lindenau")
    slow = mailer_of(replace(config, smtp_url=f"smtp://127.0.0.1:{port}", mails_per_minute=5))
    assert [await send_waiting(database, slow) for _time in range(2)] == [5, 0]
    async with database.transaction() as db:
        earlier = func.now() - timedelta(minutes=2)
        await db.execute(update(OutgoingMail).values(taken_at=earlier))
    assert await send_waiting(database, slow) == 3
    assert len(sink.messages) == 8


async def test_what_a_dead_process_held_is_sent_by_another_with_the_same_number(
    config: Config, database: Database, sink: Sink, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It died right after the server had taken the mail."""

    async def dies(*_arguments: object, **_values: object) -> None:
        raise KeyboardInterrupt

    await put(database)
    async with database.transaction() as db:
        taken = await outbox._take(db, mailer_at(config, port))
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_note", dies)
        with pytest.raises(KeyboardInterrupt):
            await outbox._send(database, mailer_at(config, port), taken[0])
    # Held for it as yet.
    await due_again(database)
    assert await send_waiting(database, mailer_at(config, port)) == 0
    async with database.transaction() as db:
        await db.execute(update(OutgoingMail).values(held_until=func.now() - timedelta(minutes=1)))
    assert await send_waiting(database, mailer_at(config, port)) == 1
    assert await send_waiting(database, mailer_at(config, port)) == 0
    first, second = (message["Message-ID"] for message in sink.messages)
    assert first == second


async def test_a_mail_has_html_and_its_own_way_back(
    config: Config, database: Database, sink: Sink, port: int
) -> None:
    database.serve(Site("https://ideas.lindenau"), keys := SiteKeys(config))
    content = of_text("News <1>", "Text & more", language="ar", direction="rtl")
    headers = {"List-Id": "<idea-7.ideas.lindenau>"}
    stored = msgspec.to_builtins(content)
    async with database.transaction() as db:
        mail = Mail("ada@mail.lindenau", "News", "Text & more", None, stored, headers)
        await send_all_later(db, [mail])
    coming_back = replace(
        config, smtp_url=f"smtp://127.0.0.1:{port}", bounce_address="bounces@ideas.lindenau"
    )
    assert await send_waiting(database, mailer_of(coming_back)) == 1
    [message], [envelope] = sink.messages, sink.envelopes
    assert message["List-Id"] == "<idea-7.ideas.lindenau>"
    html = html_of(message)
    assert '<html lang="ar" dir="rtl">' in html and "News &lt;1&gt;" in html
    assert "prefers-color-scheme: dark" in html and "http://" not in html and "<img" not in html
    assert envelope.mail_from and mail_in(keys, envelope.mail_from) is not None


async def test_a_refused_address_is_noted(
    config: Config, database: Database, sink: Sink, port: int
) -> None:
    sink.refuses = "gone"
    await put(database, "gone@mail.lindenau")
    await send_waiting(database, mailer_at(config, port))
    async with database.reading() as db:
        [refusal] = await db.scalars(select(MailRefusal))
    assert (refusal.address, refusal.why[:9]) == ("gone@mail.lindenau", "550 5.1.1")


async def given_up(database: Database) -> list[tuple[str, str]]:
    """What is given up, and why."""
    async with database.reading() as db:
        gone = select(OutgoingMail.to, OutgoingMail.given_up_why).order_by(OutgoingMail.to)
        return [(to, why) for to, why in await db.execute(gone) if why]


async def test_nothing_goes_out_to_whoever_was_disabled_or_has_no_address_any_more(
    config: Config, database: Database, sink: Sink, port: int
) -> None:
    """Whether the mail names the account or only its address, in whatever letters."""
    async with database.transaction() as db:
        cast = await make_cast(db)
        for person in (cast.ada, cast.ben, cast.cem):
            await send_later(
                db,
                to=f"{person.name[:3]}@mail.lindenau",
                subject="News",
                text="So it is.",
                person_id=person.id,
            )
        await send_later(db, to="ZED@mail.lindenau", subject="News", text="So it is.")
        disabled = update(Person).where(Person.id.in_([cast.ada.id, cast.zed.id]))
        await db.execute(disabled.values(disabled_at=func.now()))
        for person, address in ((cast.zed, "zed@mail.lindenau"), (cast.ben, None)):
            changed = update(Person).where(Person.id == person.id)
            await db.execute(changed.values(email=address))
    await send_waiting(database, mailer_at(config, port))
    assert [envelope.rcpt_tos for envelope in sink.envelopes] == [["Cem@mail.lindenau"]]
    assert await given_up(database) == [
        ("Ada@mail.lindenau", "the account is disabled"),
        ("Ben@mail.lindenau", "the account has no address any more"),
        ("ZED@mail.lindenau", "the account is disabled"),
    ]
    assert await send_waiting(database, mailer_at(config, port)) == 0


async def test_nothing_that_waits_goes_where_mail_came_back(
    config: Config, database: Database, sink: Sink, port: int
) -> None:
    await put(database)
    async with database.transaction() as db:
        await note_refusal(db, "Ada@Mail.lindenau", "5.1.1 no such mailbox")
    await send_waiting(database, mailer_at(config, port))
    assert not sink.messages
    assert await given_up(database) == [("ada@mail.lindenau", "mail to this address came back")]


async def test_what_was_sent_or_given_up_a_month_ago_is_deleted(database: Database) -> None:
    for name in ("waiting", "sent", "given-up", "lately"):
        await put(database, f"{name}@mail.lindenau")
    long_ago = func.now() - outbox.KEPT - timedelta(minutes=1)
    done: dict[str, dict[str, Any]] = {
        "sent": {"sent_at": long_ago},
        "given-up": {"given_up_at": long_ago},
        "lately": {"sent_at": func.now()},
    }
    async with database.transaction() as db:
        for name, values in done.items():
            its = update(OutgoingMail).where(OutgoingMail.to == f"{name}@mail.lindenau")
            await db.execute(its.values(**values))
        await forget_sent(db)
        left = await db.scalars(select(OutgoingMail.to).order_by(OutgoingMail.id))
        assert [to.partition("@")[0] for to in left] == ["waiting", "lately"]
