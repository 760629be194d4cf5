"""Panels, judges, entries and scorecards for tests of judging."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, CampaignKind, Phase, Purpose
from ideahub.entries.models import (
    Entry,
    EntryField,
    EntryForm,
    EntryMember,
    EntryRevision,
    FieldKind,
    MemberRole,
)
from ideahub.judging.assigning import assign_entries
from ideahub.judging.declaring import declare_all
from ideahub.judging.entrants import entrants_of
from ideahub.judging.inviting import hash_invitation
from ideahub.judging.models import Assignment, Commenting, Panel, PanelCriterion, PanelJudge, Scale
from ideahub.judging.queries import find_own_assignment, find_own_panel
from ideahub.judging.scoring import OpenedPage, TypedScore, finish_scorecard, save_scores
from ideahub.organisations.models import Person
from tests.support.cast import HOUR, Cast, add, make_campaign, make_person, viewer_of

ANSWER = "We paint the crossing, and two adults stand there each morning."


@dataclass
class Judging:
    """A challenge whose entries are judged now: by Jo, and by whom else a test adds."""

    campaign: Campaign
    entries_phase: Phase
    scoring_phase: Phase
    form: EntryForm
    panel: Panel
    criteria: list[PanelCriterion]
    entries: list[Entry] = field(default_factory=list)
    judges: list[PanelJudge] = field(default_factory=list)


async def make_judging(
    db: AsyncSession, cast: Cast, *, blind: bool = True, shares: bool = False, **panel: Any
) -> Judging:
    """A challenge with a phase whose entries are in, and one in which they are scored by two
    criteria: points from 0 to 10 with 60 %, and a rating of three labels with 40 %."""
    campaign = await make_campaign(
        db, cast.city, kind=CampaignKind.CHALLENGE, title="Safer school routes", accepts=[]
    )
    now = datetime.now(UTC)
    sent = await add(
        db,
        Phase(
            campaign_id=campaign.id,
            position=2,
            name="Entries",
            opens_at=now - 48 * HOUR,
            closes_at=now - HOUR,
            accepts=[Accepts.ENTRIES],
        ),
    )
    scored = await add(
        db,
        Phase(
            campaign_id=campaign.id,
            position=3,
            name="Scoring",
            opens_at=now - HOUR,
            closes_at=now + timedelta(days=10),
            accepts=[Accepts.SCORING],
            purpose=Purpose.JUDGING,
        ),
    )
    form = await add(db, EntryForm(phase_id=sent.id))
    await add(
        db,
        EntryField(
            form_id=form.id, position=1, key="plan", kind=FieldKind.LONG_TEXT, label="Your plan"
        ),
    )
    made = await add(
        db,
        Panel(
            campaign_id=campaign.id,
            phase_id=scored.id,
            entries_phase_id=sent.id,
            name="The jury",
            created_by=cast.mia.id,
            blind=blind,
            shares_scores=shares,
            **panel,
        ),
    )
    return Judging(campaign, sent, scored, form, made, await _criteria(db, made))


async def _criteria(db: AsyncSession, panel: Panel) -> list[PanelCriterion]:
    safety = PanelCriterion(
        panel_id=panel.id,
        position=1,
        name="Safety",
        weight=Decimal(60),
        comment_for_entrant=Commenting.REQUIRED,
    )
    cost = PanelCriterion(
        panel_id=panel.id,
        position=2,
        name="Cost",
        weight=Decimal(40),
        scale=Scale.RATING,
        least=Decimal(1),
        most=Decimal(3),
        step=Decimal(1),
        labels=["High", "Fair", "Low"],
    )
    db.add_all([safety, cost])
    await db.flush()
    return [safety, cost]


async def enter(
    db: AsyncSession, judging: Judging, *people: Person, title: str = "Yellow feet", **of: Any
) -> Entry:
    """An entry that these people have sent; the first is the captain."""
    number = len(judging.entries) + 1
    entry = await add(
        db,
        Entry(
            campaign_id=judging.campaign.id,
            phase_id=judging.entries_phase.id,
            form_id=judging.form.id,
            number=number,
            created_by=people[0].id,
            title=title,
            team_name=of.pop("team_name", ""),
            **of,
        ),
    )
    roles = [MemberRole.CAPTAIN, *[MemberRole.MEMBER] * (len(people) - 1)]
    db.add_all(
        EntryMember(entry_id=entry.id, person_id=person.id, role=role)
        for person, role in zip(people, roles, strict=True)
    )
    revision = await add(
        db,
        EntryRevision(
            entry_id=entry.id,
            number=1,
            form_id=judging.form.id,
            title=title,
            team_name=entry.team_name,
            answers={"plan": ANSWER},
            people=[
                {"id": person.id, "name": person.name, "role": role}
                for person, role in zip(people, roles, strict=True)
            ],
            content_hash=sha256(title.encode()).hexdigest(),
            submitted_by=people[0].id,
        ),
    )
    entry.submitted_id = revision.id
    await db.flush()
    judging.entries.append(entry)
    return entry


async def enter_some(db: AsyncSession, judging: Judging, number: int) -> list[Person]:
    """So many entries, each of a citizen of its own; returns them."""
    first = len(judging.entries)
    numbers = range(first, first + number)
    people = [await make_person(db, f"Entrant{judging.panel.id}x{at} Nr{at}") for at in numbers]
    for at, person in zip(numbers, people, strict=True):
        await enter(db, judging, person, title=f"Way number {at}")
    return people


async def seat(
    db: AsyncSession, judging: Judging, person: Person, *, declared: bool = True
) -> PanelJudge:
    """This person as a judge who has accepted and, unless told otherwise, declared no conflict."""
    label = len(judging.judges) + 1
    judge = await add(
        db,
        PanelJudge(
            panel_id=judging.panel.id,
            label=label,
            address=person.email or "",
            person_id=person.id,
            invited_by=judging.panel.created_by,
            secret_hash=hash_invitation(f"{judging.panel.id}-{label}"),
            expires_at=datetime.now(UTC) + timedelta(days=14),
            accepted_at=datetime.now(UTC),
        ),
    )
    person.judges = True
    judging.judges.append(judge)
    if declared:
        await declare_none(db, judging, person)
    return judge


async def declare_none(db: AsyncSession, judging: Judging, person: Person) -> None:
    """They say that there is no conflict with anybody but those they have named."""
    viewer = await viewer_of(db, person)
    own = await find_own_panel(db, viewer, judging.panel.id)
    shown = [entrant.id for entrant in (await entrants_of(db, viewer, own)).entrants]
    await declare_all(db, viewer, own, shown)


async def share_out(
    db: AsyncSession, judging: Judging, cast: Cast, wanted: int | None = None, seed: str = "s"
) -> list[Assignment]:
    """Mia shares out the entries; returns all that is assigned."""
    mia = await viewer_of(db, cast.mia)
    await assign_entries(db, mia, judging.panel.id, wanted, seed=seed)
    return await assignments(db, judging)


async def assignments(
    db: AsyncSession, judging: Judging, judge: PanelJudge | None = None
) -> list[Assignment]:
    """What is assigned, in the order of reading of one judge, or all of it."""
    found = select(Assignment).where(Assignment.panel_id == judging.panel.id)
    if judge:
        found = found.where(Assignment.judge_id == judge.id)
    found = found.order_by(Assignment.reading_order, Assignment.id)
    return list((await db.scalars(found.execution_options(populate_existing=True))).all())


async def score(
    db: AsyncSession,
    judging: Judging,
    person: Person,
    assignment: Assignment,
    *values: str,
    final: bool = True,
) -> None:
    """This judge gives an entry these scores, in the order of the criteria."""
    viewer = await viewer_of(db, person)
    _panel, own = await find_own_assignment(db, viewer, assignment.id)
    typed = {
        criterion.id: TypedScore(value, "Because of the crossing.", "Between us.")
        for criterion, value in zip(judging.criteria, values, strict=True)
    }
    assert await save_scores(db, viewer, own, typed, OpenedPage("page", own.saved)) == {}
    if final:
        _panel, own = await find_own_assignment(db, viewer, assignment.id)
        assert await finish_scorecard(db, viewer, own)
