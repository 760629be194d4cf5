"""The rule for declaring, before anybody scores, how totals become ranks."""

from decimal import Decimal

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer
from ideahub.judging.models import Panel
from ideahub.judging.panels import lock_panel
from ideahub.results.collecting import TieBreak, criteria_of, criterion_key, rule_from
from ideahub.results.scoring_rule import MissingScores, PanelMethod, checked_rule

WHOLE = 100


class DeclaredRule(msgspec.Struct, frozen=True, kw_only=True):
    """What is declared. `trim_count` totals are left out at each end of a trimmed mean. Judges
    whose totals of an entry are further apart than `bound` points of 100 are offered a third
    reading; None for never."""

    method: PanelMethod = PanelMethod.MEAN
    trim_count: int = 0
    missing: MissingScores = MissingScores.LEAVE_OUT_JUDGE
    tie_break: TieBreak = TieBreak.CRITERIA
    decimals: int = 2
    bound: Decimal | None = None


def declared_rule(panel: Panel) -> DeclaredRule:
    """What is declared now."""
    found = msgspec.convert(panel.rule, DeclaredRule, strict=False)
    return msgspec.structs.replace(found, bound=panel.divergence_bound)


async def declare_rule(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel: Panel, declared: DeclaredRule
) -> bool:
    """Declares the rule of a panel; returns False where that is declared already.

    Raises Conflict once entries are assigned, as judges rely on the rule; Invalid for what
    `checked_rule` refuses, and for a bound outside of 0 to 100.
    """
    panel = await lock_panel(db, panel.id)
    # The usual rule holds without anybody's doing, and can be declared all the same.
    if panel.rule and declared == declared_rule(panel):
        return False
    if panel.fixed_at or panel.closed_at:
        raise Conflict(
            _("Entries are assigned to judges already, so the rule stays as it was declared."),
            field="method",
        )
    if declared.bound is not None and not 0 < declared.bound <= WHOLE:
        raise Invalid(_("The bound has to be more than 0 and at most 100 points."), field="bound")
    bound = declared.bound
    stored = msgspec.to_builtins(msgspec.structs.replace(declared, bound=None))
    del stored["bound"]
    criteria = await criteria_of(db, panel.id)
    checked_rule(rule_from(stored, criteria), tuple(map(criterion_key, criteria)))
    panel.rule, panel.divergence_bound = stored, bound
    await record(db, Kind.SCORING_RULE_DECLARED, viewer, on=campaign, subject=panel, **stored)
    return True
