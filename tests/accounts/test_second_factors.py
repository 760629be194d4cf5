"""An authenticator app: setting it up, the second step of signing in, and recovery codes."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import AuthenticatorApp, HalfSignIn, RecoveryCode
from ideahub.core.config import Config
from ideahub.core.events import Event, Kind
from tests.accounts.arriving import ADA, CEM, HOME, STRANGER, Arrive, answer, ask, sign_in
from tests.conftest import Browse, Browser
from tests.support.cast import Cast
from tests.support.letters import newest_code

STEP = 30


class App:
    """The app on Cem's telephone, whose clock can be wrong."""

    def __init__(self, secret: str) -> None:
        self.totp = pyotp.TOTP(secret)

    async def code(self, db: AsyncSession, steps: int = 0) -> str:
        """The code that it shows."""
        clock = func.extract("epoch", func.statement_timestamp())
        now = int((await db.execute(select(clock))).scalar_one())
        return self.totp.generate_otp(now // STEP + steps)


async def set_up(browser: Browser, db: AsyncSession) -> tuple[App, list[str]]:
    """Adds an app; returns it and the recovery codes."""
    assert (await browser.post("/account/authenticator/secret")).status_code == 303
    page = (await browser.get("/account/authenticator")).text
    assert "<style" not in page
    assert 'style="' not in page
    found = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page)
    assert found
    app = App(found[1].replace(" ", ""))
    shown = await browser.post("/account/authenticator", {"code": await app.code(db, -1)})
    codes = re.findall(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>", shown.text)
    assert len(set(codes)) == 10
    assert shown.headers["cache-control"] == "no-store"
    return app, codes


async def second(browser: Browser, code: str) -> int:
    """Types a code in the second step; how that is answered."""
    return (await browser.post("/sign-in/second-factor", {"code": code})).status_code


async def is_in(browser: Browser) -> bool:
    """Whether somebody is signed in there."""
    return (await browser.get("/account")).status_code == 200


async def test_the_app_is_asked_for_after_the_password(
    owners: Cast, browse: Browse, arrive: Arrive, db: AsyncSession
) -> None:
    app, _codes = await set_up(await browse(owners.cem), db)
    browser = await arrive(HOME)
    assert await sign_in(browser, "not the one", CEM) == 422
    assert (await browser.get("/sign-in/second-factor")).status_code == 303
    assert await sign_in(browser, email=CEM) == 303
    assert not await is_in(browser)
    assert (await browser.get("/sign-in/second-factor")).status_code == 200
    assert await second(browser, await app.code(db)) == 303
    assert await is_in(browser)


async def test_the_app_is_asked_for_after_a_code_by_mail(
    owners: Cast, browse: Browse, arrive: Arrive, db: AsyncSession, config: Config
) -> None:
    app, _codes = await set_up(await browse(owners.cem), db)
    browser = await arrive(HOME)
    await ask(browser, CEM)
    assert await answer(browser, newest_code(config), CEM) == 303
    assert not await is_in(browser)
    assert await second(browser, await app.code(db)) == 303
    assert await is_in(browser)


async def test_a_code_works_once_and_clocks_may_differ_by_a_step(
    owners: Cast, browse: Browse, arrive: Arrive, db: AsyncSession
) -> None:
    app, _codes = await set_up(await browse(owners.cem), db)
    for steps, status in ((-2, 422), (2, 422), (0, 303), (0, 422), (-1, 422), (1, 303), (1, 422)):
        browser = await arrive(HOME)
        await sign_in(browser, email=CEM)
        assert await second(browser, await app.code(db, steps)) == status, steps


async def test_the_half_step_is_for_one_browser_and_five_tries_and_minutes(
    owners: Cast, browse: Browse, arrive: Arrive, db: AsyncSession
) -> None:
    app, _codes = await set_up(await browse(owners.cem), db)
    here, elsewhere = await arrive(HOME), await arrive(HOME)
    await sign_in(here, email=CEM)
    assert (await elsewhere.post("/sign-in/second-factor", {"code": "1"})).status_code == 303
    for _time in range(5):
        assert await second(here, "000000") in {422, 303}
    await second(here, await app.code(db))
    assert not await is_in(here)
    await sign_in(elsewhere, email=CEM)
    await db.execute(update(HalfSignIn).values(expires_at=func.now()))
    await db.commit()
    await second(elsewhere, await app.code(db))
    assert not await is_in(elsewhere)


async def test_tries_are_limited_by_person_wherever_they_come_from(
    owners: Cast, browse: Browse, arrive: Arrive, db: AsyncSession
) -> None:
    await set_up(await browse(owners.cem), db)
    statuses = []
    for number in range(4):
        browser = await arrive(f"203.0.113.{number}")
        await sign_in(browser, email=CEM)
        statuses += [await second(browser, "000000") for _time in range(3)]
    assert statuses == [422] * 10 + [429] * 2


async def test_recovery_codes_work_once_and_are_counted(
    owners: Cast, browse: Browse, arrive: Arrive, db: AsyncSession
) -> None:
    cem = await browse(owners.cem)
    _app, codes = await set_up(cem, db)
    browser = await arrive(HOME)
    await sign_in(browser, email=CEM)
    assert await second(browser, codes[0].lower().replace("-", " ")) == 303
    assert await is_in(browser)
    again = await arrive(HOME)
    await sign_in(again, email=CEM)
    assert await second(again, codes[0]) == 422
    page = (await cem.get("/account/ways")).text
    assert "9 recovery codes are left" in page
    assert "A recovery code was used; 9 are left" in page
    stored = set(await db.scalars(select(RecoveryCode.code_hash)))
    assert not stored & {code.replace("-", "") for code in codes}
    await cem.post("/account/recovery-codes")
    assert await second(again, codes[1]) == 422


async def test_another_person_cannot_use_the_codes(
    owners: Cast, browse: Browse, arrive: Arrive, db: AsyncSession
) -> None:
    _app, codes = await set_up(await browse(owners.cem), db)
    await set_up(await browse(owners.ada), db)
    browser = await arrive(HOME)
    await sign_in(browser, email=ADA)
    assert await second(browser, codes[0]) == 422


async def test_removing_the_app_asks_for_it_no_more(
    owners: Cast, browse: Browse, arrive: Arrive, db: AsyncSession
) -> None:
    cem = await browse(owners.cem)
    await set_up(cem, db)
    await cem.post("/account/authenticator/removal")
    browser = await arrive(HOME)
    await sign_in(browser, email=CEM)
    assert await is_in(browser)


async def test_an_admin_removes_a_lost_app_and_its_owner_is_told(
    owners: Cast, browse: Browse, arrive: Arrive, db: AsyncSession
) -> None:
    await set_up(await browse(owners.cem), db)
    at = f"/people/{owners.cem.id}/second-factor/removal"
    assert (await (await browse(owners.mia)).post(at)).status_code == 404
    assert (await (await browse(owners.ann)).post(at)).status_code == 303
    browser = await arrive(HOME)
    await sign_in(browser, email=CEM)
    assert await is_in(browser)
    event = (await db.scalars(select(Event).where(Event.kind == Kind.SECOND_FACTOR_RESET))).one()
    assert (event.actor_id, event.subject_id) == (owners.ann.id, owners.cem.id)


async def test_an_app_is_confirmed_by_its_code_first(
    owners: Cast, browse: Browse, arrive: Arrive, db: AsyncSession
) -> None:
    cem = await browse(owners.cem)
    await cem.post("/account/authenticator/secret")
    refused = await cem.post("/account/authenticator", {"code": "000000"})
    assert refused.status_code == 422
    browser = await arrive(HOME)
    await sign_in(browser, email=CEM)
    assert await is_in(browser)
    sealed = (await db.scalars(select(AuthenticatorApp.sealed))).one()
    page = (await cem.get("/account/authenticator")).text
    found = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page)
    assert found
    assert found[1].replace(" ", "").encode() not in sealed


@pytest.mark.parametrize("code", ["", "a" * 20_000, "١٢٣٤٥٦", "-1", "12345"])
async def test_nonsense_is_refused_in_words(
    owners: Cast, browse: Browse, arrive: Arrive, db: AsyncSession, code: str
) -> None:
    await set_up(await browse(owners.cem), db)
    browser = await arrive(HOME)
    await sign_in(browser, email=CEM)
    refused = await browser.post("/sign-in/second-factor", {"code": code})
    assert refused.status_code == 422
    assert "field-error" in refused.text


async def guess_in_a_row(db: AsyncSession, wrong: int) -> None:
    """So many wrong codes were tried."""
    await db.execute(update(AuthenticatorApp).values(wrong_in_a_row=wrong))
    await db.commit()


async def wrong_in_a_row(db: AsyncSession) -> int:
    """How many wrong codes are counted."""
    return (await db.scalars(select(AuthenticatorApp.wrong_in_a_row))).one()


async def test_the_owner_is_told_of_ten_wrong_codes_in_a_row_once_a_day(
    owners: Cast, browse: Browse, arrive: Arrive, db: AsyncSession
) -> None:
    cem = await browse(owners.cem)
    app, _codes = await set_up(cem, db)
    guesser = await arrive(HOME)
    await guess_in_a_row(db, 8)
    await sign_in(guesser, email=CEM)
    told = select(func.count()).where(Event.kind == Kind.SECOND_FACTOR_GUESSED)
    for events in (0, 1, 1):
        assert await second(guesser, "000000") == 422
        assert await db.scalar(told) == events
    page = (await cem.get("/account/ways")).text
    assert "10 wrong codes of your app were tried in a row" in page
    await db.execute(
        update(AuthenticatorApp).values(told_at=func.now() - timedelta(days=1, minutes=1))
    )
    await db.commit()
    assert await second(guesser, "000000") == 422
    assert await db.scalar(told) == 2
    # A right one ends the row.
    assert await second(guesser, await app.code(db)) == 303
    assert await wrong_in_a_row(db) == 0


async def test_after_a_hundred_the_app_is_not_enough_until_its_owner_comes_in_another_way(
    owners: Cast, browse: Browse, arrive: Arrive, db: AsyncSession, config: Config
) -> None:
    app, codes = await set_up(await browse(owners.cem), db)
    await guess_in_a_row(db, 100)
    guesser, owner = await arrive(STRANGER), await arrive(HOME)
    await sign_in(guesser, email=CEM)
    sent = {"code": await app.code(db)}
    refused = await guesser.post("/sign-in/second-factor", sent)
    assert refused.status_code == 422
    assert "its codes are not accepted at present" in refused.text
    assert await wrong_in_a_row(db) == 100
    # With a code by mail in the place of the password.
    await ask(owner, CEM)
    assert await answer(owner, newest_code(config), CEM) == 303
    assert await second(owner, "000000") == 422
    assert await second(owner, await app.code(db)) == 303
    assert await wrong_in_a_row(db) == 0
    # Or with a recovery code, also where even that was tried too often.
    await guess_in_a_row(db, 200)
    await ask(guesser, CEM)
    await answer(guesser, newest_code(config), CEM)
    assert await second(guesser, await app.code(db, 1)) == 422
    assert await second(guesser, codes[0]) == 303
    assert await wrong_in_a_row(db) == 0
