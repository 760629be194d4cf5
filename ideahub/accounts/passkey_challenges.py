"""Challenges: what a passkey signs, once, for the browser that asked and within minutes."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import hash_token
from ideahub.accounts.models import PasskeyChallenge
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.core.sweeping import old_rows_deleted

CHALLENGE_VALID = timedelta(minutes=5)
KEPT = timedelta(days=1)


class ChallengeFor(StrEnum):
    """What an answer to the challenge is for; for anything else it is worth nothing."""

    SIGN_IN = "sign in"
    PROVE = "prove"
    ADD = "add"


class RelyingParty(msgspec.Struct, frozen=True):
    """The name that passkeys of this site are made for, and the addresses of its pages."""

    id: str
    origins: Sequence[str]


def find_relying_party(public_url: str) -> RelyingParty:
    """What the site is to passkeys. They know no numbers in the place of a name, so a site on one's
    own machine is `localhost`."""
    parts = urlsplit(public_url)
    name, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    try:
        is_own = ip_address(name).is_loopback
    except ValueError:
        is_own = False
    if is_own:
        name = "localhost"
    return RelyingParty(name, (f"{parts.scheme}://{name}{port}",))


async def make_challenge(
    db: AsyncSession, purpose: ChallengeFor, browser: str, person_id: int | None
) -> bytes:
    """A new challenge for the browser with this secret, and for whoever is signed in there."""
    challenge = secrets.token_bytes(32)
    made = PasskeyChallenge(
        challenge_hash=sha256(challenge).digest(),
        browser_hash=hash_token(browser),
        purpose=purpose,
        person_id=person_id,
    )
    made.expires_at = func.statement_timestamp() + CHALLENGE_VALID
    db.add(made)
    await db.flush()
    return challenge


async def use_challenge(
    db: AsyncSession,
    purpose: ChallengeFor,
    browser: str,
    answer: dict[str, Any],
    person_id: int | None,
) -> bytes:
    """The challenge that the answer names, used up; raises Invalid where it is not one of this
    browser and person for this purpose, is too old, or was used."""
    # Imported late: few requests come with a passkey's answer.
    from webauthn.helpers import base64url_to_bytes, parse_client_data_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        said = base64url_to_bytes(answer["response"]["clientDataJSON"])
        challenge = parse_client_data_json(said).challenge
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise challenge_gone() from fault
    used = await db.scalar(
        update(PasskeyChallenge)
        .where(
            PasskeyChallenge.challenge_hash == sha256(challenge).digest(),
            PasskeyChallenge.browser_hash == hash_token(browser),
            PasskeyChallenge.purpose == purpose,
            PasskeyChallenge.person_id.is_not_distinct_from(person_id),
            PasskeyChallenge.used_at.is_(None),
            PasskeyChallenge.expires_at > func.statement_timestamp(),
        )
        .values(used_at=func.statement_timestamp())
        .returning(PasskeyChallenge.id)
    )
    if used is None:
        raise challenge_gone()
    return challenge


def challenge_gone() -> Invalid:
    """The refusal of an answer to a challenge that cannot be used (any more)."""
    return Invalid(
        _("This passkey was asked for on another page, or too long ago. Try it once more.")
    )


OLD_DELETED = old_rows_deleted(PasskeyChallenge, PasskeyChallenge.created_at < func.now() - KEPT)


async def forget_challenges(db: AsyncSession) -> None:
    """Deletes challenges that are older than a day, bit by bit."""
    await db.execute(OLD_DELETED)
