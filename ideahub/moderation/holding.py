"""Which new texts wait for a moderator: all of a campaign, an account's first, and those that look
like spam."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec
from sqlalchemy import BigInteger, String, and_, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.hiding import hold_contribution
from ideahub.conversation.models import Contribution
from ideahub.core.barring import must_not_be_barred
from ideahub.core.db import constant, interval, rows_of
from ideahub.core.events import Kind, record
from ideahub.core.holding import NewText
from ideahub.core.viewer import Viewer
from ideahub.ideas.hiding import hold_idea
from ideahub.ideas.models import Idea
from ideahub.moderation.cases import open_case
from ideahub.moderation.models import (
    LooksFirst,
    LooksFirstSetting,
    ModerationCase,
    TextFingerprint,
    TextKind,
)
from ideahub.moderation.same_texts import fingerprint_of
from ideahub.moderation.scoring import THRESHOLD, Circumstances, Signal, score_of, signals_of
from ideahub.moderation.texts import text_of
from ideahub.moderation.word_lists import listed_in, word_lists
from ideahub.organisations.models import Person

# For so many days an account is new, unless something of it was published before.
NEW_DAYS = 7
LATELY = timedelta(minutes=10)
AUTHOR_ID = bindparam("author_id", type_=BigInteger)
_lately = func.now() - interval(minutes=10)
_own_idea = Idea.author_id == AUTHOR_ID, Idea.id != bindparam("idea_id", type_=BigInteger)
_own_words = (
    Contribution.author_id == AUTHOR_ID,
    Contribution.id != bindparam("contribution_id", type_=BigInteger),
)
_same = and_(
    TextFingerprint.fingerprint == bindparam("fingerprint", type_=String),
    TextFingerprint.author_id != AUTHOR_ID,
)
STANDING = select(
    (Person.created_at > func.now() - interval(days=NEW_DAYS)).label("is_young"),
    or_(
        exists().where(*_own_idea, Idea.hidden_at.is_(None)),
        exists().where(*_own_words, Contribution.hidden_at.is_(None)),
    ).label("was_published"),
    (
        select(func.count()).where(*_own_idea, Idea.created_at > _lately).scalar_subquery()
        + select(func.count())
        .where(*_own_words, Contribution.created_at > _lately)
        .scalar_subquery()
        + constant(1)
    ).label("sent_lately"),
    select(func.count(TextFingerprint.author_id.distinct()))
    .where(_same)
    .scalar_subquery()
    .label("others"),
    select(LooksFirstSetting.looks_first)
    .where(LooksFirstSetting.campaign_id == bindparam("campaign_id", type_=BigInteger))
    .scalar_subquery()
    .label("looks_first"),
).where(Person.id == AUTHOR_ID)


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was found about a new or changed text: what its campaign looks at first, what was
    noticed in it, whether its author was published before, what else is known of it, and all words
    of the lists."""

    looks_first: LooksFirst
    signals: Sequence[Signal]
    was_published: bool
    about: Circumstances
    listed: Sequence[str]

    def signals_in(self, words: str) -> list[Signal]:
        """What would be noticed in other words of the same author."""
        return signals_of(words, replace(self.about, listed=listed_in(words, self.listed)))


async def hold(db: AsyncSession, viewer: Viewer, new: NewText) -> bool:
    """Holds a new text of somebody without a role where its campaign looks at it first, or where it
    looks like spam; returns whether it does."""
    await must_not_be_barred(db, viewer, new.on.campaign_id)
    if viewer.grants:
        return False
    seen = await look_at(db, viewer, new)
    waits = {LooksFirst.ALL: True, LooksFirst.FIRST: not seen.was_published}
    if not waits.get(seen.looks_first) and score_of(seen.signals) < THRESHOLD:
        return False
    kind = TextKind.CONTRIBUTION if new.subject else TextKind.IDEA
    case = await keep_case(db, kind, (new.subject or new.on).id, seen.signals)
    case.held_at = await db.scalar(select(func.now()))
    await (hold_contribution if new.subject else hold_idea)(db, case.text_id)
    await record(db, Kind.TEXT_HELD, viewer, subject=case)
    return True


async def look_at(db: AsyncSession, viewer: Viewer, new: NewText) -> Noticed:
    """Looks at a text before others see it, and remembers its words."""
    fingerprint = fingerprint_of(new.words)
    asked = {
        "author_id": viewer.person_id,
        "idea_id": 0 if new.subject else new.on.id,
        "contribution_id": new.subject.id if new.subject else 0,
        "campaign_id": new.on.campaign_id,
        "fingerprint": fingerprint,
    }
    (standing,) = await rows_of(db, STANDING, asked)
    if fingerprint:
        db.add(TextFingerprint(fingerprint=fingerprint, author_id=viewer.person_id))
    lists = await word_lists(db, new.on.campaign_id)
    listed = [word for words in lists.values() for word in words]
    about = Circumstances(
        is_new_account=standing.is_young and not standing.was_published,
        listed=listed_in(new.words, listed),
        others=standing.others,
        sent_lately=standing.sent_lately,
    )
    looks_first = LooksFirst(standing.looks_first or LooksFirst.OFF)
    signals = signals_of(new.words, about)
    return Noticed(looks_first, signals, standing.was_published, about, listed)


async def keep_case(
    db: AsyncSession, kind: TextKind, number: int, signals: Sequence[Signal]
) -> ModerationCase:
    """The open case about a text, with what was noticed in it."""
    case = await open_case(db, await text_of(db, kind, number))
    case.signals, case.score = msgspec.to_builtins(signals), score_of(signals)
    await db.flush()
    return case
