"""Authenticator apps: setting one up, and checking its codes (TOTP, RFC 6238)."""

import hmac

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import AuthenticatorApp
from ideahub.core.db import interval
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.site_keys import SiteKeys, keys_of
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Person

PURPOSE = "authenticator app"
STEP_SECONDS = 30
# Clocks differ: the code before and the one after are right, too.
STEPS_AROUND = (0, -1, 1)
SETUP_MINUTES = 30
ISSUER = "IdeaHub"

STANDING = AuthenticatorApp.confirmed_at.is_not(None) & AuthenticatorApp.removed_at.is_(None)
WAITING = (
    AuthenticatorApp.confirmed_at.is_(None)
    & AuthenticatorApp.removed_at.is_(None)
    & (AuthenticatorApp.created_at > func.now() - interval(minutes=SETUP_MINUTES))
)


class WrongAppCode(Invalid):
    """A code of an app that is wrong, too old, or was used."""


async def find_app(db: AsyncSession, person_id: int) -> AuthenticatorApp | None:
    """The app that the person uses; None where they have none."""
    own = AuthenticatorApp.person_id == person_id
    found: AuthenticatorApp | None = await db.scalar(select(AuthenticatorApp).where(own, STANDING))
    return found


async def begin_setup(db: AsyncSession, viewer: Viewer) -> None:
    """Makes a secret for a new app, in the place of one that was not confirmed; raises Conflict
    where the viewer has an app."""
    # Imported late, here and below: few sessions begin with an app's code.
    import pyotp

    if await find_app(db, viewer.person_id):
        raise Conflict(_("You have an authenticator app already. Remove it first."))
    own = AuthenticatorApp.person_id == viewer.person_id
    left = update(AuthenticatorApp).where(own, AuthenticatorApp.removed_at.is_(None))
    await db.execute(left.values(removed_at=func.now()))
    secret = pyotp.random_base32().encode()
    sealed = keys_of(db).seal(PURPOSE, secret, of=_row(viewer.person_id))
    db.add(AuthenticatorApp(person_id=viewer.person_id, sealed=sealed))
    await db.flush()


async def secret_to_set_up(db: AsyncSession, viewer: Viewer, keys: SiteKeys) -> str | None:
    """The secret of the app that the viewer is setting up; None where they are not."""
    app = await _waiting(db, viewer.person_id)
    return _secret(keys, app) if app else None


def setup_address(secret: str, address: str) -> str:
    """What an app reads from the picture: the secret, and what to call it."""
    import pyotp

    return pyotp.TOTP(secret, name=address, issuer=ISSUER).provisioning_uri()


async def confirm_app(db: AsyncSession, viewer: Viewer, code: str) -> None:
    """Takes the app into use that shows this code; raises Invalid for a wrong one, Conflict where
    none is being set up."""
    app = await _waiting(db, viewer.person_id)
    if app is None:
        raise Conflict(_("Too much time has passed. Begin anew, with a new picture."))
    step = await _step_of(db, app, code)
    if step is None:
        raise wrong_app_code()
    app.last_step = step
    app.confirmed_at = func.now()
    await record(db, Kind.SECOND_FACTOR_ADDED, None, subject=Ref(Person, viewer.person_id))


async def remove_app(db: AsyncSession, person_id: int, remover: Viewer) -> None:
    """Ends the use of the person's app, by themselves or by an admin; does nothing without one."""
    removed = await db.scalar(
        update(AuthenticatorApp)
        .where(AuthenticatorApp.person_id == person_id, STANDING)
        .values(removed_at=func.now(), removed_by=remover.person_id)
        .returning(AuthenticatorApp.id)
    )
    if removed is None:
        return
    subject = Ref(Person, person_id)
    if remover.is_person(person_id):
        await record(db, Kind.SECOND_FACTOR_REMOVED, None, subject=subject)
    else:
        await record(db, Kind.SECOND_FACTOR_RESET, remover, subject=subject)


async def use_app_code(db: AsyncSession, person_id: int, code: str) -> None:
    """Uses up a code of the person's app; raises Invalid for a wrong one, and for one that was
    used before."""
    app = await find_app(db, person_id)
    step = await _step_of(db, app, code) if app else None
    if app is None or step is None:
        raise wrong_app_code()
    later = AuthenticatorApp.last_step < step
    used = update(AuthenticatorApp).where(AuthenticatorApp.id == app.id, later)
    used = used.values(last_step=step, wrong_in_a_row=0)
    if await db.scalar(used.returning(AuthenticatorApp.id)) is None:
        raise wrong_app_code()


def wrong_app_code() -> WrongAppCode:
    """The refusal of such a code."""
    return WrongAppCode(
        _(
            "This code is not right, or was used already. Wait until the app shows the next one, "
            "and see that the clock of its device is right."
        )
    )


async def _waiting(db: AsyncSession, person_id: int) -> AuthenticatorApp | None:
    own = AuthenticatorApp.person_id == person_id
    found: AuthenticatorApp | None = await db.scalar(
        select(AuthenticatorApp).where(own, WAITING).order_by(AuthenticatorApp.id.desc()).limit(1)
    )
    return found


async def _step_of(db: AsyncSession, app: AuthenticatorApp, code: str) -> int | None:
    """The half minute, since 1970, whose code this is; None where it is none of these."""
    import pyotp

    seconds = func.extract("epoch", func.statement_timestamp())
    now = int((await db.execute(select(seconds))).scalar_one()) // STEP_SECONDS
    totp = pyotp.TOTP(_secret(keys_of(db), app))
    for around in STEPS_AROUND:
        step = now + around
        right = hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
        if right and step > app.last_step:
            return step
    return None


def _secret(keys: SiteKeys, app: AuthenticatorApp) -> str:
    return keys.unseal(PURPOSE, app.sealed, of=_row(app.person_id)).decode()


def _row(person_id: int) -> str:
    return f"person:{person_id}"
