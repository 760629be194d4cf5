"""What is private of entries, judging and results, each with a word that stands nowhere else."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Audience, Phase
from ideahub.entries.models import (
    Entry,
    EntryFile,
    EntryInvitation,
    EntryMember,
    EntryRevision,
)
from ideahub.judging.models import (
    Assignment,
    CalibrationSample,
    PanelJudge,
    Score,
)
from ideahub.organisations.models import Person
from ideahub.public_voting.models import BallotEntry
from ideahub.results.answering_entrants import draft_answers
from ideahub.results.models import (
    Advancement,
    Appeal,
    Award,
    AwardCheck,
    AwardPayment,
    DeliberationDecision,
    DeliberationItem,
    DeliberationNote,
    EntrantAnswer,
    LetterBatch,
    PanelResult,
)
from ideahub.results.publishing import Publication, publish_result
from ideahub.results.running_scores import run_scores
from tests.results.judged import Judged, make_judged
from tests.support.cast import Cast, add, make_person, viewer_of

if TYPE_CHECKING:
    from tests.support.private_things import Things

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
# An internal challenge with all that belongs to judging it; what judges of an open panel gave; and
# what was not published or released yet of a result that was.
JUDGED, PEER, UNRELEASED = "dormouse", "kinkajou", "wombat"


async def make_judged_things(db: AsyncSession, cast: Cast, things: "Things") -> None:
    """A judged challenge of the department's own, and two that everyone sees: of one the panel
    scores still, of the other the result is preliminary."""
    await judged_internally(db, cast, things)
    await _being_scored(db, cast, things)
    await _preliminary(db, cast, things)


async def judged_internally(db: AsyncSession, cast: Cast, things: "Things") -> Judged:
    """Everything of JUDGED, with its numbers."""
    made = await _judged_about(db, cast, JUDGED, await _jurors(db, JUDGED), about=JUDGED)
    made.campaign.audience, made.campaign.organisation_id = Audience.INTERNAL, cast.transport.id
    made.campaign.question = f"How might we {JUDGED}?"
    made.panel.name = f"Jury {JUDGED}"
    await db.flush()
    things.add(JUDGED, "campaign_id", made.campaign.id)
    things.add(JUDGED, "panel_id", made.panel.id)
    await _entered(db, made, things)
    await _seated(db, made, things)
    await _put_to_the_vote(db, made, things)
    result = await _published(db, cast, made)
    things.add(JUDGED, "result_id", result.id)
    await _answered(db, cast, made, result, JUDGED, things)
    await _awarded(db, cast, made, result, JUDGED, things)
    await _met(db, made, JUDGED, things)
    return made


async def _jurors(db: AsyncSession, mark: str) -> list[Person]:
    return [await make_person(db, f"Juror{at}{mark[0]} Number") for at in range(3)]


async def _judged_about(
    db: AsyncSession, cast: Cast, mark: str, judges: list[Person], about: str = ""
) -> Judged:
    made = await make_judged(db, cast, judges=judges, about=about)
    made.campaign.title = f"A contest {mark}" if mark == JUDGED else "A public contest"
    for row in await db.scalars(select(Score).where(Score.scorecard_id.in_(_cards(made)))):
        row.comment_for_entrant, row.comment_internal = f"Said {mark}", f"Between us {mark}"
    return made


def _cards(made: Judged) -> list[int]:
    return [card.id for card in made.scorecards.values()]


async def _entered(db: AsyncSession, made: Judged, things: "Things") -> None:
    for entry, captain in zip(made.entries, made.captains, strict=True):
        things.add(JUDGED, "entry_id", entry.id)
        things.add(JUDGED, "person_id", captain.id)
    entry, captain = made.entries[0], made.captains[0]
    kept = EntryFile(
        entry_id=entry.id,
        field_key="q9",
        added_by=captain.id,
        token="j" * 32,
        media_type="application/pdf",
        file_name=f"{JUDGED}.pdf",
        digest=b"",
        size=len(PDF),
        content=PDF,
    )
    invited = EntryInvitation(
        entry_id=entry.id,
        address=f"{JUDGED}@mail.example",
        secret_hash=b"s" * 32,
        invited_by=captain.id,
        expires_at=datetime.now(UTC) + timedelta(days=9),
    )
    db.add_all([kept, invited])
    revision = await db.get_one(EntryRevision, entry.submitted_id)
    revision.answers = {**revision.answers, "q9": kept.token}
    await db.flush()
    things.add(JUDGED, "token", kept.token)
    things.add(JUDGED, "invitation_id", invited.id)


async def _put_to_the_vote(db: AsyncSession, made: Judged, things: "Things") -> None:
    phase = Phase(
        campaign_id=made.campaign.id,
        position=9,
        name=f"Vote {JUDGED}",
        opens_at=datetime.now(UTC) - timedelta(days=1),
        accepts=[Accepts.PUBLIC_VOTING],
    )
    await add(db, phase)
    entry = made.entries[0]
    on_ballot = BallotEntry(
        phase_id=phase.id,
        entry_id=entry.id,
        revision_id=entry.submitted_id,
        added_by=made.captains[0].id,
    )
    await add(db, on_ballot)
    things.add(JUDGED, "phase_id", phase.id)
    things.add(JUDGED, "ballot_entry_id", on_ballot.id)


async def _seated(db: AsyncSession, made: Judged, things: "Things") -> None:
    sample = await add(
        db,
        CalibrationSample(
            panel_id=made.panel.id,
            position=1,
            title=f"Sample {JUDGED}",
            text=JUDGED,
            text_html=JUDGED,
        ),
    )
    things.add(JUDGED, "sample_id", sample.id)
    things.add(JUDGED, "judge_id", made.judges[0].id)
    things.add(JUDGED, "assignment_id", made.assignments[0, 0].id)
    things.add(JUDGED, "scorecard_id", made.scorecards[0, 0].id)
    things.add(JUDGED, "criterion_id", made.criteria[0].id)


async def _published(db: AsyncSession, cast: Cast, made: Judged) -> PanelResult:
    mia = await viewer_of(db, cast.mia)
    ran = await run_scores(db, mia, made.campaign, made.panel)
    until = datetime.now(UTC) + timedelta(days=9)
    publication = Publication(ran.run.id, until, "UTC")
    return await publish_result(db, mia, made.campaign, made.panel, publication, seen=0)


async def _answered(
    db: AsyncSession, cast: Cast, made: Judged, result: PanelResult, mark: str, things: "Things"
) -> None:
    """Reasons that are signed off and not released, an appeal that is not decided, and a letter
    that was not sent."""
    await draft_answers(db, await viewer_of(db, cast.mia), made.campaign, made.panel)
    for answer in await db.scalars(select(EntrantAnswer).filter_by(result_id=result.id)):
        answer.words = answer.words_html = f"Reasons {mark}"
        answer.signed_by, answer.signed_at = cast.mia.id, datetime.now(UTC)
        things.add(mark, "answer_id", answer.id)
    appeal = Appeal(
        result_id=result.id,
        entry_id=made.entries[0].id,
        made_by=made.captains[0].id,
        text=f"Appeal {mark}",
        text_html=f"Appeal {mark}",
    )
    batch = LetterBatch(
        result_id=result.id,
        recipients="everyone",
        subject=f"Letter {mark}",
        text=f"Dear {mark}",
        written_by=cast.mia.id,
    )
    db.add_all([appeal, batch])
    await db.flush()
    things.add(mark, "appeal_id", appeal.id)
    things.add(mark, "batch_id", batch.id)


async def _awarded(
    db: AsyncSession, cast: Cast, made: Judged, result: PanelResult, mark: str, things: "Things"
) -> None:
    """An award that is not confirmed, and an invitation into the next phase."""
    entry_id = made.entries[0].id
    award = await add(
        db,
        Award(
            campaign_id=made.campaign.id,
            entry_id=entry_id,
            result_id=result.id,
            title=f"Prize {mark}",
            reason=f"Because {mark}",
            decided_by=cast.mia.id,
        ),
    )
    check = await add(db, AwardCheck(award_id=award.id, position=1, text=f"Check {mark}"))
    due = date(2030, 1, 1)
    payment = await add(
        db,
        AwardPayment(award_id=award.id, position=1, title=f"Pay {mark}", amount=5, due_on=due),
    )
    advanced = await add(
        db,
        Advancement(
            result_id=result.id,
            entry_id=entry_id,
            to_phase_id=made.later.id,
            reason=f"On {mark}",
            decided_by=cast.mia.id,
        ),
    )
    things.add(mark, "award_id", award.id)
    things.add(mark, "check_id", check.id)
    things.add(mark, "payment_id", payment.id)
    things.add(mark, "advancement_id", advanced.id)


async def _met(db: AsyncSession, made: Judged, mark: str, things: "Things") -> None:
    """What the panel said and decided when it met."""
    said_by = made.judges[0].person_id
    item = await add(
        db,
        DeliberationItem(
            panel_id=made.panel.id,
            entry_id=made.entries[0].id,
            raised_by=said_by,
            why=f"Why {mark}",
        ),
    )
    note = DeliberationNote(item_id=item.id, said_by=said_by, text=mark, text_html=f"Note {mark}")
    decision = DeliberationDecision(
        item_id=item.id, kind="confirm", reason=f"So {mark}", decided_by=said_by
    )
    db.add_all([note, decision])
    await db.flush()
    things.add(mark, "item_id", item.id)
    things.add(mark, "decision_id", decision.id)


async def _being_scored(db: AsyncSession, cast: Cast, things: "Things") -> None:
    """What two judges gave in a panel that is open and shares scores; Jo, its third judge, has
    not finished. Not even those who manage it know of what was given."""
    made = await _judged_about(db, cast, PEER, [*(await _jurors(db, PEER))[:2], cast.jo])
    made.panel.closed_at = made.panel.closed_by = None
    made.panel.shares_scores = True
    made.panel.divergence_bound = Decimal(1)
    own = made.scorecards[0, 2]
    own.final_at = None
    cast.jo.judges = True
    made.judges[2].declared_for = [one.id for one in made.captains]
    # Their own comments they know.
    await _say_own(db, [card.id for (_entry, judge), card in made.scorecards.items() if judge == 2])
    await db.flush()
    others = select(Assignment.id).join(PanelJudge).where(PanelJudge.panel_id == made.panel.id)
    for number in await db.scalars(others.where(PanelJudge.person_id != cast.jo.id)):
        things.add(PEER, "assignment_id", number)
    _put_around(things, PEER, made)
    own_ones = [made.assignments[entry, 2].id for entry in range(len(made.entries))]
    things.put_around(PEER, "assignment_id", *own_ones)
    things.put_around(PEER, "judge_id", *(judge.id for judge in made.judges))


def _put_around(things: "Things", mark: str, made: Judged) -> None:
    things.put_around(mark, "campaign_id", made.campaign.id)
    things.put_around(mark, "panel_id", made.panel.id)
    things.put_around(mark, "entry_id", *(entry.id for entry in made.entries))
    things.put_around(mark, "person_id", *(person.id for person in made.captains))


async def _say_own(db: AsyncSession, cards: list[int]) -> None:
    for row in await db.scalars(select(Score).where(Score.scorecard_id.in_(cards))):
        row.comment_for_entrant = row.comment_internal = "My own view"


async def _preliminary(db: AsyncSession, cast: Cast, things: "Things") -> None:
    """A preliminary result in which Cem has an entry: of the others he knows what is published."""
    jurors = await _jurors(db, UNRELEASED)
    made = await _judged_about(db, cast, UNRELEASED, jurors, about=UNRELEASED)
    await _hand_to(db, made.entries[-1], cast.cem)
    result = await _published(db, cast, made)
    kept = type(things)()
    await _answered(db, cast, made, result, UNRELEASED, kept)
    await _awarded(db, cast, made, result, UNRELEASED, kept)
    await _met(db, made, UNRELEASED, kept)
    _put_around(things, UNRELEASED, made)
    things.put_around(UNRELEASED, "result_id", result.id)
    for name, numbers in kept.numbers[UNRELEASED].items():
        things.put_around(UNRELEASED, name, *numbers)
    for entry in made.entries[:-1]:
        things.add(UNRELEASED, "entry_id", entry.id)
    for name in ("advancement_id", "item_id", "decision_id"):
        things.add(UNRELEASED, name, kept.numbers[UNRELEASED][name][0])
    things.add(UNRELEASED, "panel_id", made.panel.id)
    things.add(UNRELEASED, "assignment_id", made.assignments[0, 0].id)


async def _hand_to(db: AsyncSession, entry: Entry, person: Person) -> None:
    """The entry is this person's own, and says nothing that is not."""
    member = await db.scalar(select(EntryMember).where(EntryMember.entry_id == entry.id))
    revision = await db.get(EntryRevision, entry.submitted_id)
    assert member
    assert revision
    member.person_id = revision.submitted_by = person.id
    entry.title = revision.title = "My own entry"
    entry.team_name = revision.team_name = "My team"
    entry.answers = revision.answers = {"what": "A bench."}
    revision.people = [{"id": person.id, "name": person.name, "role": "captain"}]
    await db.flush()
