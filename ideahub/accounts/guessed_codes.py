"""Wrong codes of an app in a row: its owner is told of them, and after many the app's codes are not
accepted until its owner has proved who they are in another way.

NIST SP 800-63B (3.2.2) allows 100 failed tries in a row. Only somebody who has proved the first
thing, such as the password, gets so far.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.authenticator_apps import STANDING, WrongAppCode
from ideahub.accounts.models import AuthenticatorApp
from ideahub.core.db import Database
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.organisations.models import Person

TOLD_AFTER = 10
TOLD_AGAIN_AFTER = timedelta(days=1)
MOST_IN_A_ROW = 100


async def must_accept_app_codes(db: AsyncSession, person_id: int, *, by_mail: bool) -> None:
    """Raises Invalid where too many wrong codes of the person's app were tried in a row. Whoever
    began with a code by mail has as many more: who has only the password cannot keep them out."""
    tried = select(AuthenticatorApp.wrong_in_a_row)
    wrong = await db.scalar(tried.where(AuthenticatorApp.person_id == person_id, STANDING))
    if (wrong or 0) >= MOST_IN_A_ROW * (2 if by_mail else 1):
        raise Invalid(
            _(
                "Too many wrong codes of the app were tried, so its codes are not accepted at "
                "present. Sign in once with a recovery code or a passkey, or begin again with a "
                "code by mail in the place of your password; then they are accepted as before."
            )
        )


@asynccontextmanager
async def counting_wrong_codes(database: Database, person_id: int) -> AsyncIterator[None]:
    """Counts a wrong code of the person's app that is refused within; by then all else that was
    done there must be undone."""
    try:
        yield
    except WrongAppCode:
        async with database.transaction() as db:
            await _count(db, person_id)
        raise


async def forget_wrong_codes(db: AsyncSession, person_id: int) -> None:
    """Begins to count anew, as the person has proved who they are in another way."""
    await db.execute(_of(person_id).values(wrong_in_a_row=0))


async def _count(db: AsyncSession, person_id: int) -> None:
    counted = _of(person_id).values(wrong_in_a_row=AuthenticatorApp.wrong_in_a_row + 1)
    wrong = await db.scalar(counted.returning(AuthenticatorApp.wrong_in_a_row))
    if wrong is None or wrong < TOLD_AFTER:
        return
    long_ago = AuthenticatorApp.told_at < func.now() - TOLD_AGAIN_AFTER
    due = _of(person_id).where(or_(AuthenticatorApp.told_at.is_(None), long_ago))
    if await db.scalar(due.values(told_at=func.now()).returning(AuthenticatorApp.id)):
        owner = Ref(Person, person_id)
        await record(db, Kind.SECOND_FACTOR_GUESSED, None, subject=owner, wrong=wrong)


def _of(person_id: int) -> Any:
    own = update(AuthenticatorApp).where(AuthenticatorApp.person_id == person_id, STANDING)
    return own.execution_options(synchronize_session=False)
