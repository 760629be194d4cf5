"""Notes that somebody who can give an owed answer has opened the page on which they write it."""

from sqlalchemy import BigInteger, String, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.events import CHANNEL, Event, Kind
from ideahub.core.viewer import Viewer
from ideahub.ideas.queries import IdeaView
from ideahub.responses.models import OwedResponse
from ideahub.responses.owner_models import ResponseOpening

# One statement, as a page is read without a transaction.
_number, _person = bindparam("owed_id", type_=BigInteger), bindparam("person_id", type_=BigInteger)
_opened = (
    insert(ResponseOpening)
    .values(owed_id=_number, person_id=_person)
    .on_conflict_do_nothing()
    .returning(ResponseOpening.owed_id, ResponseOpening.person_id)
    .cte("opened")
)
_told = (
    insert(Event)
    .from_select(
        ["kind", "actor_id", "campaign_id", "idea_id", "subject_type", "subject_id"],
        select(
            constant(Kind.RESPONSE_OPENED),
            _opened.c.person_id,
            bindparam("campaign_id", type_=BigInteger),
            bindparam("idea_id", type_=BigInteger),
            bindparam("subject_type", type_=String),
            _opened.c.owed_id,
        ),
    )
    .returning(Event.id)
    .cte("told")
)
NOTE = select(_told.c.id, func.pg_notify(CHANNEL, _told.c.id.cast(String)))


async def note_opening(db: AsyncSession, viewer: Viewer, idea: IdeaView, owed_id: int) -> None:
    """Notes the first time that the viewer, who may answer, opened the page of this owed answer; so
    its authors see it. Does nothing where it is noted already."""
    asked = {
        "owed_id": owed_id,
        "person_id": viewer.person_id,
        "campaign_id": idea.campaign_id,
        "idea_id": idea.id,
        "subject_type": OwedResponse.__tablename__,
    }
    await rows_of(db, NOTE, asked)
