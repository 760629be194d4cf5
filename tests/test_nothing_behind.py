"""Only what works is offered: no choice, and no role, with nothing behind it."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, CampaignKind
from ideahub.core.viewer import Role
from ideahub.ideas.models import InnovationType
from ideahub.organisations.models import RoleGrant
from tests.campaigns.setting_up import begin, phase, phases
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_campaign, make_idea

WAITING = ("budget_votes",)


async def test_phases_offer_only_what_works(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id) + "/phases"
    await mia.post(at, {"do": "add-ideas"})
    page = (await mia.get(at)).text
    for value in ("ideas", "votes", "contributions", "public_voting"):
        assert f'name="phase-0-accepts" value="{value}"' in page
    for value in WAITING:
        assert f'value="{value}"' not in page


@pytest.mark.parametrize("value", WAITING)
async def test_a_forged_form_does_not_choose_it(
    db: AsyncSession, cast: Cast, browse: Browse, value: str
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id) + "/phases"
    answer = await mia.post(at, phase(accepts=["ideas", value]))
    assert answer.status_code == 422
    assert "Choose from what is offered." in answer.text
    assert await phases(db) == []


async def test_what_a_phase_had_before_stays(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(
        db,
        cast.city,
        kind=CampaignKind.CHALLENGE,
        published=False,
        accepts=[Accepts.IDEAS, Accepts.BUDGET_VOTES],
    )
    await db.commit()
    (one,) = await phases(db)
    mia = await browse(cast.mia)
    row = phase(id=one.id, accepts=["ideas", "votes"])
    answer = await mia.post(f"/management/{campaign.id}/phases", row)
    assert answer.status_code in {303, 409}
    if answer.status_code == 409:  # the form has to be opened first
        seen = answer.text.split('name="phase-0-seen" value="')[1].split('"')[0]
        await mia.post(f"/management/{campaign.id}/phases", {**row, "phase-0-seen": seen})
    assert (await phases(db))[0].accepts == ["ideas", "votes", "budget_votes"]


async def test_a_role_without_deeds_is_neither_offered_nor_granted(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    ann = await browse(cast.ann)
    page = (await ann.get(f"/people/{cast.ben.id}")).text
    assert 'value="manager"' in page
    assert 'value="judge"' not in page
    forged = {"role": "judge", "place": str(cast.city.id)}
    answer = await ann.post(f"/people/{cast.ben.id}/roles", forged)
    assert answer.status_code == 422
    held = select(RoleGrant.id).where(RoleGrant.person_id == cast.ben.id)
    assert (await db.scalars(held)).all() == []


@pytest.mark.parametrize(("role", "name"), [(Role.JUDGE, "Judge"), (Role.MODERATOR, "Moderator")])
async def test_a_role_that_was_granted_before_can_be_read_and_revoked(
    db: AsyncSession, cast: Cast, browse: Browse, role: Role, name: str
) -> None:
    held = RoleGrant(person_id=cast.ben.id, role=role, organisation_id=cast.city.id)
    await add(db, held)
    await db.commit()
    ann = await browse(cast.ann)
    assert name in (await ann.get(f"/people/{cast.ben.id}")).text
    answer = await ann.post(f"/people/{cast.ben.id}/roles/{held.id}/revocation")
    assert answer.status_code == 303


async def test_what_would_change_is_shown_where_it_was_answered(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada)
    stranger = await browse(None)
    await db.commit()
    assert "A rule or policy" not in (await stranger.get(f"/ideas/{idea.id}")).text
    idea.innovation_type = InnovationType.POLICY
    await db.commit()
    assert "A rule or policy" in (await stranger.get(f"/ideas/{idea.id}")).text
