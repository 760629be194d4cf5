"""The people and places the tests are played by, and how to make more of them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import find_viewer
from ideahub.accounts.sessions import begin_session
from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind, Phase
from ideahub.core.viewer import Role, Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.submitting import IdeaText, post_idea
from ideahub.organisations.models import Organisation, Person, RoleGrant

T = TypeVar("T")
EVERYTHING = [Accepts.IDEAS, Accepts.VOTES, Accepts.CONTRIBUTIONS]
HOUR = timedelta(hours=1)


@dataclass
class Cast:
    """Ada writes, Ben is her colleague, Cem a citizen, Mia manages, Sam leads, Jo judges,
    Mo moderates, Ann is the admin, and Zed works for somebody else."""

    city: Organisation
    transport: Organisation
    ministry: Organisation
    ada: Person
    ben: Person
    cem: Person
    mia: Person
    sam: Person
    jo: Person
    mo: Person
    ann: Person
    zed: Person


async def make_cast(db: AsyncSession) -> Cast:
    """A city with a department, a ministry elsewhere, and the nine people."""
    city = Organisation(name="City of Brookfield", mail_domain="city.example")
    ministry = Organisation(name="Ministry", mail_domain="ministry.example")
    db.add_all([city, ministry])
    await db.flush()
    transport = await add(db, Organisation(name="Transport", parent_id=city.id))
    people = {
        "ada": a_person("Ada Lind", transport),
        "ben": a_person("Ben Okoye", city),
        "cem": a_person("Cem Aydin", None),
        "mia": a_person("Mia Sato", city),
        "sam": a_person("Sam Hart", city),
        "jo": a_person("Jo Klein", city),
        "mo": a_person("Mo Haddad", city),
        "ann": a_person("Ann Berg", city),
        "zed": a_person("Zed Quist", ministry),
    }
    db.add_all(people.values())
    await db.flush()
    roles = {"mia": Role.MANAGER, "sam": Role.LEADER, "jo": Role.JUDGE, "mo": Role.MODERATOR}
    db.add_all(
        RoleGrant(person_id=people[key].id, role=role, organisation_id=city.id)
        for key, role in roles.items()
    )
    await add(db, RoleGrant(person_id=people["ann"].id, role=Role.ADMIN))
    return Cast(city=city, transport=transport, ministry=ministry, **people)


async def add(db: AsyncSession, row: T) -> T:
    """Stores a row and gives it its number."""
    db.add(row)
    await db.flush()
    return row


def a_person(name: str, organisation: Organisation | None) -> Person:
    """A person with a proved address, not stored yet."""
    first = name.partition(" ")[0].lower()
    domain = (organisation and organisation.mail_domain) or "mail.example"
    return Person(
        name=name,
        email=f"{first}@{domain}",
        email_proved_at=datetime.now(UTC),
        organisation_id=organisation.id if organisation else None,
    )


async def make_person(
    db: AsyncSession,
    name: str,
    organisation: Organisation | None = None,
    role: Role | None = None,
) -> Person:
    """A person with a proved address, and a role in their organisation if given."""
    person = await add(db, a_person(name, organisation))
    if role and organisation:
        await add(db, RoleGrant(person_id=person.id, role=role, organisation_id=organisation.id))
    return person


async def viewer_of(db: AsyncSession, person: Person | None) -> Viewer:
    """How the rules see a person who is signed in; a stranger for None."""
    token = await begin_session(db, person.id) if person else None
    return await find_viewer(db, token)


async def make_campaign(
    db: AsyncSession,
    organisation: Organisation,
    *,
    kind: CampaignKind = CampaignKind.IDEA_BOX,
    audience: Audience = Audience.PUBLIC,
    accepts: list[Accepts] | None = None,
    opens: timedelta = -HOUR,
    closes: timedelta | None = None,
    published: bool = True,
    **columns: Any,
) -> Campaign:
    """A published, public idea box with one phase that is open for everything, or other."""
    now = datetime.now(UTC)
    values: dict[str, Any] = {
        "title": "Safer school routes",
        "question": "How might we make every school route safe to walk?",
        "published_at": now if published else None,
    }
    campaign = await add(
        db,
        Campaign(
            kind=kind, audience=audience, organisation_id=organisation.id, **(values | columns)
        ),
    )
    await add(
        db,
        Phase(
            campaign_id=campaign.id,
            position=1,
            name="Ideas",
            opens_at=now + opens,
            closes_at=now + closes if closes is not None else None,
            accepts=EVERYTHING if accepts is None else accepts,
        ),
    )
    return campaign


async def make_idea(
    db: AsyncSession, campaign: Campaign, author: Person, title: str = "A walking bus"
) -> Idea:
    """An idea as its author posts it; the campaign must accept ideas."""
    written = IdeaText(
        title=title,
        body="Children walk together in a line, with two adults.",
        why="Parents drive because the way is not safe.",
        tags=["walking", "school"],
    )
    idea = await post_idea(db, await viewer_of(db, author), campaign, written)
    await db.refresh(idea)
    return idea
