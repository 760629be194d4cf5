"""Rules for following a thing, and for ending that; and who follows what.

Things are ideas, campaigns, organisations, people and tags. All are followed in the same way; an
idea is also followed by whoever has to do with it, until they stop.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Executable, Select, Text, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import Base, rows_of, table_of
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.following.models import (
    CampaignFollow,
    Follow,
    OrganisationFollow,
    PersonFollow,
    TagFollow,
    idea_follower,
)
from ideahub.following.things import Host, Tag
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.taking_new import lock_open_idea, must_take_new
from ideahub.organisations.models import Organisation, Person
from ideahub.organisations.profiles import Profile

OF = bindparam("followed", type_=BigInteger)
OF_TAG = bindparam("followed", type_=Text)
BY = bindparam("by_person", type_=BigInteger)
# What is followed: as pages know it, or a campaign's row.
Thing = IdeaView | Campaign | Host | Profile | Tag


@dataclass(frozen=True, eq=False)
class Followed:
    """A kind of things that are followed: the deeds, and the statements, which are made once.

    `key` names it in pages. `begin` and `cease` return a row where they change something; `count`
    is of those who pressed “Follow”, `by_viewer` finds whether the viewer follows.
    """

    key: str
    begun: Kind
    ended: Kind
    begin: Executable
    cease: Executable
    count: Select[int]
    by_viewer: Select[int]


def _followed(key: str, begun: Kind, ended: Kind, rows: type[Base], column: str) -> Followed:
    table = table_of(rows)
    thing, person = table.c[column], table.c.person_id
    of = OF_TAG if isinstance(thing.type, Text) else OF
    added = insert(table).values({column: of, "person_id": BY})
    return Followed(
        key,
        begun,
        ended,
        begin=added.on_conflict_do_nothing().returning(thing),
        cease=delete(table).where(thing == of, person == BY).returning(thing),
        count=select(func.count()).where(thing == of),
        by_viewer=select(thing).where(thing == of, person == VIEWER_ID),
    )


def _followed_ideas() -> Followed:
    """Who stopped keeps their row, so that nothing else that they do begins it again."""
    table, keys = table_of(Follow), ("idea_id", "person_id")
    added = insert(table).values(idea_id=OF, person_id=BY)
    followed = idea_follower.c.idea_id == OF
    by_person = select(*(idea_follower.c[key] for key in keys), func.now())
    stopped = insert(table).from_select(
        [*keys, "stopped_at"], by_person.where(followed, idea_follower.c.person_id == BY)
    )
    again = {"stopped_at": None, "created_at": func.now()}
    return Followed(
        "idea",
        Kind.IDEA_FOLLOWED,
        Kind.IDEA_UNFOLLOWED,
        begin=added.on_conflict_do_update(
            index_elements=keys, set_=again, where=table.c.stopped_at.is_not(None)
        ).returning(table.c.idea_id),
        cease=stopped.on_conflict_do_update(
            index_elements=keys, set_={"stopped_at": func.now()}, where=table.c.stopped_at.is_(None)
        ).returning(table.c.idea_id),
        count=select(func.count()).where(table.c.idea_id == OF, table.c.stopped_at.is_(None)),
        by_viewer=select(idea_follower.c.idea_id).where(
            followed, idea_follower.c.person_id == VIEWER_ID
        ),
    )


IDEAS = _followed_ideas()
CAMPAIGNS = _followed(
    "campaign", Kind.CAMPAIGN_FOLLOWED, Kind.CAMPAIGN_UNFOLLOWED, CampaignFollow, "campaign_id"
)
ORGANISATIONS = _followed(
    "organisation",
    Kind.ORGANISATION_FOLLOWED,
    Kind.ORGANISATION_UNFOLLOWED,
    OrganisationFollow,
    "organisation_id",
)
PEOPLE = _followed(
    "person", Kind.PERSON_FOLLOWED, Kind.PERSON_UNFOLLOWED, PersonFollow, "followed_id"
)
TAGS = _followed("tag", Kind.TAG_FOLLOWED, Kind.TAG_UNFOLLOWED, TagFollow, "tag")
_KINDS: dict[type[Any], Followed] = {
    IdeaView: IDEAS,
    Campaign: CAMPAIGNS,
    Host: ORGANISATIONS,
    Profile: PEOPLE,
    Tag: TAGS,
}


def kind_of(thing: Thing) -> Followed:
    """Which kind of things it is."""
    return next(followed for kind, followed in _KINDS.items() if isinstance(thing, kind))


async def follow(db: AsyncSession, viewer: Viewer, thing: Thing) -> None:
    """Makes the viewer follow the thing; does nothing where they pressed for that already.

    Raises SignInNeeded for a stranger, Conflict for an idea that was withdrawn or hidden, for a
    draft, and for oneself.
    """
    viewer.must_sign_in()
    await _must_allow(db, viewer, thing)
    followed = kind_of(thing)
    if await _changed(db, followed.begin, viewer, thing):
        await _record(db, followed.begun, viewer, thing)


async def unfollow(db: AsyncSession, viewer: Viewer, thing: Thing) -> None:
    """Ends the viewer's following of it, if any; of an idea also where they follow it because of
    what they did. Raises SignInNeeded for a stranger."""
    viewer.must_sign_in()
    followed = kind_of(thing)
    if await _changed(db, followed.cease, viewer, thing):
        await _record(db, followed.ended, viewer, thing)


async def followers_of(db: AsyncSession, followed: Followed, number: int | str) -> int:
    """How many people pressed “Follow” for the thing and have not stopped. Those who follow an idea
    because of what they did are not counted: every vote would change the number."""
    ((count,),) = await rows_of(db, followed.count, {OF.key: number})
    return int(count)


async def follows(db: AsyncSession, viewer: Viewer, followed: Followed, number: int | str) -> bool:
    """Whether the viewer, who is signed in, follows it."""
    asked = {OF.key: number, VIEWER_ID.key: viewer.id}
    return bool(await rows_of(db, followed.by_viewer, asked))


async def _must_allow(db: AsyncSession, viewer: Viewer, thing: Thing) -> None:
    if isinstance(thing, IdeaView):
        must_take_new(thing)
        await lock_open_idea(db, thing.id)
    elif isinstance(thing, Campaign) and not thing.is_published:
        raise Conflict(_("This can be followed once it is published."))
    elif isinstance(thing, Profile) and viewer.is_person(thing.id):
        raise Conflict(_("This is you: what becomes of what you do is on your page."))


async def _changed(db: AsyncSession, statement: Executable, viewer: Viewer, thing: Thing) -> bool:
    values = {OF.key: thing.id, BY.key: viewer.person_id}
    return (await db.execute(statement, values)).first() is not None


async def _record(db: AsyncSession, kind: Kind, viewer: Viewer, thing: Thing) -> None:
    if isinstance(thing, Tag):
        await record(db, kind, viewer, tag=thing.id)
    elif isinstance(thing, Host):
        await record(db, kind, viewer, subject=Ref(Organisation, thing.id))
    elif isinstance(thing, Profile):
        await record(db, kind, viewer, subject=Ref(Person, thing.id))
    else:
        await record(db, kind, viewer, on=thing)
