"""Rules for choosing how one gets mail: for a kind of messages, for one thing, and when."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.local_time import known_zones
from ideahub.core.i18n import _
from ideahub.core.locking import held
from ideahub.core.refusals import Invalid
from ideahub.core.telling import MessageKind
from ideahub.notifications.models import Digest, MailWish, Notification, Rhythm
from ideahub.notifications.rhythms import USUALLY
from ideahub.notifications.signed_links import DIGESTS, kind_in
from ideahub.organisations.models import Person

IN_DIGESTS = (Rhythm.DAILY, Rhythm.WEEKLY)


async def wish(
    db: AsyncSession,
    person: int,
    rhythm: Rhythm | None,
    *,
    about: str = "",
    thing: str = "",
    by_mail: bool = False,
) -> None:
    """Chooses it for a kind or a thing; None leaves a thing to its kind again. What was chosen
    before is kept with its end. The caller holds the person's `lock_digest`."""
    of = (MailWish.person_id == person, MailWish.about == about, MailWish.thing == thing)
    standing = await db.scalar(select(MailWish).where(*of, MailWish.ended_at.is_(None)))
    if (standing.rhythm if standing else None) == rhythm:
        return
    if standing:
        standing.ended_at = func.clock_timestamp()
        await db.flush()
    if rhythm is not None:
        made = {"person_id": person, "about": about, "thing": thing, "rhythm": rhythm}
        db.add(MailWish(**made, made_by_mail=by_mail))
        await db.flush()


async def lock_digest(db: AsyncSession, person: int) -> Digest:
    """The row of the person's digests, made where there is none, and held: nobody else changes
    their wishes, or sends a digest to them, until the transaction ends."""
    made = insert(Digest).values(person_id=person).on_conflict_do_nothing()
    await db.execute(made)
    own = held(select(Digest).where(Digest.person_id == person))
    return (await db.scalars(own)).one()


async def look_again(db: AsyncSession, digest: Digest) -> None:
    """After something was chosen anew: what waits is planned anew."""
    waits = select(Notification.id).where(
        Notification.person_id == digest.person_id, Notification.awaits_mail
    )
    if await db.scalar(waits.limit(1)):
        digest.due_at = func.now()
        await db.flush()


async def choose(
    db: AsyncSession,
    person: int,
    kinds: Mapping[MessageKind, Rhythm],
    things: Mapping[str, Rhythm | None],
) -> None:
    """Chooses how the person gets mail of these kinds and about these things."""
    digest = await lock_digest(db, person)
    for kind, rhythm in kinds.items():
        await wish(db, person, rhythm, about=kind)
    for thing, own in things.items():
        await wish(db, person, own, thing=thing)
    await look_again(db, digest)


async def choose_times(
    db: AsyncSession, person: int, *, timezone: str, hour: int, weekday: int
) -> None:
    """Chooses when digests come; an empty zone is the site's. Raises Invalid for one that there is
    not."""
    if timezone and timezone not in known_zones():
        raise Invalid(
            _("Choose a time zone from the list, such as Europe/Berlin."), field="timezone"
        )
    digest = await lock_digest(db, person)
    zoned = update(Person).where(Person.id == person).values(timezone=timezone or None)
    await db.execute(zoned.execution_options(synchronize_session=False))
    digest.hour, digest.weekday = hour, weekday
    await look_again(db, digest)


async def end_mail(db: AsyncSession, person: int, what: str) -> None:
    """Ends what a link in a mail names; does nothing where it has ended. Raises ValueError for what
    no link names."""
    digest = await lock_digest(db, person)
    for about, thing in await _ended_by(db, person, what):
        await wish(db, person, Rhythm.NEVER, about=about, thing=thing, by_mail=True)
    await look_again(db, digest)


async def _ended_by(db: AsyncSession, person: int, what: str) -> Sequence[tuple[str, str]]:
    if what != DIGESTS:
        kind = kind_in(what)
        return [(kind, "") if kind else ("", what)]
    own = select(MailWish).where(MailWish.person_id == person, MailWish.ended_at.is_(None))
    wishes = {(one.about, one.thing): one.rhythm for one in await db.scalars(own)}
    usually = {(kind.value, ""): rhythm for kind, rhythm in USUALLY.items()}
    return [key for key, rhythm in (usually | wishes).items() if rhythm in IN_DIGESTS]


async def undo_end(db: AsyncSession, person: int, what: str) -> None:
    """Sets back what was ended by the link, as it was before; does nothing where somebody chose
    otherwise since."""
    digest = await lock_digest(db, person)
    for one, before in (await _ended_now(db, person, what)).items():
        await wish(db, person, before, about=one.about, thing=one.thing)
    await look_again(db, digest)


async def _ended_now(db: AsyncSession, person: int, what: str) -> dict[MailWish, Rhythm | None]:
    """What the link ended, and how it was before. All digests end in one transaction: so what was
    ended by itself before that is not among them."""
    mine = (MailWish.person_id == person, MailWish.ended_at.is_(None), MailWish.made_by_mail)
    ended = {one: await _before(db, one) for one in await db.scalars(select(MailWish).where(*mine))}
    if what != DIGESTS:
        kind = kind_in(what)
        key = (kind.value, "") if kind else ("", what)
        return {one: how for one, how in ended.items() if (one.about, one.thing) == key}
    came = {one: how for one, how in ended.items() if _usual(one, how) in IN_DIGESTS}
    last = max((one.created_at for one in came), default=None)
    return {one: how for one, how in came.items() if one.created_at == last}


def _usual(one: MailWish, how: Rhythm | None) -> Rhythm | None:
    return how or (USUALLY[MessageKind(one.about)] if one.about else None)


async def _before(db: AsyncSession, wish: MailWish) -> Rhythm | None:
    earlier = select(MailWish).where(
        MailWish.person_id == wish.person_id,
        MailWish.about == wish.about,
        MailWish.thing == wish.thing,
        MailWish.ended_at.is_not(None),
        MailWish.id < wish.id,
    )
    found = await db.scalar(earlier.order_by(MailWish.id.desc()).limit(1))
    # What ended long before this began is not what this replaced.
    return found.rhythm if found and _follows(found.ended_at, wish.created_at) else None


def _follows(ended: datetime | None, began: datetime) -> bool:
    return ended is not None and ended >= began
