"""Rules for setting when leaders owe answers to the ideas of a campaign."""

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Select, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.archiving import must_not_be_archived
from ideahub.campaigns.change_words import REPLY_RULE
from ideahub.campaigns.changing import ValueChange, note_changes
from ideahub.campaigns.models import Campaign
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.locking import held
from ideahub.core.refusals import Invalid
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea
from ideahub.organisations.models import Person
from ideahub.responses.crossing import BREADTH, note_crossings
from ideahub.responses.leaders import leaders_of
from ideahub.responses.rule_models import PassedBefore, ReplyRule, ReplyRuleLeader

MOST_SUPPORTERS, MOST_ORGANISATIONS, MOST_DAYS, MOST_LEADERS = 1_000_000, 1_000, 365, 5


@dataclass(frozen=True, slots=True)
class RulePlan:
    """What a manager sets; `leaders` are numbers of people. With `also_passed` answers are owed for
    ideas as well that have reached the threshold already."""

    supporters: int
    organisations: int
    days: int
    leaders: tuple[int, ...]
    also_passed: bool = False


class RuleView(msgspec.Struct, frozen=True):
    """The rule of a campaign that holds now; `leaders` are their names, by their numbers."""

    id: int
    supporters: int
    organisations: int
    days: int
    leaders: dict[int, str]

    @property
    def kept(self) -> dict[str, Any]:
        """What a change of the campaign keeps of it."""
        return {
            "supporters": self.supporters,
            "organisations": self.organisations,
            "days": self.days,
            "leaders": list(self.leaders.values()),
        }


STANDING = (
    select(
        ReplyRule.id,
        ReplyRule.supporters,
        ReplyRule.organisations,
        ReplyRule.days,
        Person.id.label("leader_id"),
        Person.name,
    )
    .join(ReplyRuleLeader, ReplyRuleLeader.rule_id == ReplyRule.id)
    .join(Person, Person.id == ReplyRuleLeader.person_id)
    .where(
        ReplyRule.campaign_id == bindparam("campaign_id", type_=BigInteger),
        ReplyRule.ended_at.is_(None),
    )
    .order_by(ReplyRuleLeader.position)
)


async def rule_of(db: AsyncSession, campaign_id: int) -> RuleView | None:
    """The rule that holds now in a campaign, which the caller has found through the viewer."""
    rows = await rows_of(db, STANDING, {"campaign_id": campaign_id})
    if not rows:
        return None
    return RuleView(
        id=rows[0].id,
        supporters=rows[0].supporters,
        organisations=rows[0].organisations,
        days=rows[0].days,
        leaders={row.leader_id: row.name for row in rows},
    )


async def set_rule(db: AsyncSession, viewer: Viewer, campaign: Campaign, plan: RulePlan) -> None:
    """Sets the rule of a campaign, whose row the caller has locked; does nothing where it is so
    already. The rule before it ends, and in a published campaign everyone can read the change.

    Raises Conflict for an archived campaign, and Invalid for a number that is out of bounds or
    somebody who does not lead the campaign's organisation.
    """
    must_not_be_archived(campaign)
    await _must_be_sound(db, campaign, plan)
    before = await rule_of(db, campaign.id)
    if before and _is_same(before, plan):
        return
    await _end(db, viewer, campaign)
    rule = await _add(db, campaign.id, plan, viewer.person_id)
    if plan.also_passed:
        await note_crossings(db, _passed(rule))
    else:
        await _keep_passed(db, rule)
    await _note(db, viewer, campaign, before)


async def end_rule(db: AsyncSession, viewer: Viewer, campaign: Campaign) -> None:
    """Ends the rule of a campaign, whose row the caller has locked; what is owed stays owed. Does
    nothing where there is none."""
    before = await rule_of(db, campaign.id)
    if before:
        await _end(db, viewer, campaign)
        await _note(db, viewer, campaign, before)


async def _must_be_sound(db: AsyncSession, campaign: Campaign, plan: RulePlan) -> None:
    bounds = {
        "supporters": (plan.supporters, MOST_SUPPORTERS),
        "organisations": (plan.organisations, MOST_ORGANISATIONS),
        "days": (plan.days, MOST_DAYS),
    }
    wrong = {
        name: _("Enter a number from 1 to %(most)s.", most=most)
        for name, (value, most) in bounds.items()
        if not 1 <= value <= most
    }
    if wrong:
        raise Invalid(errors=wrong)
    if not plan.leaders:
        raise Invalid(_("Choose who owes the answers."), field="leaders")
    if len(plan.leaders) > MOST_LEADERS:
        raise Invalid(_("Choose at most %(most)s leaders.", most=MOST_LEADERS), field="leaders")
    known = {leader.id for leader in await leaders_of(db, campaign.organisation_id)}
    if not known.issuperset(plan.leaders):
        told = _("Somebody you chose is no leader here any more. Choose again.")
        raise Invalid(told, field="leaders")


def _is_same(before: RuleView, plan: RulePlan) -> bool:
    now = before.supporters, before.organisations, before.days, tuple(before.leaders)
    return now == (plan.supporters, plan.organisations, plan.days, plan.leaders)


async def _end(db: AsyncSession, viewer: Viewer, campaign: Campaign) -> None:
    standing = select(ReplyRule).where(
        ReplyRule.campaign_id == campaign.id, ReplyRule.ended_at.is_(None)
    )
    for rule in await db.scalars(held(standing)):
        rule.ended_at, rule.ended_by = func.now(), viewer.person_id
    await db.flush()


async def _keep_passed(db: AsyncSession, rule: ReplyRule) -> None:
    """Keeps which ideas had reached the threshold before there was this rule."""
    number = bindparam("rule", rule.id, type_=BigInteger)
    passed = _passed(rule).where(rule.organisations <= BREADTH).with_only_columns(number, Idea.id)
    await db.execute(insert(PassedBefore).from_select(["rule_id", "idea_id"], passed))


def _passed(rule: ReplyRule) -> Select[int]:
    """The ideas of the campaign with so many supporters."""
    return select(Idea.id).where(
        Idea.campaign_id == rule.campaign_id, Idea.is_listed, Idea.votes_count >= rule.supporters
    )


async def _note(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, before: RuleView | None
) -> None:
    if not campaign.published_at:
        return
    after = await rule_of(db, campaign.id)
    change = ValueChange(REPLY_RULE, before and before.kept, after and after.kept)
    await note_changes(db, viewer, campaign, [REPLY_RULE], [change])


async def copy_rule(db: AsyncSession, source: Campaign, target: Campaign) -> None:
    """Gives a campaign the rule of another, with those leaders who lead its organisation."""
    rule = await rule_of(db, source.id)
    known = {leader.id for leader in await leaders_of(db, target.organisation_id)}
    leaders = tuple(number for number in rule.leaders if number in known) if rule else ()
    if rule and leaders:
        plan = RulePlan(rule.supporters, rule.organisations, rule.days, leaders)
        await _add(db, target.id, plan, None)


async def _add(db: AsyncSession, campaign_id: int, plan: RulePlan, set_by: int | None) -> ReplyRule:
    rule = ReplyRule(
        campaign_id=campaign_id,
        supporters=plan.supporters,
        organisations=plan.organisations,
        days=plan.days,
        set_by=set_by,
    )
    db.add(rule)
    await db.flush()
    db.add_all(
        ReplyRuleLeader(rule_id=rule.id, person_id=person_id, position=position)
        for position, person_id in enumerate(plan.leaders, start=1)
    )
    await db.flush()
    return rule
