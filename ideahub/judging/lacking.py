"""What a challenge lacks of judging: panels, criteria, weights, judges."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.lacking import ahead, due_before
from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import PhaseNow
from ideahub.core.db import rows_of
from ideahub.core.i18n import _, ngettext
from ideahub.core.setting_up import Lack
from ideahub.judging.models import Panel, PanelCriterion, PanelJudge
from ideahub.judging.weighing import WHOLE

_of_panel = PanelCriterion.panel_id == Panel.id
_seated = (
    PanelJudge.panel_id == Panel.id,
    PanelJudge.declined_at.is_(None),
    PanelJudge.removed_at.is_(None),
)
PANELS = (
    select(
        Panel.id,
        Panel.name,
        Panel.phase_id,
        Panel.entries_phase_id,
        Panel.judges_per_entry,
        select(func.sum(PanelCriterion.weight)).where(_of_panel).scalar_subquery(),
        select(func.count(PanelJudge.id)).where(*_seated).scalar_subquery(),
    )
    .where(
        Panel.campaign_id == bindparam("campaign_id", type_=BigInteger), Panel.closed_at.is_(None)
    )
    .order_by(Panel.id)
)


class PanelSoFar(msgspec.Struct, frozen=True):
    """How far a panel is set up; `weights` is None without criteria, `judges` are those invited who
    neither declined nor were removed."""

    id: int
    name: str
    phase_id: int
    entries_phase_id: int
    judges_per_entry: int | None
    weights: Decimal | None
    judges: int


async def judging_lacks(
    db: AsyncSession, campaign: Campaign, phases: Sequence[PhaseNow]
) -> list[Lack]:
    """What is missing for each phase that accepts scoring, and for each round by invitation."""
    scoring = ahead(phases, Accepts.SCORING)
    rounds = [one for one in ahead(phases, Accepts.ENTRIES) if one.invited_from_id is not None]
    if not (scoring or rounds):
        return []
    rows = await rows_of(db, PANELS, {"campaign_id": campaign.id})
    panels = [PanelSoFar(*row) for row in rows]
    found: list[Lack] = []
    for phase in scoring:
        here = [one for one in panels if one.phase_id == phase.id]
        found += _without_panel(campaign, phase, phases) if not here else []
        for panel in here:
            found += _of_one_panel(campaign, panel, phase, phases)
    return [*found, *_unjudged_rounds(campaign, panels, rounds, phases)]


def _without_panel(
    campaign: Campaign, phase: PhaseNow, phases: Sequence[PhaseNow]
) -> Iterator[Lack]:
    before = phases[: phases.index(phase)]
    if any(Accepts.ENTRIES in one.accepts for one in before):
        sentence = _("“%(phase)s”: set up the panel that judges then.", phase=phase.name)
        at = f"/management/{campaign.id}/judging/new"
        yield Lack(_("Judging"), at, sentence, due_before(phase))


def _of_one_panel(
    campaign: Campaign, panel: PanelSoFar, phase: PhaseNow, phases: Sequence[PhaseNow]
) -> Iterator[Lack]:
    at, section = f"/management/{campaign.id}/judging/{panel.id}", panel.name
    if panel.weights is None:
        entered = next((one for one in phases if one.id == panel.entries_phase_id), phase)
        sentence = _("Say by which criteria entries are judged, so that entrants know them.")
        yield Lack(section, f"{at}/criteria", sentence, due_before(entered))
    elif panel.weights != WHOLE:
        sentence = _("The weights of the criteria have to sum to 100 %.")
        yield Lack(section, f"{at}/criteria", sentence)
    if not panel.judges:
        yield Lack(section, f"{at}#invite", _("Invite the judges."), due_before(phase))
    elif panel.judges < (panel.judges_per_entry or 1):
        sentence = ngettext(
            "Invite more judges: every entry needs %(num)s.",
            "Invite more judges: every entry needs %(num)s.",
            panel.judges_per_entry or 1,
        )
        yield Lack(section, f"{at}#invite", sentence, due_before(phase))


def _unjudged_rounds(
    campaign: Campaign,
    panels: Sequence[PanelSoFar],
    rounds: Sequence[PhaseNow],
    phases: Sequence[PhaseNow],
) -> Iterator[Lack]:
    """Rounds into which nobody can be invited, as nobody judges the entries before."""
    names = {one.id: one.name for one in phases}
    judged = {one.entries_phase_id for one in panels}
    for one in rounds:
        if one.invited_from_id in names and one.invited_from_id not in judged:
            sentence = _(
                "Nobody judges “%(source)s”, so nobody can be invited into “%(phase)s”.",
                source=names[one.invited_from_id],
                phase=one.name,
            )
            at = f"/management/{campaign.id}/judging/new"
            yield Lack(_("Judging"), at, sentence, due_before(one))
