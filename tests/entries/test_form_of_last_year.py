"""A new challenge begins with the form of its template, or with that of last year's."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.copying import Copy, copy_campaign, usual_opening
from ideahub.campaigns.models import Accepts, Phase
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.taking_part import TAKEN_IN
from ideahub.campaigns.templates import TEMPLATES
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.travelling import count_begun
from tests.campaigns.setting_up import QUESTION, only
from tests.campaigns.test_start_from_a_template import begin as begin_from
from tests.conftest import Browse
from tests.entries.entering import EVERY_KIND, LONG, ask, enter, make_contest
from tests.support.cast import Cast, viewer_of


@pytest.mark.parametrize("key", list(TEMPLATES))
async def test_a_template_s_form(db: AsyncSession, cast: Cast, browse: Browse, key: str) -> None:
    mia = await browse(cast.mia)
    await begin_from(mia, key, {"question": QUESTION, "organisation_id": str(cast.city.id)})
    campaign = await only(db)
    for phase in await phases_now(db, campaign.id):
        form = await form_in_use(db, phase.id)
        if Accepts.ENTRIES in phase.accepts:
            assert form
            outline = TEMPLATES[key].phase_at(phase.position)
            wanted = (outline and outline.form) or TEMPLATES[key].form
            asked = [one.label for one in wanted if one.key != "name"]
            assert [one.label for one in form.fields] == asked
            assert form.frozen_at is None
            page = await mia.get(f"/management/{campaign.id}/form?phase={phase.id}")
            assert asked[0] in page.text
        else:
            assert form is None


async def test_last_years_form_travels_and_its_entries_do_not(db: AsyncSession, cast: Cast) -> None:
    campaign, phase = await make_contest(db, cast.city, closes=timedelta(days=3))
    await ask(db, cast, campaign, phase, [*EVERY_KIND, LONG])
    before = await form_in_use(db, phase.id)
    assert phase.opens_at
    opens = usual_opening(await phases_now(db, campaign.id), phase.opens_at.date())
    copy = Copy(cast.city.id, "Once more", opens)
    made, _notes = await copy_campaign(db, await viewer_of(db, cast.mia), campaign, copy)
    (other,) = (await db.scalars(select(Phase).where(Phase.campaign_id == made.id))).all()
    form = await form_in_use(db, other.id)
    assert form
    assert before
    assert form.id != before.id
    assert form.fields == before.fields
    assert (form.version, form.frozen_at) == (1, None)


async def test_a_begun_entry_counts_as_taking_part(db: AsyncSession, cast: Cast) -> None:
    campaign, phase = await make_contest(db, cast.city)
    assert count_begun in TAKEN_IN
    assert await count_begun(db, campaign.id) == 0
    await enter(db, cast.cem, phase)
    assert await count_begun(db, campaign.id) == 1
