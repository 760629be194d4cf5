"""Recovery codes: on paper, for when the authenticator app is lost."""

import secrets
from datetime import datetime

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.codes import LETTERS
from ideahub.accounts.models import RecoveryCode
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.core.site_keys import keys_of
from ideahub.organisations.models import Person

PURPOSE = "recovery code"
MADE = 10
# Of 32 letters: 50 bits.
LENGTH = 10
STANDING = RecoveryCode.used_at.is_(None) & RecoveryCode.replaced_at.is_(None)


class CodesLeft(msgspec.Struct, frozen=True):
    """How many recovery codes can still be used, and when they were made."""

    number: int
    made_at: datetime | None


async def make_codes(db: AsyncSession, person_id: int) -> list[str]:
    """Makes new codes in the place of all earlier ones; they are readable only here."""
    await replace_codes(db, person_id)
    codes = ["".join(secrets.choice(LETTERS) for _place in range(LENGTH)) for _n in range(MADE)]
    keys = keys_of(db)
    db.add_all(
        RecoveryCode(person_id=person_id, code_hash=keys.signature(PURPOSE, f"{person_id}:{code}"))
        for code in codes
    )
    await record(db, Kind.RECOVERY_CODES_MADE, None, subject=Ref(Person, person_id))
    return [f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}" for code in codes]


async def replace_codes(db: AsyncSession, person_id: int) -> None:
    """Makes the person's codes worth nothing."""
    own = update(RecoveryCode).where(RecoveryCode.person_id == person_id, STANDING)
    await db.execute(own.values(replaced_at=func.now()))


async def use_recovery_code(db: AsyncSession, person_id: int, code: str) -> None:
    """Uses a code up; raises Invalid for one that is wrong or was used."""
    keys, typed = keys_of(db), f"{person_id}:{code}"
    own = select(RecoveryCode.id, RecoveryCode.code_hash)
    found = await db.execute(own.where(RecoveryCode.person_id == person_id, STANDING))
    right = [row.id for row in found if keys.is_signature(PURPOSE, typed, row.code_hash)]
    used = update(RecoveryCode).where(RecoveryCode.id.in_(right), STANDING)
    used = used.values(used_at=func.now())
    if await db.scalar(used.returning(RecoveryCode.id)) is None:
        raise Invalid(_("This recovery code is not right, or was used already."))
    left = (await codes_left(db, person_id)).number
    await record(db, Kind.RECOVERY_CODE_USED, None, subject=Ref(Person, person_id), left=left)


async def codes_left(db: AsyncSession, person_id: int) -> CodesLeft:
    """How many codes the person has left."""
    counted = select(func.count(), func.max(RecoveryCode.created_at))
    found = await db.execute(counted.where(RecoveryCode.person_id == person_id, STANDING))
    number, made_at = found.one()
    return CodesLeft(number, made_at)
