"""Proving anew who one is, before something that must not be done in somebody else's session."""

from enum import StrEnum

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.authenticator_apps import find_app
from ideahub.accounts.codes import spend_code, try_code
from ideahub.accounts.editing import check_own_password
from ideahub.accounts.guessed_codes import counting_wrong_codes
from ideahub.accounts.passkey_challenges import ChallengeFor
from ideahub.accounts.passkeys import passkeys_of, use_passkey
from ideahub.accounts.recognising import Browser
from ideahub.accounts.second_factors import count_second_try, use_second_factor
from ideahub.accounts.sessions import renew_session
from ideahub.core.db import Database
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Person


class Way(StrEnum):
    """How somebody proves who they are."""

    PASSKEY = "passkey"
    APP = "app"
    PASSWORD = "password"  # noqa: S105
    MAIL = "mail"
    DEMO = "demo"


class OwnWays(msgspec.Struct, frozen=True):
    """The ways that a person has; `strong` is whether one of them is their own device, so that
    neither a password nor a mail is enough."""

    address: str
    ways: frozenset[Way]

    def has(self, way: Way) -> bool:
        """Whether the person can prove themselves so."""
        return way in self.ways


async def own_ways(db: AsyncSession, viewer: Viewer, *, demo: bool) -> OwnWays:
    """How the viewer can prove who they are. Whoever has an app uses it, or a passkey: else who
    took their password or mailbox could do what the app protects."""
    person = await db.get_one(Person, viewer.person_id)
    has_app = await find_app(db, person.id) is not None
    ways = {
        Way.PASSKEY: bool(await passkeys_of(db, person.id)),
        Way.APP: has_app,
        Way.PASSWORD: person.password_hash is not None and not has_app,
        Way.MAIL: not has_app and not person.demo,
        Way.DEMO: demo and person.demo,
    }
    held = frozenset(way for way, there in ways.items() if there)
    return OwnWays(person.email or "", held)


async def prove_by(
    database: Database, viewer: Viewer, ways: OwnWays, way: Way, typed: str, browser: Browser
) -> str:
    """Proves who the viewer is by what they typed; returns the new secret of their session.

    Raises Invalid for what is wrong, TooMany.
    """
    if not ways.has(way) or way is Way.PASSKEY:
        raise Invalid(_("Choose one of the ways shown here."))
    code_id = None
    if way is Way.PASSWORD:
        await check_own_password(database, viewer.person_id, typed)
    elif way is Way.MAIL:
        code_id = await try_code(database, ways.address, typed, browser)
    elif way is Way.APP:
        await count_second_try(database, viewer.person_id)
    async with counting_wrong_codes(database, viewer.person_id), database.transaction() as db:
        if code_id is not None:
            await spend_code(db, code_id)
        elif way is Way.APP:
            await use_second_factor(db, viewer.person_id, typed)
        return await renew_session(db, viewer)


async def prove_by_passkey(database: Database, viewer: Viewer, asked: str, answer: str) -> str:
    """Proves who the viewer is by one of their passkeys; returns the new secret of their session.
    Raises Invalid."""
    await use_passkey(database, ChallengeFor.PROVE, asked, answer, viewer)
    async with database.transaction() as db:
        return await renew_session(db, viewer)
