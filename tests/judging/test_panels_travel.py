"""A new challenge brings its panel along, from a template or from last year's."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, CampaignChange, CampaignKind, Phase
from ideahub.campaigns.scheduling import plan_phases
from ideahub.campaigns.templates import TEMPLATES
from ideahub.campaigns.travelling import Shift
from ideahub.core.refusals import Conflict, Invalid
from ideahub.judging.inviting import invite_judges
from ideahub.judging.models import Panel, PanelCriterion
from ideahub.judging.removing import remove_panel
from ideahub.judging.travelling import contents, copy_from, fill_from_template
from ideahub.judging.weighing import CriterionPlan, set_criteria
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_campaign, viewer_of


async def draft(db: AsyncSession, cast: Cast) -> Campaign:
    """A draft with a phase for entries and one for scoring."""
    campaign = await make_campaign(
        db, cast.city, kind=CampaignKind.CHALLENGE, published=False, accepts=[Accepts.ENTRIES]
    )
    campaign.created_by = cast.mia.id
    await add(
        db, Phase(campaign_id=campaign.id, position=2, name="Jury", accepts=[Accepts.SCORING])
    )
    return campaign


async def panels(db: AsyncSession, campaign: Campaign) -> list[Panel]:
    """The panels of a challenge."""
    return list(await db.scalars(select(Panel).where(Panel.campaign_id == campaign.id)))


async def criteria(db: AsyncSession, panel: Panel) -> list[PanelCriterion]:
    """The criteria of a panel in their order."""
    own = select(PanelCriterion).where(PanelCriterion.panel_id == panel.id)
    return list(await db.scalars(own.order_by(PanelCriterion.position)))


@pytest.mark.parametrize("key", [key for key, one in TEMPLATES.items() if one.criteria])
async def test_a_template_fills_a_panel_with_its_criteria(
    db: AsyncSession, cast: Cast, key: str
) -> None:
    campaign, template = await draft(db, cast), TEMPLATES[key]
    await fill_from_template(db, campaign, template)
    [panel] = await panels(db, campaign)
    made = await criteria(db, panel)
    assert [one.name for one in made] == [one.name for one in template.criteria]
    assert sum(one.weight for one in made) == Decimal(100)


async def test_a_copy_has_the_panel_of_last_year_without_its_judges(
    db: AsyncSession, cast: Cast
) -> None:
    source, target = await draft(db, cast), await draft(db, cast)
    template = next(one for one in TEMPLATES.values() if one.criteria)
    await fill_from_template(db, source, template)
    [panel] = await panels(db, source)
    panel.terms, panel.rule = "Read alone.", {"method": "median"}
    mia = await viewer_of(db, cast.mia)
    await invite_judges(db, mia, source, panel.id, ["jo@city.example"])
    await copy_from(db, source, target, Shift(365))
    [copy] = await panels(db, target)
    assert (copy.terms, copy.rule) == ("Read alone.", {"method": "median"})
    assert copy.phase_id != panel.phase_id and copy.fixed_at is None
    assert [one.weight for one in await criteria(db, copy)] == [
        one.weight for one in await criteria(db, panel)
    ]
    # A copy is looked at anew by whoever reviews it, when somebody changes what is scored.
    before = await contents(db, target)
    (await criteria(db, copy))[0].name = "Something else"
    await db.flush()
    assert await contents(db, target) != before
    await remove_panel(db, mia, target, copy.id)


async def test_a_panel_without_judges_can_be_removed_and_then_its_phase(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await draft(db, cast)
    await fill_from_template(db, campaign, next(one for one in TEMPLATES.values() if one.criteria))
    [panel] = await panels(db, campaign)
    phase, mia = panel.phase_id, await viewer_of(db, cast.mia)
    with pytest.raises(Invalid, match="remove the panel first"):
        await plan_phases(db, mia, campaign, [], removed=[phase])
    await db.commit()
    browser = await browse(cast.mia)
    at = f"/management/{campaign.id}/judging/{panel.id}"
    assert "Remove this panel" in (await browser.get(at)).text
    assert (await browser.post(f"{at}/removal", {})).status_code == 303
    assert await panels(db, campaign) == []
    await plan_phases(db, mia, campaign, [], removed=[phase])


async def test_a_panel_with_judges_stays_on_the_record(db: AsyncSession, cast: Cast) -> None:
    campaign = await draft(db, cast)
    await fill_from_template(db, campaign, next(one for one in TEMPLATES.values() if one.criteria))
    [panel] = await panels(db, campaign)
    mia = await viewer_of(db, cast.mia)
    await invite_judges(db, mia, campaign, panel.id, ["jo@city.example"])
    with pytest.raises(Conflict, match="stays on the record"):
        await remove_panel(db, mia, campaign, panel.id)


async def test_criteria_that_change_after_publication_are_shown_to_everyone(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await draft(db, cast)
    await fill_from_template(db, campaign, next(one for one in TEMPLATES.values() if one.criteria))
    [panel] = await panels(db, campaign)
    mia = await viewer_of(db, cast.mia)
    plans = [CriterionPlan(None, "Effect", Decimal(100))]
    await set_criteria(db, mia, campaign, panel.id, plans)
    assert not (await db.scalars(select(CampaignChange))).all()
    campaign.published_at = datetime.now(UTC)
    await db.flush()
    again = [CriterionPlan(None, "Effect", Decimal(60)), CriterionPlan(None, "Reach", Decimal(40))]
    await set_criteria(db, mia, campaign, panel.id, again)
    await db.commit()
    [change] = (await db.scalars(select(CampaignChange))).all()
    assert (change.field, change.old) == ("criteria", ["Effect, 100 %, 0 – 10"])
    stranger = await browse(None)
    page = (await stranger.get(f"/challenges/{campaign.id}/changes")).text
    assert "Criteria" in page and "Reach, 40 %, 0 – 10" in page
