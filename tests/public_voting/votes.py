"""A challenge with a public vote, and what people do in it, for several tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.campaigns.phases import PhaseNow, phases_now
from ideahub.core.viewer import Viewer
from ideahub.entries.designing_form import FieldPlan
from ideahub.entries.models import Entry, FieldKind
from ideahub.judging.models import Panel, PanelJudge
from ideahub.organisations.models import Organisation, Person
from ideahub.public_voting.ballot import put_all_on_ballot, set_votes_each
from ideahub.public_voting.models import BallotEntry
from ideahub.public_voting.queries import BallotEntryView, ballot_entry
from ideahub.public_voting.voting import vote
from tests.entries.entering import ask, enter, make_contest
from tests.support.cast import HOUR, Cast, add, make_person, viewer_of

READ = FieldPlan("", FieldKind.LONG_TEXT, "What do you propose?", shown_public=True)
KEPT = FieldPlan("", FieldKind.SHORT_TEXT, "What does it cost?")
TITLES = ("Green lanes", "Slow streets", "Safe crossings")


@dataclass
class Vote:
    """A challenge whose second phase takes votes; the first took three entries, of Cem and two
    others."""

    campaign: Campaign
    entries_phase: Phase
    phase: Phase
    entrants: list[Person]
    on_ballot: list[BallotEntryView]


async def make_vote(
    db: AsyncSession,
    cast: Cast,
    *,
    votes_each: int = 1,
    fill: bool = True,
    organisation: Organisation | None = None,
) -> Vote:
    """The challenge; with `fill` all entries are on the ballot. The vote is open."""
    campaign, entries_phase = await make_contest(db, organisation or cast.city)
    await ask(db, cast, campaign, entries_phase, [READ, KEPT])
    others = [await make_person(db, f"{name}{campaign.id} Roth") for name in ("Ina", "Udo")]
    entrants = [cast.cem, *others]
    for person, title in zip(entrants, TITLES, strict=True):
        answers = {"q1": f"We build {title.lower()}.", "q2": f"secret of {title}"}
        await enter(db, person, entries_phase, answers, title)
    phase = await add(
        db,
        Phase(
            campaign_id=campaign.id,
            position=2,
            name="Public vote",
            opens_at=datetime.now(UTC) - HOUR,
            closes_at=datetime.now(UTC) + 10 * HOUR,
            accepts=[Accepts.PUBLIC_VOTING],
        ),
    )
    mia = await viewer_of(db, cast.mia)
    await set_votes_each(db, mia, campaign, phase.id, votes_each)
    if fill:
        await put_all_on_ballot(db, mia, campaign, phase.id)
    return Vote(campaign, entries_phase, phase, entrants, await shown(db, phase))


async def shown(db: AsyncSession, phase: Phase) -> list[BallotEntryView]:
    """What is on the ballot of the phase, in the order of the entries."""
    found = (
        select(BallotEntry.id)
        .join(Entry, Entry.id == BallotEntry.entry_id)
        .where(BallotEntry.phase_id == phase.id, BallotEntry.removed_at.is_(None))
    )
    return [
        await ballot_entry(db, number) for number in await db.scalars(found.order_by(Entry.number))
    ]


async def now_of(db: AsyncSession, phase: Phase) -> PhaseNow:
    """The phase as it is now."""
    return next(one for one in await phases_now(db, phase.campaign_id) if one.id == phase.id)


async def close(db: AsyncSession, phase: Phase, ago: timedelta = HOUR / 2) -> None:
    """The phase closed so long ago."""
    closes = datetime.now(UTC) - ago
    await db.execute(update(Phase).where(Phase.id == phase.id).values(closes_at=closes))
    await db.refresh(phase)


async def votes_of(db: AsyncSession, person: Person, *entries: BallotEntryView) -> Viewer:
    """The person votes for these."""
    viewer = await viewer_of(db, person)
    for entry in entries:
        await vote(db, viewer, entry)
    return viewer


async def crowd(db: AsyncSession, many: int) -> list[Person]:
    """So many people without an organisation."""
    return [await make_person(db, f"Voter{number} Smith") for number in range(many)]


async def make_judge(db: AsyncSession, made: Vote, person: Person, *, blind: bool = True) -> Panel:
    """Makes the person a judge of the challenge, in a panel of their own."""
    phase = await add(
        db,
        Phase(campaign_id=made.campaign.id, position=9, name="Judging", accepts=[Accepts.SCORING]),
    )
    panel = await add(
        db,
        Panel(
            campaign_id=made.campaign.id,
            phase_id=phase.id,
            entries_phase_id=made.entries_phase.id,
            name="Jury",
            created_by=person.id,
            blind=blind,
        ),
    )
    await add(
        db,
        PanelJudge(
            panel_id=panel.id,
            person_id=person.id,
            address=person.email or "",
            label=1,
            secret_hash=b"x",
            invited_by=person.id,
            expires_at=datetime.now(UTC) + HOUR,
            accepted_at=datetime.now(UTC),
        ),
    )
    return panel
