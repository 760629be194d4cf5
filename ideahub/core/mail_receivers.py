"""Whether a mail that waits may still go to its receiver, asked right before it is sent."""

from sqlalchemy import BigInteger, DateTime, bindparam, case, column, exists, or_, select, table
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.mail_refusals import STANDS, MailRefusal

# The table is the feature of organisations'.
PERSON = table(
    "person",
    column("id", BigInteger),
    column("email", CITEXT),
    column("disabled_at", DateTime(timezone=True)),
)
TO = bindparam("to", type_=CITEXT)
NUMBER = bindparam("person_id", type_=BigInteger)
_is_disabled = exists().where(
    or_(PERSON.c.id == NUMBER, PERSON.c.email == TO), PERSON.c.disabled_at.is_not(None)
)
_has_no_address = exists().where(PERSON.c.id == NUMBER, PERSON.c.email.is_(None))
_is_refused = exists().where(MailRefusal.address == TO, STANDS)
WHY_NOT = select(
    case(
        (_is_disabled, "the account is disabled"),
        (_has_no_address, "the account has no address any more"),
        (_is_refused, "mail to this address came back"),
        else_="",
    )
)


async def why_not_to(db: AsyncSession, to: str, person_id: int | None) -> str:
    """Why no mail may go to this address now, for the operator; empty where it may."""
    ((why,),) = await rows_of(db, WHY_NOT, {"to": to, "person_id": person_id})
    return str(why)
