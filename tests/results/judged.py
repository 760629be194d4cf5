"""A challenge that was judged: its phases, entries, panel, judges and scorecards, made directly."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, CampaignKind, Phase
from ideahub.entries.models import (
    Entry,
    EntryField,
    EntryForm,
    EntryMember,
    EntryRevision,
    FieldKind,
    MemberRole,
)
from ideahub.judging.models import (
    Assignment,
    Panel,
    PanelCriterion,
    PanelJudge,
    Recusal,
    Score,
    Scorecard,
)
from ideahub.organisations.models import Person
from tests.support.cast import Cast, add, make_campaign, make_person

DAY = timedelta(days=1)
# By entry and judge: the scores on the two criteria, of which the first weighs 60 per cent.
SCORES = [
    [(9, 8), (8, 8), (9, 7)],
    [(5, 6), (6, 6), (5, 5)],
    [(7, 7), (2, 3), (8, 9)],
]


@dataclass
class Judged:
    """What was made."""

    campaign: Campaign
    phase: Phase
    later: Phase
    form: EntryForm
    panel: Panel
    criteria: list[PanelCriterion]
    judges: list[PanelJudge]
    # A word that all entrants wrote.
    about: str = ""
    entries: list[Entry] = field(default_factory=list)
    captains: list[Person] = field(default_factory=list)
    assignments: dict[tuple[int, int], Assignment] = field(default_factory=dict)
    scorecards: dict[tuple[int, int], Scorecard] = field(default_factory=dict)

    @property
    def at(self) -> str:
        """The address of a manager's pages on the panel's result."""
        return f"/management/{self.campaign.id}/results/{self.panel.id}"

    @property
    def public(self) -> str:
        """The address of the public page."""
        return f"/challenges/{self.campaign.id}/results"


async def judged(
    db: AsyncSession,
    cast: Cast,
    scores: Sequence[Sequence[tuple[int, int] | None]] = SCORES,
    *,
    closed: bool = True,
    judges: Sequence[Person] | None = None,
    **panel: Any,
) -> Judged:
    """Two criteria, three judges of whom Jo is the first, an entry for each row of scores; None
    where a judge was not to score it."""
    made = await make_judged(db, cast, scores, closed=closed, judges=judges, **panel)
    await db.commit()
    return made


async def make_judged(
    db: AsyncSession,
    cast: Cast,
    scores: Sequence[Sequence[tuple[int, int] | None]] = SCORES,
    *,
    closed: bool = True,
    judges: Sequence[Person] | None = None,
    about: str = "",
    **panel: Any,
) -> Judged:
    """`judged`, in the transaction of the caller; `about` is a word in what entrants wrote."""
    made = await _set_up(db, cast, closed, panel)
    made.about = about
    people = list(judges or ())
    while len(people) < max(len(row) for row in scores):
        at = len(people) + 1
        people.append(cast.jo if at == 1 else await make_person(db, f"Judge{at} Number"))
    for at, person in enumerate(people, 1):
        made.judges.append(await _judge(db, made, at, person))
    for at, row in enumerate(scores, 1):
        await _entry(db, made, at)
        for judge, given in enumerate(row):
            if given is not None:
                await _scored(db, made, at - 1, judge, given)
    return made


async def _set_up(db: AsyncSession, cast: Cast, closed: bool, panel: dict[str, Any]) -> Judged:
    campaign = await make_campaign(
        db,
        cast.city,
        kind=CampaignKind.CHALLENGE,
        accepts=[Accepts.ENTRIES],
        closes=-DAY,
        opens=-9 * DAY,
        timezone="Europe/Oslo",
    )
    now = datetime.now(UTC)
    scoring = await add(
        db,
        Phase(
            campaign_id=campaign.id,
            position=2,
            name="Scoring",
            opens_at=now - DAY,
            closes_at=now + DAY,
            accepts=[Accepts.SCORING],
        ),
    )
    later = await add(
        db,
        Phase(
            campaign_id=campaign.id,
            position=3,
            name="Second round",
            opens_at=now - DAY,
            closes_at=now + 30 * DAY,
            accepts=[Accepts.ENTRIES],
        ),
    )
    phase = await db.scalar(
        select(Phase).where(Phase.campaign_id == campaign.id, Phase.position == 1)
    )
    assert phase
    form = await _form(db, phase)
    made = await add(
        db,
        Panel(
            campaign_id=campaign.id,
            phase_id=scoring.id,
            entries_phase_id=phase.id,
            name="Jury",
            created_by=cast.mia.id,
            closed_at=now if closed else None,
            closed_by=cast.mia.id if closed else None,
            fixed_at=now,
            **panel,
        ),
    )
    criteria = [
        await add(
            db,
            PanelCriterion(
                panel_id=made.id,
                position=at,
                name=name,
                weight=Decimal(weight),
                description=f"About {name.lower()}",
            ),
        )
        for at, (name, weight) in enumerate([("Impact", 60), ("Feasibility", 40)], 1)
    ]
    return Judged(campaign, phase, later, form, made, criteria, [])


async def _form(db: AsyncSession, phase: Phase) -> EntryForm:
    form = await add(db, EntryForm(phase_id=phase.id, frozen_at=datetime.now(UTC)))
    await add(
        db,
        EntryField(
            form_id=form.id, position=1, key="what", kind=FieldKind.LONG_TEXT, label="What?"
        ),
    )
    return form


async def _judge(db: AsyncSession, made: Judged, label: int, person: Person) -> PanelJudge:
    now = datetime.now(UTC)
    return await add(
        db,
        PanelJudge(
            panel_id=made.panel.id,
            label=label,
            address=person.email or "",
            person_id=person.id,
            invited_by=made.panel.created_by,
            secret_hash=f"{made.panel.id}-{label}".encode(),
            expires_at=now,
            accepted_at=now,
            declared_at=now,
        ),
    )


async def _entry(db: AsyncSession, made: Judged, number: int) -> None:
    captain = await make_person(db, f"Captain{number}{made.about} Smith")
    entry = await add(
        db,
        Entry(
            campaign_id=made.campaign.id,
            phase_id=made.phase.id,
            form_id=made.form.id,
            number=number,
            created_by=captain.id,
            title=f"Secret title {number} {made.about}".strip(),
            team_name=f"Team {number} {made.about}".strip(),
            answers={"what": f"A bench. {made.about}".strip()},
        ),
    )
    revision = await add(
        db,
        EntryRevision(
            entry_id=entry.id,
            number=1,
            form_id=made.form.id,
            title=entry.title,
            team_name=entry.team_name,
            answers=entry.answers,
            people=[{"id": captain.id, "name": captain.name, "role": "captain"}],
            content_hash="0" * 64,
            submitted_by=captain.id,
        ),
    )
    entry.submitted_id = revision.id
    await add(db, EntryMember(entry_id=entry.id, person_id=captain.id, role=MemberRole.CAPTAIN))
    made.entries.append(entry)
    made.captains.append(captain)


async def _scored(
    db: AsyncSession, made: Judged, entry: int, judge: int, given: tuple[int, int]
) -> None:
    assignment = await assign(db, made, entry, judge)
    now = datetime.now(UTC)
    card = await add(
        db,
        Scorecard(
            assignment_id=assignment.id, revision_id=made.entries[entry].submitted_id, final_at=now
        ),
    )
    made.scorecards[entry, judge] = card
    for criterion, value in zip(made.criteria, given, strict=True):
        await add(
            db,
            Score(
                scorecard_id=card.id,
                criterion_id=criterion.id,
                value=Decimal(value),
                comment_for_entrant=f"For {entry + 1} by {judge + 1}: {criterion.name} is {value}.",
                comment_internal="Between us: hopeless.",
            ),
        )


async def assign(db: AsyncSession, made: Judged, entry: int, judge: int) -> Assignment:
    """Gives an entry to a judge; both are counted from 0."""
    made.assignments[entry, judge] = await add(
        db,
        Assignment(
            panel_id=made.panel.id,
            judge_id=made.judges[judge].id,
            entry_id=made.entries[entry].id,
            reading_order=entry,
        ),
    )
    return made.assignments[entry, judge]


async def recuse(db: AsyncSession, made: Judged, entry: int, judge: int) -> Recusal:
    """The judge steps back from the entry; what was scored is sealed."""
    card = made.scorecards.get((entry, judge))
    if card:
        card.sealed_at = datetime.now(UTC)
    return await add(
        db,
        Recusal(
            assignment_id=made.assignments[entry, judge].id,
            category="employer",
            reason="My old employer.",
            recused_by=made.judges[judge].person_id,
        ),
    )
