"""What gives power or takes data away needs a proof, given within ten minutes, of who one is."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import Session
from ideahub.core.config import Config
from ideahub.core.events import Event, Kind
from ideahub.core.kept_forms import KeptForm
from ideahub.http.fresh_proofs import OPTION
from ideahub.organisations.models import Organisation, RoleGrant
from tests.accounts.arriving import PASSWORD, give_password, next_in
from tests.accounts.test_second_factors import set_up
from tests.conftest import Browse, Browser
from tests.support.cast import Cast
from tests.support.letters import newest_code
from tests.support.reached_kinds import reached_kinds

# Every handler that needs one. Whoever adds another that changes who may do what, or gives out
# data about people, adds it here.
NEEDING = {
    "POST /people/{person_id}/roles",
    "POST /people/{person_id}/roles/{grant_id}/revocation",
    "POST /people/{person_id}/disabling",
    "POST /people/{person_id}/enabling",
    "POST /people/{person_id}/second-factor/removal",
    "POST /organisations",
    "POST /organisations/{organisation_id}/details",
    "POST /organisations/{organisation_id}/reviews",
    "POST /stand-ins",
    "GET /management/{campaign_id}/results/{panel_id}/exports",
    "GET /management/{campaign_id}/results/{panel_id}/exports/{file_name}",
    "POST /account/passkeys/challenge",
    "POST /account/passkeys",
    "POST /account/passkeys/{passkey_id}/removal",
    "POST /account/authenticator/secret",
    "GET /account/authenticator",
    "POST /account/authenticator",
    "POST /account/authenticator/removal",
    "POST /account/recovery-codes",
    "POST /identity-providers",
    "POST /identity-providers/{provider_id}",
    "POST /identity-providers/{provider_id}/secret",
    "POST /identity-providers/{provider_id}/groups",
    "POST /identity-providers/{provider_id}/groups/{group_id}/removal",
    "POST /identity-providers/{provider_id}/availability",
    "POST /management/{campaign_id}/safe-space",
    "POST /management/{campaign_id}/safe-space/facilitators",
    "POST /management/{campaign_id}/safe-space/facilitators/{facilitator_id}/ending",
    "POST /safe-space/names/{voice_id}/looks",
    "POST /safe-space/names/{voice_id}/link/removal",
    "POST /safe-space/{campaign_id}/own-name/link/removal",
    "POST /openid-connect/connection",
}
# Kinds of events after which somebody has more power, or another way to sign in, or less of both:
# each handler whose deed may record one of them needs a proof.
POWER = {
    "PERSON_DISABLED",
    "PERSON_ENABLED",
    "ROLE_GRANTED",
    "ROLE_REVOKED",
    "STAND_IN_NAMED",
    "ORGANISATION_CHANGED",
    "PROVIDER_ADDED",
    "PROVIDER_CHANGED",
    "PROVIDER_ENABLED",
    "PROVIDER_DISABLED",
    "GROUP_ROLE_ADDED",
    "GROUP_ROLE_REMOVED",
    "IDENTITY_CONNECTED",
    "PASSWORD_CHANGED",
    "PASSKEY_ADDED",
    "PASSKEY_REMOVED",
    "SECOND_FACTOR_ADDED",
    "SECOND_FACTOR_REMOVED",
    "SECOND_FACTOR_RESET",
    "RECOVERY_CODES_MADE",
    "CAMPAIGN_DELETED",
}
WITHOUT = {
    # The form itself asks for the present password, or a code from a mail.
    "POST /account/password",
}
# What can be taken away by anybody who may open the page beside it.
PUBLIC_FILES = {
    "GET /challenges/{campaign_id}/answers.csv",
    "GET /challenges/{campaign_id}/moderation.csv",
    "GET /challenges/{campaign_id}/vote/{file_name}",
    # For whoever computes a published result again.
    "GET /challenges/{campaign_id}/results/{result_id}/scores.json",
    "GET /idea-boxes/{campaign_id}/answers.csv",
    "GET /idea-boxes/{campaign_id}/moderation.csv",
    "GET /moderation/log.csv",
    "GET /organisations/{body_id}/answers.csv",
}
FILES = (".csv", ".json", ".zip", ".xlsx", "{file_name}", "/exports")


def handlers(app: Litestar) -> dict[str, BaseRouteHandler]:
    """Method and address → its handler."""
    return {
        f"{method} {route.path_format}": handler
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if method not in {"OPTIONS", "HEAD"}
    }


def test_the_handlers_that_need_a_proof_are_these(app: Litestar) -> None:
    found = handlers(app).items()
    assert {name for name, handler in found if handler.opt.get(OPTION)} == NEEDING


def test_whatever_gives_or_takes_power_needs_a_proof(app: Litestar) -> None:
    powerful = {
        name
        for name, handler in handlers(app).items()
        if name.startswith("POST") and reached_kinds(handler.fn) & POWER
    }
    assert powerful - NEEDING == WITHOUT
    # What is read from the source is there.
    assert len(powerful) > 20
    assert set(Kind.__members__) >= POWER


def test_every_file_that_takes_data_away_needs_a_proof_or_is_public(app: Litestar) -> None:
    files = {name for name in handlers(app) if name.startswith("GET") and name.endswith(FILES)}
    assert files - NEEDING == PUBLIC_FILES


async def make_old(db: AsyncSession) -> None:
    """Lets every proof be eleven minutes old."""
    old = func.now() - func.make_interval(0, 0, 0, 0, 0, 11)
    await db.execute(update(Session).values(proved_at=old))
    await db.commit()


async def organisation_name(db: AsyncSession, cast: Cast) -> str | None:
    """The city's name."""
    named = select(Organisation.name).where(Organisation.id == cast.city.id)
    found: str | None = await db.scalar(named)
    return found


async def begin(browser: Browser, cast: Cast, role: str = "manager") -> str:
    """Tries to grant Ben a role; the address of the page that asks for a proof."""
    at = f"/people/{cast.ben.id}"
    page = str(browser.client.base_url.join(at))
    sent = {"role": role, "place": str(cast.city.id)}
    answer = await browser.post(f"{at}/roles", sent, headers={"Referer": page})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def take_cookie(browser: Browser, answer: Any) -> None:
    """The fixture's cookie names no host, so the new one would not replace it."""
    secret = answer.cookies.get("ideahub")
    browser.client.cookies.delete("ideahub")
    browser.client.cookies.set("ideahub", secret)


async def has_role(db: AsyncSession, cast: Cast) -> bool:
    """Whether Ben holds one."""
    return bool(await db.scalar(select(RoleGrant.id).where(RoleGrant.person_id == cast.ben.id)))


async def test_a_role_is_granted_after_a_proof_by_password(
    cast: Cast, browse: Browse, db: AsyncSession
) -> None:
    await give_password(db, cast.ann)
    ann = await browse(cast.ann)
    await make_old(db)
    place = await begin(ann, cast)
    assert place.startswith("/proof?next=%2Fkept-forms%2F")
    assert not await has_role(db, cast)
    page = (await ann.get(place)).text
    going_on = next_in(page)
    wrong = {"how": "password", "password": "not it", "next": going_on}
    assert (await ann.post("/proof", wrong)).status_code == 422
    right = wrong | {"password": PASSWORD}
    old = ann.client.cookies["ideahub"]
    proved = await ann.post("/proof", right)
    assert (proved.status_code, proved.headers["location"]) == (303, going_on)
    take_cookie(ann, proved)
    kept = (await ann.get(going_on)).text
    assert "One press left" in kept
    form = {"role": "manager", "place": str(cast.city.id)}
    assert f'action="/people/{cast.ben.id}/roles"' in kept
    assert all(f'name="{name}" value="{value}"' in kept for name, value in form.items())
    done = await ann.post(f"/people/{cast.ben.id}/roles", form)
    assert done.headers["location"] == f"/people/{cast.ben.id}"
    assert await has_role(db, cast)
    assert await db.scalar(select(Event.id).where(Event.kind == Kind.IDENTITY_PROVED))
    # The secret of before the proof is worth nothing.
    ann.client.cookies.delete("ideahub")
    ann.client.cookies.set("ideahub", old)
    assert (await ann.get("/account")).status_code == 303


async def test_a_proof_by_a_code_from_a_mail(
    cast: Cast, browse: Browse, db: AsyncSession, config: Config
) -> None:
    ann = await browse(cast.ann)
    await make_old(db)
    place = await begin(ann, cast)
    sent = await ann.post("/proof/code", {"next": "/people"})
    assert sent.headers["location"] == "/proof?next=%2Fpeople"
    code = newest_code(config)
    stranger = await browse(cast.ann)
    typed = {"how": "mail", "mail_code": code, "next": place}
    assert (await stranger.post("/proof", typed)).status_code == 422
    assert (await ann.post("/proof", typed)).status_code == 303


async def test_who_has_an_app_proves_by_it_alone(
    cast: Cast, browse: Browse, db: AsyncSession
) -> None:
    await give_password(db, cast.ann)
    ann = await browse(cast.ann)
    app, codes = await set_up(ann, db)
    await make_old(db)
    page = (await ann.get("/proof")).text
    assert "Your password" not in page
    assert "Code from a mail" not in page
    for way, field, typed in (("password", "password", PASSWORD), ("demo", "code", "")):
        assert (await ann.post("/proof", {"how": way, field: typed})).status_code == 422
    assert (await ann.post("/proof", {"how": "app", "code": "000000"})).status_code == 422
    proved = await ann.post("/proof", {"how": "app", "code": await app.code(db)})
    assert proved.status_code == 303
    take_cookie(ann, proved)
    await make_old(db)
    assert (await ann.post("/proof", {"how": "app", "code": codes[0]})).status_code == 303


async def test_what_is_kept_is_shown_to_nobody_else(
    cast: Cast, browse: Browse, db: AsyncSession
) -> None:
    ann = await browse(cast.ann)
    await make_old(db)
    await begin(ann, cast)
    number = await db.scalar(select(KeptForm.id))
    for person in (cast.ada, cast.ann):
        other = await browse(person)
        assert "One press left" not in (await other.get(f"/kept-forms/{number}")).text
    # Somebody else signs in on the same browser.
    secret = (await browse(cast.mia)).secret
    ann.client.cookies.delete("ideahub")
    ann.client.cookies.set("ideahub", secret or "")
    assert "One press left" not in (await ann.get(f"/kept-forms/{number}")).text


async def test_strangers_are_asked_to_sign_in_and_others_find_nothing(
    cast: Cast, browse: Browse, db: AsyncSession
) -> None:
    at = f"/people/{cast.ben.id}/roles"
    assert (await (await browse(None)).get("/proof")).headers["location"].startswith("/sign-in")
    assert (await (await browse(None)).post(at)).headers["location"].startswith("/sign-in")
    assert (await (await browse(cast.ada)).post(at, {"role": "admin"})).status_code == 404


async def test_in_the_middle_of_a_page_htmx_is_led_to_the_proof(
    cast: Cast, browse: Browse, db: AsyncSession
) -> None:
    ann = await browse(cast.ann)
    await make_old(db)
    answer = await ann.post(f"/organisations/{cast.city.id}/details", {"name": "X"}, htmx=True)
    assert answer.status_code == 403
    assert answer.headers["hx-redirect"].startswith("/proof?next=")
    assert await organisation_name(db, cast) == "City of Brookfield"


@pytest.mark.parametrize("next_url", ["https://evil.example", "//evil.example", "/\\evil.example"])
async def test_a_proof_leads_to_no_other_site(
    cast: Cast, browse: Browse, db: AsyncSession, next_url: str
) -> None:
    await give_password(db, cast.ann)
    ann = await browse(cast.ann)
    sent = {"how": "password", "password": PASSWORD, "next": next_url}
    assert (await ann.post("/proof", sent)).headers["location"] == "/"


@pytest.mark.parametrize("typed", [{}, {"how": "nothing"}, {"how": "app", "code": "a" * 20_000}])
async def test_nonsense_is_refused_in_words(
    cast: Cast, browse: Browse, typed: dict[str, str]
) -> None:
    refused = await (await browse(cast.ann)).post("/proof", typed)
    assert refused.status_code == 422
    assert 'class="error-summary' in refused.text
