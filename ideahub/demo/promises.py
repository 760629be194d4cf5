"""Promises of the demo's leaders, and what came of each: kept, kept in part, lapsed, and due."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.viewer import Viewer
from ideahub.demo.telling import DemoContext
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.sponsorship.keeping import Fulfilment, keep_pledge
from ideahub.sponsorship.marking import mark_pledge
from ideahub.sponsorship.models import MarkKind, Pledge, PledgeKind
from ideahub.sponsorship.offering import PledgeOffer, count_sponsors, offer_pledge
from ideahub.sponsorship.pledging import accept_pledge

# So many days ago those were kept that were.
KEPT_DAYS = 1


class Promise(NamedTuple):
    """A promise for an idea with this title, until so many days from now (or ago); how it was kept,
    and what the authors say, if anything."""

    sponsor: str
    idea: str
    kind: PledgeKind
    promise: str
    days: int
    amount: Decimal | None = None
    conditions: str = ""
    kept: Fulfilment | None = None
    said: tuple[MarkKind, str] | None = None


PROMISES = (
    Promise(
        "greta",
        "Longer green at five crossings between 7:30 and 8:00",
        PledgeKind.HOURS,
        "Forty hours of our signal engineers, to measure all five crossings",
        12,
        Decimal(40),
        kept=Fulfilment(
            "Three of the five crossings have been measured.",
            Decimal(24),
            "https://lindenau.example/signals/crossings",
            "Two engineers were needed for the bridge.",
        ),
        said=(MarkKind.CONFIRMED, ""),
    ),
    Promise(
        "greta",
        "Let the crossing guards be grandparents",
        PledgeKind.MONEY,
        "Vests and signs for the first twenty guards",
        -6,
        Decimal(1_800),
    ),
    Promise(
        "greta",
        "A drop-off place 300 metres away, with a painted path",
        PledgeKind.MANDATE,
        "Mobility lets you paint the path at one school",
        4,
        conditions="The school's parents agree in a meeting.",
        said=(MarkKind.CONDITIONS_MET, "They agreed at their meeting, all but two."),
    ),
    Promise(
        "greta",
        "Say in every letter who to call",
        PledgeKind.HOURS,
        "Ten hours of our service desk, to write down who answers what",
        -20,
        Decimal(10),
        kept=Fulfilment("The list is done, three weeks late.", Decimal(12)),
    ),
)


async def fill_promises(db: AsyncSession, context: DemoContext) -> None:
    """Adds the promises to ideas that were told already."""
    titles = [promise.idea for promise in PROMISES]
    ideas = {
        idea.title: idea for idea in await db.scalars(select(Idea).filter(Idea.title.in_(titles)))
    }
    by_number = {viewer.id: viewer for viewer in context.viewers.values()}
    for promise in PROMISES:
        author = by_number[ideas[promise.idea].author_id]
        found = await find_idea(db, author, ideas[promise.idea].id)
        await _promise(db, context.viewers[promise.sponsor], author, found, promise)


async def _promise(
    db: AsyncSession, sponsor: Viewer, author: Viewer, idea: IdeaView, promise: Promise
) -> None:
    today = datetime.now(UTC).date()
    until = max(today, today + timedelta(days=promise.days))
    offer = PledgeOffer(
        kind=promise.kind,
        promise=promise.promise,
        expires_on=until,
        amount=promise.amount,
        currency="EUR" if promise.kind is PledgeKind.MONEY else "",
        conditions=promise.conditions,
    )
    number = await offer_pledge(db, sponsor, idea, offer)
    await accept_pledge(db, author, idea, number)
    await _date_back(db, number, today + timedelta(days=promise.days))
    if promise.kept:
        await keep_pledge(db, sponsor, idea, number, promise.kept)
        pledge = await db.get_one(Pledge, number, populate_existing=True)
        pledge.kept_at = datetime.now(UTC) - timedelta(days=KEPT_DAYS)
        await _date_event(db, number, pledge.kept_at, Kind.PLEDGE_KEPT, Kind.PLEDGE_PART_KEPT)
    if promise.said:
        await mark_pledge(db, author, idea, number, *promise.said)
    await count_sponsors(db, idea.id)


async def _date_back(db: AsyncSession, number: int, until: date) -> None:
    """Offered some weeks ago, or soon after the idea was posted, and accepted a day later; lapsed,
    where its last day is over."""
    pledge = await db.get_one(Pledge, number)
    idea = await db.get_one(Idea, pledge.idea_id)
    offered = max(datetime.now(UTC) - timedelta(days=45), idea.created_at + timedelta(hours=20))
    pledge.offered_at, pledge.accepted_at = offered, offered + timedelta(days=1)
    pledge.expires_on = until
    if until < datetime.now(UTC).date():
        pledge.lapsed_at = datetime.combine(until + timedelta(days=1), datetime.min.time(), UTC)
    await _date_event(db, number, offered, Kind.PLEDGE_OFFERED)
    await _date_event(db, number, pledge.accepted_at, Kind.PLEDGE_ACCEPTED)
    await db.flush()


async def _date_event(db: AsyncSession, number: int, at: datetime, *kinds: Kind) -> None:
    about = Event.subject_type == Pledge.__tablename__, Event.subject_id == number
    dated = update(Event).where(*about, Event.kind.in_(kinds))
    await db.execute(dated.values(created_at=at))
