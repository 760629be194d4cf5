"""Fills an empty database with the demo, mostly by the rules that people's deeds go through."""

from datetime import UTC, datetime
from functools import partial

from sqlalchemy import delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import find_viewer, somebody
from ideahub.accounts.models import Session
from ideahub.accounts.sessions import begin_session
from ideahub.campaigns.models import Accepts, Campaign, CampaignChange, CampaignKind, Phase
from ideahub.campaigns.purposes import PRESETS
from ideahub.core.db import Database
from ideahub.core.limits import Attempt
from ideahub.core.text.rendering import render_markdown
from ideahub.core.viewer import Viewer
from ideahub.demo.asking import fill_questions
from ideahub.demo.campaigns import CAMPAIGNS
from ideahub.demo.dating import date_back
from ideahub.demo.filling_judged import fill_judged
from ideahub.demo.filling_open import fill_open
from ideahub.demo.following import fill_following
from ideahub.demo.ideas_boxes import IDEAS as BOX_IDEAS
from ideahub.demo.ideas_once import IDEAS as ONCE_IDEAS
from ideahub.demo.ideas_schools import IDEAS as SCHOOL_IDEAS
from ideahub.demo.judged import JUDGED, LETTERS
from ideahub.demo.letter_campaign import fill_letters
from ideahub.demo.moderating import fill_moderation
from ideahub.demo.one_visit import PRELIMINARY
from ideahub.demo.owed_answers import fill_answers
from ideahub.demo.people import ORGANISATIONS, PEOPLE, residents
from ideahub.demo.preliminary import publish_preliminary
from ideahub.demo.promises import fill_promises
from ideahub.demo.shapes import DemoCampaign
from ideahub.demo.stops import STOPS
from ideahub.demo.telling import DemoContext, tell_story
from ideahub.demo.telling_people import fill_told
from ideahub.demo.terms import add_terms
from ideahub.demo.you_said import fill_you_said
from ideahub.organisations.models import Organisation, Person, RoleGrant

RESIDENTS = 90
IDEAS = (*SCHOOL_IDEAS, *ONCE_IDEAS, *BOX_IDEAS)
# Any number that nothing else in this database locks; the same in every process.
DEMO_LOCK = 4_971_205


async def fill_demo(database: Database) -> bool:
    """Fills the demo in one transaction; returns False, and does nothing, where there is a person
    already."""
    async with database.transaction() as db:
        await db.execute(select(func.pg_advisory_xact_lock(DEMO_LOCK)))
        if (await db.execute(select(exists().where(Person.id > 0)))).scalar_one():
            return False
        organisations = await _organisations(db)
        people = await _people(db, organisations)
        campaigns = {
            planned.key: await _campaign(db, planned, organisations, people)
            for planned in (*CAMPAIGNS, *(one.campaign for one in (*JUDGED, STOPS, PRELIMINARY)))
        }
        context = DemoContext(
            viewers={key: await _viewer(db, person) for key, person in people.items()},
            people=people,
            crowd=await _residents(db),
            campaigns=campaigns,
        )
        for story in IDEAS:
            await date_back(db, await tell_story(db, context, story), story.days)
        await fill_promises(db, context)
        await fill_letters(db, context)
        for planned in CAMPAIGNS:
            await _real_phases(db, planned, campaigns[planned.key])
            _add_changes(db, planned, campaigns[planned.key])
        await fill_questions(db, context)
        await fill_answers(db, context)
        for challenge in JUDGED:
            campaign = campaigns[challenge.campaign.key]
            await fill_judged(db, context, campaign, challenge, partial(_resident, db, context))
            await _real_phases(db, challenge.campaign, campaign)
        await _fill_going_on(db, context)
        await fill_following(db, context)
        await fill_moderation(db, context)
        await _fill_what_came_of_it(db, context)
        # The limits on attempts must not count what was filled in.
        await db.execute(delete(Attempt))
        await db.execute(delete(Session))
    return True


async def _fill_what_came_of_it(db: AsyncSession, context: DemoContext) -> None:
    """What was said of all that, and who was told of it: after everything else."""
    await fill_you_said(db, context, LETTERS.campaign.key)
    await fill_told(db, context)


async def _fill_going_on(db: AsyncSession, context: DemoContext) -> None:
    """The challenges in which something waits to be done: entries, and appeals."""
    resident = partial(_resident, db, context)
    stops = context.campaigns[STOPS.campaign.key]
    await fill_open(db, context, stops, STOPS, resident)
    appealed = context.campaigns[PRELIMINARY.campaign.key]
    await fill_judged(db, context, appealed, PRELIMINARY, resident)
    await publish_preliminary(db, context, appealed, PRELIMINARY)
    for planned in (STOPS, PRELIMINARY):
        campaign = context.campaigns[planned.campaign.key]
        await _real_phases(db, planned.campaign, campaign)


async def _organisations(db: AsyncSession) -> dict[str, Organisation]:
    made: dict[str, Organisation] = {}
    for key, (name, parent, domain) in ORGANISATIONS.items():
        made[key] = Organisation(
            name=name, mail_domain=domain, parent_id=made[parent].id if parent else None
        )
        db.add(made[key])
        await db.flush()
    return made


async def _people(db: AsyncSession, organisations: dict[str, Organisation]) -> dict[str, Person]:
    made: dict[str, Person] = {}
    for invented in PEOPLE:
        organisation = organisations.get(invented.organisation)
        domain = _domain(invented.organisation)
        made[invented.key] = Person(
            name=invented.name,
            title=invented.title,
            email=f"{invented.name.lower().replace(' ', '.')}@{domain}",
            email_proved_at=datetime.now(UTC),
            organisation_id=organisation.id if organisation else None,
            demo=True,
        )
        db.add(made[invented.key])
        await db.flush()
        for role, where in invented.roles:
            place = organisations[where].id if where else None
            db.add(RoleGrant(person_id=made[invented.key].id, role=role, organisation_id=place))
    await db.flush()
    return made


def _domain(key: str) -> str:
    while key:
        _name, parent, domain = ORGANISATIONS[key]
        if domain:
            return domain
        key = parent
    return "mail.example"


async def _residents(db: AsyncSession) -> list[int]:
    crowd = [Person(name=name) for name in residents(RESIDENTS)]
    db.add_all(crowd)
    await db.flush()
    return [person.id for person in crowd]


async def _resident(db: AsyncSession, context: DemoContext, place: int) -> Viewer:
    return await somebody(db, context.crowd[place % len(context.crowd)])


async def _viewer(db: AsyncSession, person: Person) -> Viewer:
    return await find_viewer(db, await begin_session(db, person.id), demo=True)


async def _campaign(
    db: AsyncSession,
    planned: DemoCampaign,
    organisations: dict[str, Organisation],
    people: dict[str, Person],
) -> Campaign:
    now = datetime.now(UTC)
    opened = min((phase.opens for phase in planned.phases), default=None)
    since = now + opened if opened is not None and planned.published else now
    campaign = Campaign(
        kind=planned.kind,
        audience=planned.audience,
        organisation_id=organisations[planned.organisation].id,
        created_by=people[planned.manager].id,
        created_at=min(since, now),
        published_at=min(since, now) if planned.published else None,
        published_by=people[planned.manager].id if planned.published else None,
        title=planned.title,
        question=planned.question,
        tagline=planned.tagline,
        description=planned.description,
        description_html=render_markdown(planned.description) if planned.description else "",
        whys=list(planned.whys),
        hopes=planned.hopes,
        fears=planned.fears,
        beneficiaries=planned.beneficiaries,
        prize=planned.prize,
        topics=list(planned.topics),
        timezone=planned.timezone,
        allows_pseudonyms=planned.allows_pseudonyms,
    )
    db.add(campaign)
    await db.flush()
    await add_terms(db, planned.key, campaign)
    if planned.published:
        # Open for everything while the ideas are filled in; the real phases come at the end.
        everything = [Accepts.IDEAS, Accepts.VOTES, Accepts.CONTRIBUTIONS]
        db.add(Phase(campaign_id=campaign.id, position=1, name="", accepts=everything))
        await db.flush()
    return campaign


def _add_changes(db: AsyncSession, planned: DemoCampaign, campaign: Campaign) -> None:
    for change in planned.changes:
        db.add(
            CampaignChange(
                campaign_id=campaign.id,
                changed_by=campaign.published_by,
                created_at=datetime.now(UTC) - change.ago,
                field=change.field,
                old=change.old,
                new=getattr(campaign, change.field),
            )
        )


async def _real_phases(db: AsyncSession, planned: DemoCampaign, campaign: Campaign) -> None:
    here = Phase.campaign_id == campaign.id
    # Entries belong to the phases to which they were sent, so these stay.
    stored = {one.position: one for one in await db.scalars(select(Phase).where(here))}
    today = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
    open_ended = planned.kind is CampaignKind.IDEA_BOX
    for position, phase in enumerate(planned.phases, 1):
        row = stored.pop(position, None) or Phase(campaign_id=campaign.id, position=position)
        row.name, row.timezone, row.purpose = phase.name, planned.timezone, phase.purpose
        row.accepts = list(phase.accepts or PRESETS[phase.purpose])
        row.opens_at = today + phase.opens
        row.closes_at = None if open_ended or phase.closes is None else today + phase.closes
        db.add(row)
    for row in stored.values():
        await db.delete(row)
    await db.flush()
