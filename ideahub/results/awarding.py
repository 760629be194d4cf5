"""Rules for awards: a prize that an entry won, once everything about the winner is verified."""

from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.terms_models import EligibilityQuestion, Prize, PrizeMilestone
from ideahub.core import lengths
from ideahub.core.events import Kind, record
from ideahub.core.i18n import N_, _, ngettext
from ideahub.core.locking import locked
from ideahub.core.money import CURRENCIES
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.judging.models import Panel
from ideahub.judging.panels import lock_panel
from ideahub.results.models import Award, AwardCheck, AwardPayment, PanelResult, RunPlace
from ideahub.results.publishing import current_result
from ideahub.results.standing_apart import must_not_be_behind
from ideahub.results.still_counting import must_still_count

# What is verified about every winner.
STANDARD_CHECKS = (
    N_("Who they are was verified"),
    N_("They meet the conditions of the challenge for taking part"),
    N_("They are not related to a judge or to whoever decides about the award"),
    N_("They may use and pass on what they submitted"),
    N_("They have accepted the rules of the challenge"),
    N_("What is needed for the payment is there"),
)


class PlannedAward(NamedTuple):
    """What an entry wins; without an amount it is not money."""

    entry_id: int
    title: str
    amount: Decimal | None = None
    currency: str = ""
    prize_id: int | None = None
    reason: str = ""


async def give_award(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel: Panel, planned: PlannedAward
) -> Award:
    """Decides that an entry wins an award, with a checklist of what has to be verified before it is
    confirmed; returns the standing award where the entry has this one already.

    Raises Conflict where no result is published and for an entry that counts no longer; Invalid for
    one that was not ranked, and for money without a currency; Forbidden for whoever is behind it.
    """
    panel = await lock_panel(db, panel.id)
    result = await current_result(db, panel.id)
    if result is None:
        raise Conflict(_("Publish the result first: awards follow from a published result."))
    await must_not_be_behind(db, viewer, [planned.entry_id])
    await _must_be_placed(db, result, planned.entry_id)
    if before := await _standing(db, planned):
        return before
    await must_still_count(db, [planned.entry_id])
    if planned.prize_id is not None:
        planned = await _as_the_prize_says(db, campaign, planned)
    if planned.amount and planned.currency not in CURRENCIES:
        raise Invalid(_("Say in which currency, such as EUR."), field="currency")
    award = Award(
        campaign_id=campaign.id,
        result_id=result.id,
        decided_by=viewer.person_id,
        **planned._asdict(),
    )
    db.add(award)
    await db.flush()
    await _begin_checklist(db, award)
    await _plan_milestones(db, award)
    await record(db, Kind.AWARD_DECIDED, viewer, on=campaign, subject=award)
    return award


async def _standing(db: AsyncSession, planned: PlannedAward) -> Award | None:
    """The award that the entry has already: this prize, or without one what is called the same."""
    same = (
        Award.title == planned.title
        if planned.prize_id is None
        else Award.prize_id == planned.prize_id
    )
    found: Award | None = await db.scalar(
        select(Award).where(Award.entry_id == planned.entry_id, Award.revoked_at.is_(None), same)
    )
    return found


async def _as_the_prize_says(
    db: AsyncSession, campaign: Campaign, planned: PlannedAward
) -> PlannedAward:
    """The award with what its prize says; raises Invalid where the prize is none of the campaign
    or has all its winners."""
    prize = await locked(db, Prize, planned.prize_id)
    if prize.campaign_id != campaign.id:
        raise Invalid(_("Choose a prize of this challenge."), field="prize")
    winners = await db.scalar(
        select(func.count(Award.id)).where(Award.prize_id == prize.id, Award.revoked_at.is_(None))
    )
    if (winners or 0) >= prize.winners:
        raise Invalid(
            ngettext(
                "This prize has %(num)s winner, who is chosen already.",
                "This prize has %(num)s winners, who are chosen already.",
                prize.winners,
            ),
            field="prize",
        )
    return planned._replace(
        title=planned.title or prize.title or prize.category or _("Prize"),
        amount=planned.amount or prize.amount,
        currency=(planned.currency or prize.currency or "")
        if planned.amount or prize.amount
        else "",
    )


async def _begin_checklist(db: AsyncSession, award: Award) -> None:
    """What is verified about everyone, and each condition that entrants have answered about."""
    asked = await db.scalars(
        select(EligibilityQuestion.text)
        .where(EligibilityQuestion.campaign_id == award.campaign_id)
        .order_by(EligibilityQuestion.position)
    )
    texts = [
        *(_(text) for text in STANDARD_CHECKS),
        *(_("Verified what they answered to: %(question)s", question=text) for text in asked),
    ]
    db.add_all(
        AwardCheck(award_id=award.id, position=at, text=text[: lengths.FIELD_HELP])
        for at, text in enumerate(texts, 1)
    )


async def _plan_milestones(db: AsyncSession, award: Award) -> None:
    """A payment for each milestone of the prize that has an amount; none for an award of another
    amount than the prize, whose parts would not add up to it."""
    milestones = await db.scalars(
        select(PrizeMilestone)
        .join(Prize, Prize.id == PrizeMilestone.prize_id)
        .where(
            Prize.id == award.prize_id,
            Prize.amount == award.amount,
            Prize.currency == award.currency,
            PrizeMilestone.amount.is_not(None),
        )
        .order_by(PrizeMilestone.position)
    )
    db.add_all(
        AwardPayment(
            award_id=award.id,
            position=at,
            title=one.title,
            amount=one.amount,
            due_on=one.due_on,
            note=one.due_note,
        )
        for at, one in enumerate(milestones, 1)
    )


async def _must_be_placed(db: AsyncSession, result: PanelResult, entry_id: int) -> None:
    rank = await db.scalar(
        select(RunPlace.rank).where(RunPlace.run_id == result.run_id, RunPlace.entry_id == entry_id)
    )
    if rank is None:
        raise Invalid(_("Choose an entry that has a place in the result."), field="entry")


async def find_award(db: AsyncSession, campaign: Campaign, award_id: int) -> Award:
    """An award of the campaign, locked; raises NotFound."""
    award = await locked(db, Award, award_id)
    if award.campaign_id != campaign.id:
        raise NotFound
    return award


async def standing_award(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, award_id: int
) -> Award:
    """As `find_award`; raises Conflict also for one that was taken back, and Forbidden for whoever
    is behind its entry."""
    award = await find_award(db, campaign, award_id)
    await must_not_be_behind(db, viewer, [award.entry_id])
    if award.revoked_at:
        raise Conflict(_("This award was taken back. What was recorded stays as it is."))
    return award


async def add_check(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, award_id: int, text: str
) -> None:
    """Adds something that has to be verified before the award is confirmed."""
    award = await _unconfirmed(db, viewer, campaign, award_id)
    checks = await checks_of(db, award.id)
    if text in {check.text for check in checks}:
        return
    check = AwardCheck(award_id=award.id, position=len(checks) + 1, text=text)
    db.add(check)
    await record(db, Kind.AWARD_CHECKED, viewer, on=campaign, subject=award)


async def note_check(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    award_id: int,
    check_id: int,
    *,
    passed: bool,
    note: str,
) -> None:
    """Notes whether what had to be verified is so; a later note takes the place of it until the
    award is confirmed. Raises Invalid for a failure without a note."""
    award = await _unconfirmed(db, viewer, campaign, award_id)
    check = await locked(db, AwardCheck, check_id)
    if check.award_id != award.id:
        raise NotFound
    if not passed and not note:
        raise Invalid(_("Say what is missing or wrong."), field=f"note-{check.id}")
    check.passed, check.note = passed, note
    check.checked_by, check.checked_at = viewer.person_id, func.clock_timestamp()
    await record(
        db, Kind.AWARD_CHECKED, viewer, on=campaign, subject=award, check=check.text, passed=passed
    )


async def checks_of(db: AsyncSession, award_id: int) -> list[AwardCheck]:
    """The checklist of an award, in its order."""
    found = await db.scalars(
        select(AwardCheck)
        .where(AwardCheck.award_id == award_id)
        .order_by(AwardCheck.position, AwardCheck.id)
    )
    return list(found)


async def _unconfirmed(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, award_id: int
) -> Award:
    award = await standing_award(db, viewer, campaign, award_id)
    if award.confirmed_at:
        raise Conflict(_("This award is confirmed. What was verified before stays as it is."))
    return award


async def confirm_award(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, award_id: int
) -> Award:
    """Confirms an award, which everyone sees from then on; does nothing where it is confirmed.

    Raises Conflict until the result is final, where the entry counts no longer or has no place in
    it any more, and while something on the checklist is not passed.
    """
    award = await standing_award(db, viewer, campaign, award_id)
    if award.confirmed_at:
        return award
    await must_still_count(db, [award.entry_id])
    await _must_be_final(db, award)
    left = [check for check in await checks_of(db, award.id) if not check.passed]
    if left:
        raise Conflict(
            ngettext(
                "%(num)s point of the checklist is not passed yet.",
                "%(num)s points of the checklist are not passed yet.",
                len(left),
            )
        )
    award.confirmed_at = func.clock_timestamp()
    award.confirmed_by = viewer.person_id
    await record(db, Kind.AWARD_CONFIRMED, viewer, on=campaign, subject=award)
    await db.refresh(award)
    return award


async def _must_be_final(db: AsyncSession, award: Award) -> None:
    panel_id = await db.scalar(
        select(PanelResult.panel_id).where(PanelResult.id == award.result_id)
    )
    result = await current_result(db, panel_id or 0)
    if result is None or result.final_at is None:
        raise Conflict(_("The result is preliminary. An award is confirmed once it is final."))
    rank = await db.scalar(
        select(RunPlace.rank).where(
            RunPlace.run_id == result.run_id, RunPlace.entry_id == award.entry_id
        )
    )
    if rank is None:
        raise Conflict(_("This entry has no place in the final result any more."))


async def revoke_award(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, award_id: int, reason: str
) -> Award:
    """Takes an award back, with a reason; its record stays. Does nothing where the viewer has done
    it for the same reason."""
    award = await find_award(db, campaign, award_id)
    if award.revoked_at:
        if (award.revoked_by, award.revocation_reason) == (viewer.id, reason):
            return award
        raise Conflict(_("This award was taken back already."))
    award.revoked_at = func.clock_timestamp()
    award.revoked_by = viewer.person_id
    award.revocation_reason = reason
    await record(db, Kind.AWARD_REVOKED, viewer, on=campaign, subject=award)
    await db.refresh(award)
    return award
