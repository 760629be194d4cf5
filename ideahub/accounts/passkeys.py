"""Passkeys: rules for adding one, for signing in by one, and for removing it (WebAuthn, level 2).

The device asks its owner for a finger, a face or a number, so a passkey counts as two factors.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import Passkey
from ideahub.accounts.passkey_challenges import (
    CHALLENGE_VALID,
    ChallengeFor,
    find_relying_party,
    make_challenge,
    use_challenge,
)
from ideahub.core.db import Database
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.locking import held
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.site import site_of
from ideahub.core.site_keys import keys_of
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Person

MOST_OF_PERSON = 20
TIMEOUT = int(CHALLENGE_VALID.total_seconds()) * 1000


async def passkeys_of(db: AsyncSession, person_id: int) -> Sequence[Passkey]:
    """The person's passkeys, the oldest first."""
    own = select(Passkey).where(Passkey.person_id == person_id, Passkey.removed_at.is_(None))
    return (await db.scalars(own.order_by(Passkey.id))).all()


async def options_to_add(db: AsyncSession, viewer: Viewer, browser: str) -> str:
    """What the script gives to the device to make a passkey, as JSON; raises Conflict for too
    many."""
    # Imported late, here and below: few requests are about a passkey.
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    person = await db.get_one(Person, viewer.person_id)
    present = await passkeys_of(db, person.id)
    if len(present) >= MOST_OF_PERSON:
        raise Conflict(_("You have as many passkeys as fit. Remove one that you do not use."))
    known = [PublicKeyCredentialDescriptor(id=passkey.credential) for passkey in present]
    options = generate_registration_options(
        rp_id=find_relying_party(site_of(db).url).id,
        rp_name="IdeaHub",
        user_name=person.email or "",
        user_display_name=person.name,
        user_id=await _handle(db, person.id),
        challenge=await make_challenge(db, ChallengeFor.ADD, browser, person.id),
        timeout=TIMEOUT,
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json(options)


async def add_passkey(
    database: Database, viewer: Viewer, browser: str, answer: str, name: str
) -> None:
    """Stores what the device made. Raises Invalid for an answer that does not fit what was asked,
    Conflict for a passkey that is here already."""
    made = read_answer(answer)
    # Used up for good, also by an answer that is refused.
    async with database.transaction() as db:
        challenge = await use_challenge(db, ChallengeFor.ADD, browser, made, viewer.person_id)
    async with database.transaction() as db:
        await _add(db, viewer, made, challenge, name)


async def _add(
    db: AsyncSession, viewer: Viewer, made: dict[str, Any], challenge: bytes, name: str
) -> None:
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    site = find_relying_party(site_of(db).url)
    try:
        proved = verify_registration_response(
            credential=made,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=list(site.origins),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as fault:
        raise not_accepted() from fault
    if await _is_here(db, proved.credential_id):
        raise Conflict(_("This passkey is here already."))
    added = Passkey(
        person_id=viewer.person_id,
        credential=proved.credential_id,
        public_key=proved.credential_public_key,
        handle=await _handle(db, viewer.person_id),
        name=name,
        signatures=proved.sign_count,
    )
    db.add(added)
    subject = Ref(Person, viewer.person_id)
    await record(db, Kind.PASSKEY_ADDED, None, subject=subject, passkey=name)


async def options_to_use(
    db: AsyncSession, purpose: ChallengeFor, browser: str, viewer: Viewer
) -> str:
    """What the script gives to the browser to ask for a passkey of this site, as JSON."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=find_relying_party(site_of(db).url).id,
        challenge=await make_challenge(db, purpose, browser, viewer.id),
        timeout=TIMEOUT,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


async def use_passkey(
    database: Database, purpose: ChallengeFor, browser: str, answer: str, viewer: Viewer
) -> int:
    """The number of the person whose passkey gave this answer; raises Invalid.

    For a proof of the viewer, only their own passkeys count.
    """
    made = read_answer(answer)
    async with database.transaction() as db:
        challenge = await use_challenge(db, purpose, browser, made, viewer.id)
    async with database.transaction() as db:
        return await _use(db, made, challenge, viewer)


async def _use(db: AsyncSession, made: dict[str, Any], challenge: bytes, viewer: Viewer) -> int:
    passkey = await _find(db, made)
    if passkey is None or (viewer.signed_in and not viewer.is_person(passkey.person_id)):
        raise not_accepted()
    count = _checked_count(find_relying_party(site_of(db).url), made, challenge, passkey)
    if passkey.signatures > 0 and count <= passkey.signatures:
        passkey.doubted_at = func.now()
        subject = Ref(Person, passkey.person_id)
        await record(db, Kind.PASSKEY_DOUBTED, None, subject=subject, passkey=passkey.name)
    passkey.signatures = max(count, passkey.signatures)
    passkey.used_at = func.now()
    person = await db.get_one(Person, passkey.person_id)
    if person.disabled_at:
        raise not_accepted()
    return person.id


async def remove_passkey(db: AsyncSession, viewer: Viewer, passkey_id: int) -> None:
    """Ends the use of one of the viewer's passkeys; does nothing for one that was removed. Raises
    NotFound for any other."""
    own = Passkey.id == passkey_id, Passkey.person_id == viewer.person_id
    passkey = await db.scalar(select(Passkey).where(*own))
    if passkey is None:
        raise NotFound
    standing = update(Passkey).where(*own, Passkey.removed_at.is_(None))
    if await db.scalar(standing.values(removed_at=func.now()).returning(Passkey.id)):
        subject = Ref(Person, viewer.person_id)
        await record(db, Kind.PASSKEY_REMOVED, None, subject=subject, passkey=passkey.name)


def read_answer(answer: str) -> dict[str, Any]:
    """The device's answer as an object; raises Invalid for anything else."""
    try:
        read = json.loads(answer)
    except (ValueError, RecursionError) as fault:
        raise not_accepted() from fault
    if not isinstance(read, dict) or not isinstance(read.get("response"), dict):
        raise not_accepted()
    return read


def not_accepted() -> Invalid:
    """The refusal of a passkey, whatever is wrong: unknown, of somebody else, too late, forged."""
    return Invalid(
        _(
            "This passkey was not accepted. Try it once more; if that does not help, use another "
            "way to sign in."
        )
    )


def _checked_count(site: Any, made: dict[str, Any], challenge: bytes, passkey: Passkey) -> int:
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        given = made["response"].get("userHandle")
        if given and base64url_to_bytes(given) != passkey.handle:
            raise not_accepted()
        proved = verify_authentication_response(
            credential=made,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=list(site.origins),
            credential_public_key=passkey.public_key,
            # A count that went back is noted, not refused.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as fault:
        raise not_accepted() from fault
    return proved.new_sign_count


async def _find(db: AsyncSession, made: dict[str, Any]) -> Passkey | None:
    from webauthn.helpers import base64url_to_bytes

    try:
        credential = base64url_to_bytes(made["rawId"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    # Locked, so that of two answers at once each count is compared with that before.
    found: Passkey | None = await db.scalar(
        held(select(Passkey).where(Passkey.credential == credential, Passkey.removed_at.is_(None)))
    )
    return found


async def _handle(db: AsyncSession, person_id: int) -> bytes:
    """What devices know the person by: it tells nothing of them, and stays the same."""
    first = select(Passkey.handle).where(Passkey.person_id == person_id).order_by(Passkey.id)
    found: bytes | None = await db.scalar(first.limit(1))
    return found or keys_of(db).signature("passkey handle", str(person_id)).encode()


async def _is_here(db: AsyncSession, credential: bytes) -> bool:
    same = select(Passkey.id).where(Passkey.credential == credential)
    return await db.scalar(same) is not None
