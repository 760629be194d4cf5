"""How a person gets mail now: for each kind, for each thing that they follow, and when."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.mail_refusals import STANDS, MailRefusal
from ideahub.core.telling import MessageKind
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.notifications.followed import own_things
from ideahub.notifications.models import Digest, Rhythm
from ideahub.notifications.planning import HOUR, WEEKDAY
from ideahub.notifications.rhythms import STANDING, USUALLY
from ideahub.organisations.models import Person

OWN = (
    select(
        Person.email,
        Person.timezone,
        Digest.hour,
        Digest.weekday,
        MailRefusal.created_at.label("refused_at"),
    )
    .outerjoin(Digest, Digest.person_id == Person.id)
    .outerjoin(MailRefusal, (MailRefusal.address == Person.email) & STANDS)
    .where(Person.id == VIEWER_ID)
)


class ThingChoice(NamedTuple):
    """A thing, how its follower wants mail about it (None: as for its kinds), and the address by
    which they stop following it."""

    key: str
    title: str
    rhythm: Rhythm | None
    stop: str


class ThingChoices(NamedTuple):
    """A page of them; `after` is where the next one begins, empty on the last."""

    things: list[ThingChoice]
    after: str


class Choices(NamedTuple):
    """All that a person chose, or what holds instead. `timezone` is empty for `usual_zone`. Since
    `refused_at` their `address` takes no mail."""

    kinds: dict[MessageKind, Rhythm]
    things: ThingChoices
    hour: int
    weekday: int
    timezone: str
    usual_zone: str
    address: str
    refused_at: object


async def choices_of(
    db: AsyncSession, viewer: Viewer, usual_zone: str, after: str = "", searched: str = ""
) -> Choices:
    """How the viewer gets mail, with the page of things that begins at `after`, or those with what
    is searched in their titles; `usual_zone` holds for those who chose none."""
    standing = await rows_of(db, STANDING, {"people": [viewer.person_id]})
    chosen = {(about, thing): Rhythm(how) for _person, about, thing, how in standing}
    (own,) = await rows_of(db, OWN, {VIEWER_ID.key: viewer.person_id})
    things, more = await own_things(db, viewer, after, searched)
    return Choices(
        kinds={kind: chosen.get((kind.value, ""), USUALLY[kind]) for kind in MessageKind},
        things=ThingChoices(
            [
                ThingChoice(one.key, one.title, chosen.get(("", one.key)), one.stop)
                for one in things
            ],
            more,
        ),
        hour=HOUR if own.hour is None else own.hour,
        weekday=WEEKDAY if own.weekday is None else own.weekday,
        timezone=own.timezone or "",
        usual_zone=usual_zone,
        address=own.email or "",
        refused_at=own.refused_at,
    )
