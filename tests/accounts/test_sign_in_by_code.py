"""Proving an address by a code, and joining with it."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts import codes, recognising
from ideahub.accounts.codes import new_code, spend_code, try_code
from ideahub.accounts.models import EmailCode
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.mailing import kept_mail
from ideahub.core.refusals import Invalid
from ideahub.organisations.models import Organisation, Person
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, add
from tests.support.letters import CODE, newest_code, read_letter


@pytest.fixture(autouse=True)
def letter_box(config: Config) -> Path:
    """An empty letter box."""
    for path in kept_mail(config):
        path.unlink()
    return config.var / "mail"


async def ask(browser: Browser, email: str, **fields: str) -> httpx.Response:
    """Asks for a code as the sign-in page does."""
    return await browser.post("/sign-in", {"email": email, "how": "code", **fields})


async def answer(browser: Browser, email: str, code: str, **fields: str) -> httpx.Response:
    """Types the code."""
    return await browser.post("/sign-in/code", {"email": email, "code": code, **fields})


async def joined(browser: Browser, config: Config, email: str) -> httpx.Response:
    """Goes the whole way in for a new address."""
    await ask(browser, email)
    await answer(browser, email, newest_code(config))
    return await browser.post("/joining/name", {"name": "Nia Rossi", "named": "yes"})


async def test_a_known_person_signs_in_and_returns_to_where_they_were(
    browse: Browse, cast: Cast, config: Config
) -> None:
    browser = await browse(None)
    sent = await ask(browser, "ADA@mail.example", next="/ideas?order=newest")
    assert sent.status_code == 303
    assert sent.headers["location"] == "/sign-in/code?next=%2Fideas%3Forder%3Dnewest"
    assert "ADA@mail.example" in (await browser.get("/sign-in/code")).text
    came = await answer(
        browser, "ada@mail.example", newest_code(config).lower(), next="/ideas?order=newest"
    )
    assert (came.status_code, came.headers["location"]) == (303, "/ideas?order=newest")
    assert "Ada Lind" in (await browser.get("/account")).text


async def test_somebody_new_joins_as_a_citizen(
    browse: Browse, config: Config, db: AsyncSession
) -> None:
    browser = await browse(None)
    await ask(browser, "nia@post.example")
    proved = await answer(browser, "nia@post.example", newest_code(config), next="/ideas")
    assert proved.headers["location"] == "/joining/name?next=%2Fideas"
    shown = await browser.get("/joining/name?next=/ideas")
    assert "nia@post.example" in shown.text
    assert "as a citizen" in shown.text
    came = await browser.post(
        "/joining/name", {"name": "  Nia\u202e   Rossi ", "named": "yes", "next": "/ideas"}
    )
    assert came.headers["location"] == "/ideas"
    nia = (await db.scalars(select(Person).where(Person.email == "nia@post.example"))).one()
    assert (nia.name, nia.organisation_id, nia.password_hash) == ("Nia Rossi", None, None)
    assert nia.email_proved_at is not None
    events = (await db.scalars(select(Event).where(Event.kind == Kind.PERSON_JOINED))).all()
    assert [(event.actor_id, event.subject_id) for event in events] == [(nia.id, nia.id)]


@pytest.mark.parametrize(
    ("email", "organisation"),
    [
        ("new@CITY.example", "City of Brookfield"),
        ("new@parks.city.example", "City of Brookfield"),
        ("new@roads.city.example", "Roads"),
        ("new@east.roads.city.example", "Roads"),
        ("new@notcity.example", None),
        ("new@city.example.evil.example", None),
        ("new@example.example", None),
    ],
)
async def test_staff_are_known_by_their_domain(
    browse: Browse,
    cast: Cast,
    config: Config,
    db: AsyncSession,
    email: str,
    organisation: str | None,
) -> None:
    await add(db, Organisation(name="Roads", mail_domain="roads.city.example"))
    await db.commit()
    browser = await browse(None)
    assert (await joined(browser, config, email)).status_code == 303
    found = await db.scalar(
        select(Organisation.name)
        .join(Person, Person.organisation_id == Organisation.id)
        .where(Person.email == email)
    )
    assert found == organisation


async def test_a_citizen_becomes_staff_once_the_domain_is_known(
    browse: Browse, cast: Cast, config: Config, db: AsyncSession
) -> None:
    await joined(await browse(None), config, "nia@harbour.example")
    harbour = await add(db, Organisation(name="Harbour", mail_domain="harbour.example"))
    await db.commit()
    browser = await browse(None)
    await ask(browser, "nia@harbour.example")
    await answer(browser, "nia@harbour.example", newest_code(config))
    of_nia = select(Person.organisation_id).where(Person.email == "nia@harbour.example")
    assert await db.scalar(of_nia) == harbour.id


async def test_known_and_unknown_addresses_get_the_same_answer(
    browse: Browse, cast: Cast, config: Config
) -> None:
    for_known = await ask(await browse(None), "ada@mail.example")
    for_unknown = await ask(await browse(None), "nobody@mail.example")
    assert for_known.status_code == for_unknown.status_code == 303
    assert for_known.headers["location"] == for_unknown.headers["location"]
    subjects = [CODE.sub("", read_letter(path)).split("\n")[0] for path in kept_mail(config)]
    assert len(subjects) == 2
    assert subjects[0] == subjects[1]


async def test_a_wrong_code_is_refused_and_the_right_one_still_works(
    browse: Browse, cast: Cast, config: Config
) -> None:
    browser = await browse(None)
    await ask(browser, "ada@mail.example")
    wrong = await answer(browser, "ada@mail.example", "AAAA-AAAA")
    assert wrong.status_code == 422
    assert "not right" in wrong.text
    assert 'value="ada@mail.example"' in wrong.text
    right = await answer(browser, "ada@mail.example", newest_code(config))
    assert right.status_code == 303


async def test_after_five_wrong_tries_even_the_right_code_is_refused(
    browse: Browse, cast: Cast, config: Config
) -> None:
    browser = await browse(None)
    await ask(browser, "ada@mail.example")
    for _try in range(5):
        assert (await answer(browser, "ada@mail.example", "AAAAAAAA")).status_code == 422
    assert (await answer(browser, "ada@mail.example", newest_code(config))).status_code == 422
    assert "ideahub" not in browser.client.cookies


async def test_a_code_works_once(browse: Browse, cast: Cast, config: Config) -> None:
    first, second = await browse(None), await browse(None)
    await ask(first, "ada@mail.example")
    code = newest_code(config)
    assert (await answer(first, "ada@mail.example", code)).status_code == 303
    assert (await answer(second, "ada@mail.example", code)).status_code == 422


async def test_an_expired_code_is_refused(
    browse: Browse, cast: Cast, config: Config, db: AsyncSession
) -> None:
    browser = await browse(None)
    await ask(browser, "ada@mail.example")
    found = (await db.scalars(select(EmailCode))).one()
    assert timedelta(minutes=14) < found.expires_at - found.created_at <= timedelta(minutes=16)
    await db.execute(update(EmailCode).values(expires_at=func.now()))
    await db.commit()
    assert (await answer(browser, "ada@mail.example", newest_code(config))).status_code == 422


async def test_only_the_newest_code_counts(browse: Browse, cast: Cast, config: Config) -> None:
    browser = await browse(None)
    await ask(browser, "ada@mail.example")
    first = newest_code(config)
    await ask(browser, "ada@mail.example")
    assert (await answer(browser, "ada@mail.example", first)).status_code == 422
    assert (await answer(browser, "ada@mail.example", newest_code(config))).status_code == 303


async def test_a_code_for_one_address_proves_no_other(
    browse: Browse, cast: Cast, config: Config
) -> None:
    browser = await browse(None)
    await ask(browser, "cem@mail.example")
    assert (await answer(browser, "ada@mail.example", newest_code(config))).status_code == 422


async def test_no_code_is_kept_in_the_open(
    browse: Browse, cast: Cast, config: Config, db: AsyncSession
) -> None:
    await ask(await browse(None), "ada@mail.example")
    found = (await db.scalars(select(EmailCode))).one()
    assert found.code_hash.startswith(b"$argon2id$")
    assert newest_code(config).replace("-", "").encode() not in found.code_hash


async def test_asking_too_often_is_refused_with_how_long_to_wait(
    browse: Browse, cast: Cast
) -> None:
    browser = await browse(None)
    for _time in range(codes.ASKED.own):
        assert (await ask(browser, "ada@mail.example")).status_code == 303
    refused = await ask(browser, "ADA@mail.example")
    assert refused.status_code == 429
    assert "Try again in 15 minutes" in refused.text
    assert (await ask(browser, "cem@mail.example")).status_code == 303


async def test_two_at_once_with_one_code_get_in_once(committing: Database) -> None:
    made = await new_code(committing, "ada@mail.example", recognising.Browser())
    browser = recognising.Browser(asked=made.secret)

    async def come() -> bool:
        try:
            code_id = await try_code(committing, "ada@mail.example", made.code, browser)
            async with committing.transaction() as db:
                await spend_code(db, code_id)
        except Invalid:
            return False
        return True

    assert sorted(await asyncio.gather(come(), come(), come())) == [False, False, True]


async def test_tries_are_counted_exactly_when_many_come_at_once(committing: Database) -> None:
    made = await new_code(committing, "ada@mail.example", recognising.Browser())

    async def come(client: int) -> None:
        browser = recognising.Browser(client=f"192.0.2.{client}", asked=made.secret)
        with pytest.raises(Invalid):
            await try_code(committing, "ada@mail.example", "AAAAAAAA", browser)

    await asyncio.gather(*map(come, range(9)))
    async with committing.reading() as db:
        assert (await db.scalars(select(EmailCode.tries))).all() == [codes.MOST_TRIES]


async def test_one_proof_makes_one_account(
    browse: Browse, cast: Cast, config: Config, db: AsyncSession
) -> None:
    browser = await browse(None)
    assert (await joined(browser, config, "nia@post.example")).status_code == 303
    other = await browse(None)
    other.client.cookies.update(browser.client.cookies)
    again = await other.post("/joining/name", {"name": "Somebody Else", "named": "yes"})
    assert again.headers["location"].startswith("/sign-in")
    names = await db.scalars(select(Person.name).where(Person.email == "nia@post.example"))
    assert names.all() == ["Nia Rossi"]


async def test_an_address_proved_twice_keeps_its_first_name(
    browse: Browse, cast: Cast, config: Config, db: AsyncSession
) -> None:
    """Two browsers with a proof each: what the second one types is not dropped in silence."""
    browsers = [await browse(None), await browse(None)]
    for browser in browsers:
        await ask(browser, "nia@post.example")
        await answer(browser, "nia@post.example", newest_code(config))
    first, second = browsers
    assert (await first.post("/joining/name", {"name": "Nia", "named": "yes"})).status_code == 303
    for other in (
        {"name": "Antonia"},
        {"name": "Nia", "title": "Clerk"},
        {"name": "Nia", "password": "correct horse battery staple"},
    ):
        refused = await second.post("/joining/name", {"named": "yes"} | other)
        assert refused.status_code == 409
        assert "This address has an account already, as Nia" in refused.text
        for name in ("name", "title"):
            field = refused.text.split(f'name="{name}"')[1].split(">")[0]
            assert f'value="{other.get(name, "")}"' in field
    # The same words are no other account.
    assert (await second.post("/joining/name", {"name": "Nia", "named": "yes"})).status_code == 303
    found = await db.execute(select(Person.name, Person.title, Person.password_hash))
    assert ("Nia", "", None) in [tuple(row) for row in found]


async def test_nobody_joins_without_proof(browse: Browse, db: AsyncSession) -> None:
    browser = await browse(None)
    browser.client.cookies.set("ideahub_ticket", "made up")
    assert (await browser.get("/joining/name")).headers["location"] == "/sign-in"
    refused = await browser.post("/joining/name", {"name": "Nia", "named": "yes"})
    assert refused.headers["location"] == "/sign-in"
    assert (await db.scalar(select(func.count()).select_from(Person))) == 0


async def test_joining_needs_a_name_and_a_yes_to_being_named(
    browse: Browse, config: Config
) -> None:
    browser = await browse(None)
    await ask(browser, "nia@post.example")
    await answer(browser, "nia@post.example", newest_code(config))
    for fields in ({"name": "", "named": "yes"}, {"name": "Nia"}, {"name": "N" * 121}):
        refused = await browser.post("/joining/name", {"title": "Clerk & more", **fields})
        assert refused.status_code == 422
        assert "Clerk &amp; more" in refused.text
    assert (await browser.post("/joining/name", {"name": "Nia", "named": "yes"})).status_code == 303


async def test_a_name_is_shown_as_text(browse: Browse, config: Config) -> None:
    browser = await browse(None)
    await ask(browser, "nia@post.example")
    await answer(browser, "nia@post.example", newest_code(config))
    name = '"><script>alert(1)</script>{{ 7 * 7 }}'
    await browser.post("/joining/name", {"name": name, "named": "yes"})
    shown = (await browser.get("/account")).text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in shown


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "@city.example",
        "ada@",
        "ada@localhost",
        "ada@city.example\r\nBcc: all@city.example",
        "ada@city.example\nBcc:x@y.example",
        "ada@city.example, ben@city.example",
        "<ada@city.example>",
        "Ada <ada@city.example>",
        "ada lind@city.example",
        "ada@-city.example",
        "ada@127.0.0.1",
        "ada@[127.0.0.1]",
        "ada..lind@city.example",
        "a" * 65 + "@city.example",
        "ada@" + "a" * 64 + ".example",
        "ada@" + "a." * 130 + "example",
        "ada@city.example" + "x" * 100_000,
    ],
)
async def test_what_is_no_address_is_refused(browse: Browse, config: Config, email: str) -> None:
    stranger = await browse(None)
    # Without a cookie like this, so much is not even read.
    stranger.client.cookies.set("ideahub", "opens-nothing")
    refused = await ask(stranger, email)
    assert refused.status_code == 422
    assert "data-error-summary" in refused.text
    assert kept_mail(config) == []


async def test_a_domain_in_another_alphabet_is_one_address(
    browse: Browse, config: Config, db: AsyncSession
) -> None:
    await joined(await browse(None), config, "nia@міністерство.example")
    emails = await db.scalars(select(Person.email))
    assert emails.all() == ["nia@xn--b1afuehkfcgd7sb.example"]


@pytest.mark.parametrize("label", ["a.", "\u00e9.", "\u0301\u0316"])
async def test_an_endless_address_is_refused_at_once(browse: Browse, label: str) -> None:
    stranger = await browse(None)
    stranger.client.cookies.set("ideahub", "opens-nothing")
    email = "a@" + label * (900_000 // len(quote(label)))
    began = time.thread_time()
    answer = await ask(stranger, email)
    taken = time.thread_time() - began
    assert answer.status_code == 422
    assert "Shorten this to 254 characters" in answer.text
    # Generous: it took minutes to turn some of these into ASCII.
    assert taken < 2
