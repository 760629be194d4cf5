"""The things that a person follows or has chosen mail for, with their titles, by pages."""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, rows_of
from ideahub.core.paging import MOST
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.following.models import (
    CampaignFollow,
    OrganisationFollow,
    PersonFollow,
    TagFollow,
    idea_follower,
)
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import VISIBLE_IDEAS
from ideahub.notifications.models import LONGEST_THING, MailWish
from ideahub.organisations.models import Organisation, Person

PAGE = 20
NUMBERS = bindparam("numbers", type_=ARRAY(BigInteger))
TITLES = {
    "idea": select(Idea.id, Idea.title)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Idea.id == any_(NUMBERS), VISIBLE_IDEAS),
    "campaign": select(Campaign.id, Campaign.title).where(
        Campaign.id == any_(NUMBERS), VISIBLE_CAMPAIGNS
    ),
    "organisation": select(Organisation.id, Organisation.name).where(
        Organisation.id == any_(NUMBERS)
    ),
    "person": select(Person.id, Person.name).where(Person.id == any_(NUMBERS)),
}


def _followed(rank: int, number: Any, key: Any, person: Any) -> Select[Any]:
    # Of each kind the newest first.
    order = (constant(rank).label("rank"), (-number).label("number"), key.label("key"))
    return select(*order).where(person == VIEWER_ID)


def _numbered(rank: int, kind: str, number: Any, person: Any) -> Select[Any]:
    return _followed(rank, number, func.concat(f"{kind}:", number), person)


_by_follow = union_all(
    _numbered(1, "campaign", CampaignFollow.campaign_id, CampaignFollow.person_id),
    _numbered(2, "organisation", OrganisationFollow.organisation_id, OrganisationFollow.person_id),
    _numbered(3, "person", PersonFollow.followed_id, PersonFollow.person_id),
    _followed(4, constant(0), func.concat("tag:", TagFollow.tag), TagFollow.person_id),
    _numbered(5, "idea", idea_follower.c.idea_id, idea_follower.c.person_id),
).cte("by_follow")
# What is not followed any more, but has a choice that would hold again.
_by_choice = _followed(6, constant(0), MailWish.thing, MailWish.person_id).where(
    MailWish.thing != "",
    MailWish.ended_at.is_(None),
    MailWish.thing.not_in(select(_by_follow.c.key)),
)
_all = union_all(select(_by_follow), _by_choice).subquery("own_thing")
_PLACE = tuple_(
    bindparam("rank", type_=Integer),
    bindparam("number", type_=BigInteger),
    bindparam("key", type_=Text),
)
THINGS = (
    select(_all)
    .where(tuple_(_all.c.rank, _all.c.number, _all.c.key) > _PLACE)
    .order_by(_all.c.rank, _all.c.number, _all.c.key)
    .limit(constant(PAGE + 1))
)
SEARCHED = bindparam("searched", type_=Text)
_kind = func.split_part(_all.c.key, ":", 1)
_numbered_key = case((_kind != "tag", cast(func.split_part(_all.c.key, ":", 2), BigInteger)))


def _has_searched(title: Any) -> ColumnElement[bool]:
    return func.search_plain(title).contains(func.search_plain(SEARCHED))


def _is_titled(kind: str, row: Any, title: Any, *where: Any) -> ColumnElement[bool]:
    has_it = exists().where(row.id == _numbered_key, _has_searched(title), *where)
    return and_(_kind == kind, has_it)


# Of these alone that the viewer may see.
_in_seen_campaign = exists().where(Campaign.id == Idea.campaign_id, VISIBLE_IDEAS).correlate(Idea)
FOUND = THINGS.where(
    or_(
        _is_titled("campaign", Campaign, Campaign.title, VISIBLE_CAMPAIGNS),
        _is_titled("organisation", Organisation, Organisation.name),
        _is_titled("person", Person, Person.name),
        and_(_kind == "tag", _has_searched(func.substr(_all.c.key, constant(5)))),
        _is_titled("idea", Idea, Idea.title, _in_seen_campaign),
    )
)
ARE_OWN = select(_all.c.key).where(_all.c.key == any_(bindparam("keys", type_=ARRAY(Text))))


class OwnThing(NamedTuple):
    """Something that a person follows, or chose mail for, and where following it is ended; empty
    for what they do not follow."""

    key: str
    title: str
    stop: str


class OwnThings(NamedTuple):
    """A page of them; `after` is where the next one begins, empty on the last."""

    things: Sequence[OwnThing]
    after: str


async def titles_of(db: AsyncSession, viewer: Viewer, things: Sequence[str]) -> dict[str, str]:
    """The titles of those of the things that the viewer may see; tags are their own."""
    found: dict[str, str] = {}
    for kind, statement in TITLES.items():
        numbers = [int(key) for named, _, key in _split(things) if named == kind and key.isdigit()]
        if numbers:
            rows = await rows_of(db, statement, {**viewer.bound, "numbers": numbers})
            found |= {f"{kind}:{number}": title for number, title in rows}
    return found | {f"tag:{key}": key for named, _, key in _split(things) if named == "tag"}


def _split(things: Sequence[str]) -> list[tuple[str, str, str]]:
    return [one.partition(":") for one in things]


async def own_things(
    db: AsyncSession, viewer: Viewer, after: str = "", searched: str = ""
) -> OwnThings:
    """PAGE of the things that the viewer follows, or has chosen mail for, as far as they may see
    them: challenges, organisations, people, tags and ideas; with `searched` those that have it in
    their titles, whatever the accents."""
    asked = {**viewer.bound, **_read_place(after)}
    if searched:
        asked["searched"] = re.sub(r"([\\%_])", r"\\\1", searched)
    rows = await rows_of(db, FOUND if searched else THINGS, asked)
    shown = rows[:PAGE]
    titles = await titles_of(db, viewer, [row.key for row in shown])
    things = [
        OwnThing(row.key, titles[row.key], _stop(row.key) if row.rank < 6 else "")
        for row in shown
        if row.key in titles
    ]
    last = shown[-1] if len(rows) > PAGE else None
    return OwnThings(things, f"{last.rank}.{last.number}.{last.key}" if last else "")


async def own_among(db: AsyncSession, viewer: Viewer, keys: Sequence[str]) -> set[str]:
    """Those of the keys that name something which the viewer follows, or chose mail for."""
    rows = await rows_of(db, ARE_OWN, {VIEWER_ID.key: viewer.id, "keys": list(keys)})
    return {row.key for row in rows}


def _read_place(after: str) -> dict[str, Any]:
    """Where a page begins; the first one for what no page has written."""
    rank, _point, rest = after.partition(".")
    number, _point, key = rest.partition(".")
    with suppress(ValueError):
        place = {"rank": int(rank), "number": int(number)}
        if 0 < place["rank"] < 10 and -MOST <= place["number"] <= 0 and len(key) <= LONGEST_THING:
            return {**place, "key": key}
    return {"rank": 0, "number": -MOST, "key": ""}


def _stop(key: str) -> str:
    kind, _colon, named = key.partition(":")
    if kind == "tag":
        return f"/tags/following/withdrawal?tag={quote(named, safe='')}"
    page = {"campaign": "challenges", "organisation": "organisations", "person": "profiles"}
    return f"/{page.get(kind, 'ideas')}/{named}/following/withdrawal"
