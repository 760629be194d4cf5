"""Entries, panels and results in the states in which somebody may do something to them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.entries.entering import submit_entry
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.inviting import hash_of
from ideahub.entries.models import (
    Entry,
    EntryContributor,
    EntryInvitation,
    EntryMember,
    MemberRole,
)
from ideahub.entries.on_behalf import ask_to_confirm, begin_for
from ideahub.ideas.models import Idea
from ideahub.judging.inviting import hash_invitation
from ideahub.judging.models import CalibrationSample, ConflictDeclaration, Panel, PanelJudge
from ideahub.judging.reading_again import ReadingPlan
from ideahub.organisations.models import Person
from ideahub.results.answering_entrants import answer_fingerprint, draft_answers
from ideahub.results.answers import answers_of
from ideahub.results.letters import letters_to_see, write_letters
from ideahub.results.models import (
    Advancement,
    Appeal,
    Award,
    AwardCheck,
    AwardPayment,
    DeliberationDecision,
    DeliberationItem,
    PanelResult,
)
from ideahub.results.publishing import Publication, publish_result
from ideahub.results.running_scores import run_scores
from ideahub.results.third_reading import ask_third_reading
from ideahub.results.wanted_readings import wanted_readings
from tests.entries.entering import SITE, enter, make_contest, write
from tests.judging.panels_made import (
    Judging,
    assignments,
    make_judging,
    score,
    seat,
    share_out,
)
from tests.judging.panels_made import enter as enter_judged
from tests.results.judged import Judged, make_judged
from tests.results.test_the_rule import add_judge
from tests.support.cast import Cast, add, make_person, viewer_of

SECRET, JUDGE_SECRET = "entrant-" + "x" * 24, "juror-" + "y" * 24
SOON = datetime.now(UTC) + timedelta(days=20)


@dataclass
class Acting:
    """Those who may do something to entries and panels, beside whom `make_everyone` makes."""

    captain: Person
    member: Person
    juror: Person

    @property
    def people(self) -> dict[str, Person]:
        """By what they are."""
        return {"captain": self.captain, "team member": self.member, "juror": self.juror}


async def make_acting(db: AsyncSession) -> Acting:
    """A captain, another one in the team, and a judge."""
    return Acting(
        await make_person(db, "Captain Here"),
        await make_person(db, "Teammate Here"),
        await make_person(db, "Juror Here"),
    )


async def make_entries(
    db: AsyncSession, cast: Cast, acting: Acting, manager: Person
) -> dict[str, Any]:
    """An entry of two, an invitation to its team, one that was made for somebody else, and a
    challenge whose form nobody has answered."""
    contest, phase = await make_contest(db, cast.city)
    await enter(db, acting.captain, phase)
    entry = (await db.scalars(select(Entry).where(Entry.phase_id == phase.id))).one()
    db.add(EntryMember(entry_id=entry.id, person_id=acting.member.id))
    invited = await add(
        db,
        EntryInvitation(
            entry_id=entry.id,
            address=acting.juror.email,
            secret_hash=hash_of(SECRET),
            invited_by=acting.captain.id,
            expires_at=SOON,
        ),
    )
    entry.idea_id = await db.scalar(select(func.min(Idea.id)))
    helped = await make_person(db, "Helped Once")
    db.add(EntryContributor(entry_id=entry.id, person_id=helped.id, role="build"))
    stand_in = await viewer_of(db, manager)
    for_another = await begin_for(db, stand_in, contest, phase.id, "other@mail.example")
    await _submit_for(db, manager, for_another)
    empty, _phase = await make_contest(db, cast.city)
    return {
        "contest": contest.id,
        "entry_phase": phase.id,
        "entry_id": entry.id,
        "entry_saved": entry.saved,
        "team_member": acting.member.id,
        "idea_contributor": helped.id,
        "invitation_id": invited.id,
        "for_another": for_another,
        "entry_secret": SECRET,
        "no_entries": empty.id,
    }


async def _submit_for(db: AsyncSession, manager: Person, entry_id: int) -> None:
    row = await db.get_one(Entry, entry_id)
    form = await form_in_use(db, row.phase_id)
    assert form
    await write(db, manager, entry_id, {form.fields[0].key: "Paint it."})
    viewer = await viewer_of(db, manager)
    await submit_entry(db, viewer, entry_id, site=SITE)
    await ask_to_confirm(db, viewer, entry_id, site=SITE)


async def make_panels(db: AsyncSession, cast: Cast, acting: Acting) -> dict[str, Any]:
    """A panel that is open, with entries of the captain's that the juror scores."""
    made = await make_judging(db, cast, shares=True)
    for title in ("Yellow feet", "Green feet"):
        await enter_judged(db, made, acting.captain, title=title)
    juror = await seat(db, made, acting.juror)
    await share_out(db, made, cast)
    first, _second = await _assigned(db, made)
    sample = await add(
        db,
        CalibrationSample(
            panel_id=made.panel.id, position=1, title="Sample", text="So.", text_html="So."
        ),
    )
    waiting = await _waiting_judge(db, made)
    finished = await _finished(db, cast, acting)
    fresh = await _fresh(db, cast, acting)
    return {
        "judged": made.campaign.id,
        "panel_id": made.panel.id,
        "entries_phase": made.entries_phase.id,
        "scoring_phase": made.scoring_phase.id,
        "criterion_1": made.criteria[0].id,
        "criterion_2": made.criteria[1].id,
        "assignment_id": first,
        "assigned_entry": made.entries[0].id,
        "sample_id": sample.id,
        "entrant": acting.captain.id,
        "judge_id": juror.id,
        "waiting_judge": waiting,
        "judge_secret": JUDGE_SECRET,
        **finished,
        **fresh,
    }


async def _assigned(db: AsyncSession, made: Judging) -> list[int]:
    return [one.id for one in await assignments(db, made)]


async def _waiting_judge(db: AsyncSession, made: Judging) -> int:
    """Somebody who was invited as a judge, and has not answered."""
    waiting = await add(
        db,
        PanelJudge(
            panel_id=made.panel.id,
            label=9,
            address="waiting@mail.example",
            invited_by=made.panel.created_by,
            secret_hash=hash_invitation(JUDGE_SECRET),
            expires_at=SOON,
        ),
    )
    return waiting.id


async def _finished(db: AsyncSession, cast: Cast, acting: Acting) -> dict[str, Any]:
    """A panel that shares its scores: two judges are far apart, both have finished, and a third
    one could read."""
    made = await make_judging(db, cast, shares=True, divergence_bound=5)
    await enter_judged(db, made, acting.captain)
    colleague, third = await make_person(db, "Second Judge"), await make_person(db, "Third Judge")
    for person in (acting.juror, colleague):
        await seat(db, made, person)
    await share_out(db, made, cast, 2)
    for judge, person, values in zip(
        made.judges, (acting.juror, colleague), (("9", "3"), ("1", "1")), strict=True
    ):
        (own,) = await assignments(db, made, judge)
        await score(db, made, person, own, *values)
        if person is acting.juror:
            finished = own.id
    await seat(db, made, third)
    return {
        "finished": finished,
        "finished_campaign": made.campaign.id,
        "finished_panel": made.panel.id,
    }


async def _fresh(db: AsyncSession, cast: Cast, acting: Acting) -> dict[str, Any]:
    """A panel that has its judge, who has not declared anything, and one to which nobody was
    invited."""
    made = await make_judging(db, cast)
    await enter_judged(db, made, acting.captain)
    juror = await seat(db, made, acting.juror, declared=False)
    entrant = acting.captain.id
    db.add(ConflictDeclaration(judge_id=juror.id, person_id=entrant, category="employer"))
    ready = await make_judging(db, cast)
    await enter_judged(db, ready, acting.captain)
    await seat(db, ready, acting.juror)
    empty = await add(
        db,
        Panel(
            campaign_id=made.campaign.id,
            phase_id=made.scoring_phase.id,
            entries_phase_id=made.entries_phase.id,
            name="Nobody yet",
            created_by=cast.mia.id,
        ),
    )
    return {
        "undeclared": made.panel.id,
        "fresh_campaign": made.campaign.id,
        "empty_panel": empty.id,
        "fresh_entries": made.entries_phase.id,
        "fresh_scoring": made.scoring_phase.id,
        "ready_campaign": ready.campaign.id,
        "ready_panel": ready.panel.id,
    }


async def _readable(db: AsyncSession, cast: Cast, acting: Acting) -> dict[str, Any]:
    """A closed panel whose judges are far apart about two entries: one more judge could read the
    first, and was asked to read the second."""
    made = await _judged(db, cast, acting, "h", divergence_bound=5)
    reader = await make_person(db, "Reader Here")
    await add_judge(db, made.panel, reader.id)
    mia = await viewer_of(db, cast.mia)
    await run_scores(db, mia, made.campaign, made.panel)
    seat = (await db.scalars(select(PanelJudge).filter_by(person_id=reader.id))).one()
    wanted = await wanted_readings(db, made.panel)
    plan = ReadingPlan(wanted[1].entry_id, seat.id, SOON, "UTC")
    reading = await ask_third_reading(db, mia, made.campaign, made.panel, plan)
    return {
        "readable_campaign": made.campaign.id,
        "readable_panel": made.panel.id,
        "readable_entry": wanted[0].entry_id,
        "reader": seat.id,
        "third_reading_id": reading.id,
    }


async def make_results(db: AsyncSession, cast: Cast, acting: Acting) -> dict[str, Any]:
    """A panel that is closed, one whose scores were run, and one with a preliminary result and all
    that hangs on it; and one whose time for appeals is over."""
    closed = await _judged(db, cast, acting, "c")
    ran = await _judged(db, cast, acting, "r")
    mia = await viewer_of(db, cast.mia)
    run = await run_scores(db, mia, ran.campaign, ran.panel)
    made = await _judged(db, cast, acting, "p")
    result = await _publish(db, cast, made)
    unanswered = await _judged(db, cast, acting, "u")
    open_result = await _publish(db, cast, unanswered)
    final = await _judged(db, cast, acting, "f")
    over = await _publish(db, cast, final)
    over.appeals_until = datetime.now(UTC) - timedelta(minutes=1)
    return {
        "closed_campaign": closed.campaign.id,
        "closed_panel": closed.panel.id,
        "ran_campaign": ran.campaign.id,
        "ran_panel": ran.panel.id,
        "run_id": run.run.id,
        "result_campaign": made.campaign.id,
        "result_panel": made.panel.id,
        "result_id": open_result.id,
        "unanswered_campaign": unanswered.campaign.id,
        "unanswered_panel": unanswered.panel.id,
        "unanswered_entry": unanswered.entries[0].id,
        "over_campaign": final.campaign.id,
        "over_panel": final.panel.id,
        **await _readable(db, cast, acting),
        "ranked_entry": made.entries[1].id,
        "later_phase": made.later.id,
        **await _answered(db, cast, made, result),
        **await _awarded(db, cast, made, result),
        **await _confirmable(db, cast, acting),
        **await _met(db, made),
    }


async def _judged(db: AsyncSession, cast: Cast, acting: Acting, tag: str, **panel: Any) -> Judged:
    jurors = [acting.juror, *[await make_person(db, f"Peer{at}{tag} Nr") for at in range(2)]]
    made = await make_judged(db, cast, judges=jurors, about=tag, **panel)
    member = await db.scalar(
        select(EntryMember).where(
            EntryMember.entry_id == made.entries[0].id, EntryMember.role == MemberRole.CAPTAIN
        )
    )
    assert member
    member.person_id = acting.captain.id
    await db.flush()
    return made


async def _publish(db: AsyncSession, cast: Cast, made: Judged) -> PanelResult:
    mia = await viewer_of(db, cast.mia)
    ran = await run_scores(db, mia, made.campaign, made.panel)
    publication = Publication(ran.run.id, SOON, "UTC")
    return await publish_result(db, mia, made.campaign, made.panel, publication, seen=0)


async def _answered(
    db: AsyncSession, cast: Cast, made: Judged, result: PanelResult
) -> dict[str, Any]:
    mia = await viewer_of(db, cast.mia)
    await draft_answers(db, mia, made.campaign, made.panel)
    (answer, *_others), _more = await answers_of(db, result.id, result.run_id, 0)
    letters = await write_letters(
        db, mia, made.campaign, made.panel, recipients="everyone", subject="So", text="So."
    )
    letter = (await letters_to_see(db, letters.id))[0].id
    waiting = await _appeal(db, made, result, 0)
    upheld = await _appeal(db, made, result, 1)
    upheld.is_upheld, upheld.decided_at, upheld.decided_by = True, datetime.now(UTC), cast.mia.id
    await db.flush()
    return {
        "answer_of_result": answer.id,
        "answer_mark": answer_fingerprint(answer),
        "batch_id": letters.id,
        "letter": letter,
        "appeal_id": waiting.id,
        "upheld": upheld.id,
        "scorecard_id": made.scorecards[1, 0].id,
        "criterion_id": made.criteria[0].id,
    }


async def _appeal(db: AsyncSession, made: Judged, result: PanelResult, at: int) -> Appeal:
    return await add(
        db,
        Appeal(
            result_id=result.id,
            entry_id=made.entries[at].id,
            made_by=made.captains[at].id,
            text="So.",
            text_html="So.",
        ),
    )


async def _award(db: AsyncSession, cast: Cast, made: Judged, result: PanelResult) -> Award:
    return await add(
        db,
        Award(
            campaign_id=made.campaign.id,
            entry_id=made.entries[0].id,
            result_id=result.id,
            title="Prize",
            amount=9,
            currency="EUR",
            decided_by=cast.mia.id,
        ),
    )


async def _awarded(
    db: AsyncSession, cast: Cast, made: Judged, result: PanelResult
) -> dict[str, Any]:
    award = await _award(db, cast, made, result)
    check = await add(db, AwardCheck(award_id=award.id, position=1, text="So?"))
    advanced = await add(
        db,
        Advancement(
            result_id=result.id,
            entry_id=made.entries[0].id,
            to_phase_id=made.later.id,
            decided_by=cast.mia.id,
        ),
    )
    return {"award_id": award.id, "check_id": check.id, "advancement_id": advanced.id}


async def _confirmable(db: AsyncSession, cast: Cast, acting: Acting) -> dict[str, Any]:
    """An award of a final result of which all is verified, and one that is confirmed, with a
    payment."""
    made = await _judged(db, cast, acting, "w")
    result = await _publish(db, cast, made)
    result.appeals_until = datetime.now(UTC) - timedelta(minutes=2)
    result.final_at, result.final_by = datetime.now(UTC), cast.mia.id
    award = await _award(db, cast, made, result)
    db.add(AwardCheck(award_id=award.id, position=1, text="So?", passed=True))
    confirmed = await _award(db, cast, made, result)
    confirmed.confirmed_at, confirmed.confirmed_by = datetime.now(UTC), cast.mia.id
    payment = await add(db, AwardPayment(award_id=confirmed.id, position=1, title="So", amount=9))
    return {
        "won_campaign": made.campaign.id,
        "won_panel": made.panel.id,
        "confirmable": award.id,
        "confirmed": confirmed.id,
        "payment_id": payment.id,
    }


async def _met(db: AsyncSession, made: Judged) -> dict[str, Any]:
    item = await add(
        db,
        DeliberationItem(
            panel_id=made.panel.id,
            entry_id=made.entries[0].id,
            raised_by=made.judges[1].person_id,
        ),
    )
    decision = await add(
        db,
        DeliberationDecision(
            item_id=item.id, kind="confirm", reason="So.", decided_by=made.judges[1].person_id
        ),
    )
    return {"item_id": item.id, "decision_id": decision.id, "second_number": made.entries[1].number}
