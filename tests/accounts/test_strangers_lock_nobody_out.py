"""Whatever strangers try at somebody's address, its owner gets in; and strangers stay limited."""

from datetime import timedelta

import pytest
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import EmailCode
from ideahub.accounts.passwords import hash_secret
from ideahub.core.config import Config
from ideahub.core.mailing import kept_mail
from tests.accounts.arriving import (
    ABROAD,
    ADA,
    CEM,
    HOME,
    NEW,
    PASSWORD,
    STRANGER,
    Arrive,
    answer,
    ask,
    flood,
    guess,
    known,
    sign_in,
)
from tests.conftest import Browse
from tests.support.cast import Cast
from tests.support.letters import newest_code

# Hundreds of tries each.
pytestmark = [pytest.mark.usefixtures("owners", "letter_box"), pytest.mark.slow]


async def test_one_strangers_guesses_stop_only_the_stranger(arrive: Arrive) -> None:
    assert await guess(arrive, 12) == [422] * 10 + [429] * 2
    assert await sign_in(await arrive("203.0.113.0")) == 429
    assert await sign_in(await arrive(HOME)) == 303


async def test_two_hundred_guesses_do_not_stop_a_known_browser(arrive: Arrive) -> None:
    browser = await known(arrive)
    answers = await guess(arrive, 200, clients=40)
    assert (answers.count(422), answers.count(429)) == (99, 101)
    assert await sign_in(browser) == 303


async def test_strangers_together_have_a_hundred_guesses_and_the_owner_a_code(
    arrive: Arrive, config: Config
) -> None:
    answers = await guess(arrive, 110, clients=11)
    assert answers == [422] * 100 + [429] * 10
    browser = await arrive(HOME)
    refused = await browser.post("/sign-in", {"email": ADA, "password": PASSWORD})
    assert refused.status_code == 429
    assert "Try again in" in refused.text
    assert "Send me a code" in refused.text.split("data-error-summary")[1].split("</form>")[0]
    assert await ask(browser) == 303
    assert await answer(browser, newest_code(config)) == 303


async def test_codes_that_strangers_ask_for_stop_nobody(arrive: Arrive, config: Config) -> None:
    assert await flood(arrive, 6) == [303] * 5 + [429]
    browser = await arrive(HOME)
    assert await ask(browser) == 303
    mine = newest_code(config)
    assert await ask(await arrive(STRANGER)) == 303
    assert await answer(browser, mine) == 303


async def test_fifty_codes_fill_no_letter_box_and_a_known_browser_gets_its_own(
    arrive: Arrive, config: Config
) -> None:
    browser = await known(arrive)
    answers = await flood(arrive, 50, clients=10)
    assert answers == [303] * 20 + [429] * 30
    assert len(kept_mail(config)) == 20
    await flood(arrive, 100, clients=20, places="198.{}.0.1")
    assert len(kept_mail(config)) == 100
    elsewhere = await arrive(ABROAD)
    refused = await elsewhere.post("/sign-in", {"email": ADA, "how": "code"})
    assert refused.status_code == 429
    assert "signed in on before" in refused.text
    assert await sign_in(elsewhere) == 303
    assert [await ask(browser) for _time in range(6)] == [303] * 5 + [429]
    assert await answer(browser, newest_code(config)) == 303


async def test_a_code_works_only_where_it_was_asked_for(arrive: Arrive, config: Config) -> None:
    browser, other = await arrive(HOME), await arrive(STRANGER)
    await ask(browser)
    code = newest_code(config)
    refused = await other.post("/sign-in/code", {"email": ADA, "code": code})
    assert refused.status_code == 422
    assert "only in the browser that asked for it" in refused.text
    assert await ask(other) == 303
    assert await answer(other, code) == 422
    assert await answer(browser, code) == 303


async def test_wrong_tries_elsewhere_do_not_spoil_a_code(arrive: Arrive, config: Config) -> None:
    browser, stranger = await arrive(HOME), await arrive(STRANGER)
    await ask(browser)
    mine = newest_code(config)
    await ask(stranger)
    assert [await answer(stranger, "AAAAAAAA") for _try in range(30)] == [422] * 30
    assert await answer(stranger, newest_code(config)) == 422
    assert await answer(browser, mine) == 303


async def test_a_page_without_its_cookie_says_what_to_do(arrive: Arrive) -> None:
    shown = (await (await arrive(HOME)).get("/sign-in/code")).text
    assert "only in the browser that asked for it" in shown
    assert "Use another address" in shown


@pytest.mark.usefixtures("small_crowd")
async def test_who_is_signed_in_changes_their_password_meanwhile(
    arrive: Arrive, browse: Browse, cast: Cast
) -> None:
    here = await browse(cast.ada)
    await guess(arrive, 16, clients=2)
    await flood(arrive, 30, clients=10)
    sent = {"password": PASSWORD, "new_password": NEW}
    assert (await here.post("/account/password", sent)).status_code == 303


async def test_who_is_signed_in_gets_a_code_meanwhile_and_no_stranger_uses_it_up(
    arrive: Arrive, browse: Browse, cast: Cast, config: Config
) -> None:
    here = await browse(cast.ada)
    await flood(arrive, 30, clients=10)
    assert (await here.post("/account/code")).status_code == 303
    code = newest_code(config)
    stranger = await arrive(STRANGER)
    for _try in range(25):
        await answer(stranger, "AAAAAAAA")
    sent = {"code": code, "new_password": NEW}
    assert (await here.post("/account/password", sent)).status_code == 303


async def test_who_is_signed_in_is_limited_too(browse: Browse, cast: Cast) -> None:
    here = await browse(cast.ada)
    asked = [(await here.post("/account/code")).status_code for _time in range(6)]
    assert asked == [303] * 5 + [429]
    sent = {"password": "a guess", "new_password": NEW}
    tried = [(await here.post("/account/password", sent)).status_code for _try in range(11)]
    assert tried == [422] * 10 + [429]


async def test_one_subscriber_with_many_networks_stops_nobody_elsewhere(
    arrive: Arrive, config: Config
) -> None:
    for number in range(12):
        stranger = await arrive(f"2001:db8:0:{number:x}::1")
        for _time in range(5):
            await ask(stranger)
            await sign_in(stranger, "a guess")
    assert len(kept_mail(config)) == 20
    assert await sign_in(await arrive(HOME)) == 303
    elsewhere = await arrive(ABROAD)
    assert await ask(elsewhere) == 303
    assert await answer(elsewhere, newest_code(config)) == 303


async def test_unknown_addresses_are_answered_as_known_ones(arrive: Arrive) -> None:
    nobody = "nobody@mail.example"
    for_known = await guess(arrive, 12) + await flood(arrive, 6)
    for_unknown = await guess(arrive, 12, email=nobody) + await flood(arrive, 6, email=nobody)
    assert for_known == for_unknown
    # Nor does a browser that Ada is known on learn whose other addresses exist.
    browser = await known(arrive)
    texts = set()
    for email in (CEM, nobody):
        for _try in range(10):
            await sign_in(browser, "a guess", email)
        refused = await browser.post("/sign-in", {"email": email, "password": "a guess"})
        texts.add(refused.text.replace(email, "…"))
    assert len(texts) == 1


async def test_a_code_that_no_browser_asked_for_is_refused(
    arrive: Arrive, db: AsyncSession
) -> None:
    kept = (await hash_secret("ABCD2345")).encode()
    soon = func.now() + timedelta(minutes=15)
    db.add(EmailCode(email=ADA, code_hash=kept, expires_at=soon))
    await db.commit()
    assert await answer(await arrive(HOME), "ABCD2345") == 422
