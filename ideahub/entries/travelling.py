"""What entries bring into a new challenge: the form, from a template or from last year's."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import PhaseNow
from ideahub.campaigns.templates.outlines import CampaignTemplate, FieldOutline
from ideahub.campaigns.travelling import Shift
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.setting_up import Travel
from ideahub.entries.designing_form import FieldPlan, add_form, phases_for_entries, plan_of
from ideahub.entries.form_versions import form_in_use, form_versions
from ideahub.entries.models import Entry, FieldKind

# Every entry has a title, so a template's question for its name would ask for it twice.
ITS_NAME = "name"


async def fill_from_template(
    db: AsyncSession, campaign: Campaign, template: CampaignTemplate
) -> None:
    """Makes a form for each phase that takes entries: its own, or the template's."""
    for phase in await phases_for_entries(db, campaign.id):
        outline = template.phase_at(phase.position)
        asked = (outline and outline.form) or template.form
        if plans := [_plan(one) for one in asked if one.key != ITS_NAME]:
            await add_form(db, campaign.created_by, phase.id, plans)


def _plan(one: FieldOutline) -> FieldPlan:
    return FieldPlan(
        key="",
        kind=FieldKind(one.kind),
        label=_(one.label),
        help=_(one.help) if one.help else "",
        required=one.required,
        shown_blind=one.in_blind,
        shown_public=one.in_public,
        options=[_(option) for option in one.options],
    )


async def copy_from(db: AsyncSession, source: Campaign, target: Campaign, _shift: Shift) -> None:
    """Copies the form of each phase that takes entries to the same phase of the copy."""
    copies = {phase.position: phase for phase in await phases_for_entries(db, target.id)}
    for phase in await phases_for_entries(db, source.id):
        form = await form_in_use(db, phase.id)
        copy: PhaseNow | None = copies.get(phase.position)
        if form and copy:
            plans = [plan_of(one) for one in form.fields]
            await add_form(db, target.created_by, copy.id, plans)


async def contents(db: AsyncSession, campaign: Campaign) -> Sequence[Any]:
    """What the forms ask, for whoever reviews the draft."""
    phases = await phases_for_entries(db, campaign.id)
    newest = [next(iter(await form_versions(db, phase.id)), None) for phase in phases]
    return [str(one) for form in newest if form for one in form.fields]


BEGUN = select(func.count()).where(Entry.campaign_id == bindparam("campaign_id", type_=BigInteger))


async def count_begun(db: AsyncSession, campaign_id: int) -> int:
    """How many entries were ever begun in the challenge."""
    ((count,),) = await rows_of(db, BEGUN, {"campaign_id": campaign_id})
    return int(count)


TRAVEL = Travel(fill_from_template=fill_from_template, copy_from=copy_from, contents=contents)
