"""How the tests of the conversation make people say things, and read what was kept."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.contributing import contribute, reply
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.conversation.queries import find_contribution
from ideahub.core.events import Event, Kind
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.organisations.models import Person
from tests.support.cast import viewer_of

BUILD = {"kind": "build", "body": "Grandparents could walk along."}


async def say(
    db: AsyncSession,
    person: Person,
    idea_id: int,
    body: str = BUILD["body"],
    kind: ContributionKind = ContributionKind.BUILD,
    remedy: str = "",
) -> int:
    """A contribution as this person makes it."""
    viewer = await viewer_of(db, person)
    return await contribute(db, viewer, await find_idea(db, viewer, idea_id), kind, body, remedy)


async def answer(db: AsyncSession, person: Person, to: int, body: str = "Gladly.") -> int:
    """A reply as this person makes it."""
    viewer = await viewer_of(db, person)
    answered, idea = await find_contribution(db, viewer, to)
    return await reply(db, viewer, idea, answered, body)


async def kept(db: AsyncSession, contribution_id: int) -> Contribution:
    """The row as it stands in the database now."""
    return await db.get_one(Contribution, contribution_id, populate_existing=True)


async def all_said(db: AsyncSession, idea_id: int) -> list[Contribution]:
    """Every row under an idea."""
    found = await db.scalars(
        select(Contribution).where(Contribution.idea_id == idea_id).order_by(Contribution.id)
    )
    return list(found)


async def counts(db: AsyncSession, idea_id: int) -> tuple[int, int]:
    """Contributions and builds, as the idea's row has them."""
    found = await db.execute(
        select(Idea.contributions_count, Idea.builds_count).where(Idea.id == idea_id)
    )
    contributions, builds = found.one()
    return contributions, builds


async def happened(db: AsyncSession, kind: Kind, idea_id: int) -> int:
    """How many events of this kind the idea has."""
    found = select(func.count()).where(Event.kind == kind, Event.idea_id == idea_id)
    return await db.scalar(found) or 0


async def last_event(db: AsyncSession, kind: Kind) -> Event:
    """The latest event of this kind."""
    found = await db.scalars(select(Event).where(Event.kind == kind).order_by(Event.id.desc()))
    return found.first() or Event()
