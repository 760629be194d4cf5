"""Rules for following an idea or a campaign, and for ending that; and who follows what."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Delete, Insert, Select, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import Base, rows_of, table_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.following.models import CampaignFollow, Follow
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.taking_new import lock_open_idea, must_take_new

OF = bindparam("followed", type_=BigInteger)
BY = bindparam("by_person", type_=BigInteger)
# What is followed: an idea as pages know it, or a campaign's row.
Thing = IdeaView | Campaign


async def _must_be_open(db: AsyncSession, idea: IdeaView) -> None:
    must_take_new(idea)
    await lock_open_idea(db, idea.id)


async def _must_be_published(_db: AsyncSession, campaign: Campaign) -> None:
    if not campaign.is_published:
        raise Conflict(_("This can be followed once it is published."))


@dataclass(frozen=True, eq=False)
class Followed:
    """A kind of things that are followed: its table of who follows which, the deeds, and what has
    to be so before one begins. `key` names it in pages. The statements are made once."""

    key: str
    rows: type[Base]
    column: str
    begun: Kind
    ended: Kind
    must_allow: Callable[[AsyncSession, Any], Awaitable[None]]
    begin: Insert = field(init=False)
    cease: Delete = field(init=False)
    count: Select[int] = field(init=False)
    by_viewer: Select[int] = field(init=False)

    def __post_init__(self) -> None:
        table = table_of(self.rows)
        thing, person = table.c[self.column], table.c.person_id
        added = insert(table).values({self.column: OF, "person_id": BY})
        ended = delete(table).where(thing == OF, person == BY)
        made = {
            "begin": added.on_conflict_do_nothing().returning(thing),
            "cease": ended.returning(thing),
            "count": select(func.count()).where(thing == OF),
            "by_viewer": select(thing).where(thing == OF, person == VIEWER_ID),
        }
        for name, statement in made.items():
            object.__setattr__(self, name, statement)


IDEAS = Followed("idea", Follow, "idea_id", Kind.IDEA_FOLLOWED, Kind.IDEA_UNFOLLOWED, _must_be_open)
CAMPAIGNS = Followed(
    "campaign",
    CampaignFollow,
    "campaign_id",
    Kind.CAMPAIGN_FOLLOWED,
    Kind.CAMPAIGN_UNFOLLOWED,
    _must_be_published,
)


def kind_of(thing: Thing) -> Followed:
    """Which kind of things it is."""
    return CAMPAIGNS if isinstance(thing, Campaign) else IDEAS


async def follow(db: AsyncSession, viewer: Viewer, thing: Thing) -> None:
    """Makes the viewer follow the idea or campaign; does nothing where they do already.

    Raises SignInNeeded for a stranger, Conflict for an idea that was withdrawn or hidden, and for
    a draft.
    """
    viewer.must_sign_in()
    followed = kind_of(thing)
    await followed.must_allow(db, thing)
    if await _changed(db, followed.begin, viewer, thing):
        await record(db, followed.begun, viewer, on=thing)


async def unfollow(db: AsyncSession, viewer: Viewer, thing: Thing) -> None:
    """Ends the viewer's following of it, if any. Raises SignInNeeded for a stranger."""
    viewer.must_sign_in()
    followed = kind_of(thing)
    if await _changed(db, followed.cease, viewer, thing):
        await record(db, followed.ended, viewer, on=thing)


async def followers_of(db: AsyncSession, followed: Followed, number: int) -> int:
    """How many people follow the idea or campaign with this number."""
    ((count,),) = await rows_of(db, followed.count, {OF.key: number})
    return int(count)


async def follows(db: AsyncSession, viewer: Viewer, followed: Followed, number: int) -> bool:
    """Whether the viewer, who is signed in, follows it."""
    asked = {OF.key: number, VIEWER_ID.key: viewer.id}
    return bool(await rows_of(db, followed.by_viewer, asked))


async def _changed(
    db: AsyncSession, statement: Insert | Delete, viewer: Viewer, thing: Thing
) -> bool:
    values = {OF.key: thing.id, BY.key: viewer.person_id}
    return (await db.execute(statement, values)).first() is not None
