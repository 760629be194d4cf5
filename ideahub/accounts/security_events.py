"""What happened lately to how a person signs in, in words for their own page."""

from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.browsers import browser_name
from ideahub.core.db import constant
from ideahub.core.events import IS_SECURITY, Event, Kind
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer

SHOWN = 20


class SecurityEvent(msgspec.Struct, frozen=True):
    """Something that happened, and when."""

    at: datetime
    words: str


async def security_events(db: AsyncSession, viewer: Viewer) -> list[SecurityEvent]:
    """The latest of the viewer's own, the newest first."""
    own = select(Event).where(IS_SECURITY, Event.subject_id == viewer.person_id)
    found = await db.scalars(own.order_by(Event.id.desc()).limit(constant(SHOWN)))
    return [SecurityEvent(event.created_at, words_of(event)) for event in found]


def words_of(event: Event) -> str:
    """What happened, in one sentence."""
    kind, data = Kind(event.kind), {name: str(value) for name, value in event.data.items()}
    if passkey := data.get("passkey"):
        return _of_passkey(kind, passkey)
    if kind is Kind.NEW_BROWSER_USED:
        browser = browser_name(data.get("browser", ""))
        return _("You signed in on a browser that is new here: %(browser)s", browser=browser)
    if kind is Kind.RECOVERY_CODE_USED:
        return _("A recovery code was used; %(left)s are left", left=data.get("left", ""))
    if kind is Kind.SECOND_FACTOR_GUESSED:
        number = data.get("wrong", "")
        return _("%(number)s wrong codes of your app were tried in a row", number=number)
    return _of_account()[kind]


def _of_passkey(kind: Kind, name: str) -> str:
    if kind is Kind.PASSKEY_ADDED:
        return _("A passkey was added: %(name)s", name=name)
    if kind is Kind.PASSKEY_REMOVED:
        return _("A passkey was removed: %(name)s", name=name)
    return _("A passkey may have been copied: %(name)s", name=name)


def _of_account() -> dict[Kind, str]:
    return {
        Kind.PASSWORD_CHANGED: _("Your password was changed"),
        Kind.SECOND_FACTOR_ADDED: _("An authenticator app was added"),
        Kind.SECOND_FACTOR_REMOVED: _("The authenticator app was removed"),
        Kind.SECOND_FACTOR_RESET: _("An administrator removed the authenticator app"),
        Kind.RECOVERY_CODES_MADE: _("New recovery codes were made"),
        Kind.PERSON_DISABLED: _("An administrator disabled your account"),
        Kind.PERSON_ENABLED: _("An administrator enabled your account again"),
    }
