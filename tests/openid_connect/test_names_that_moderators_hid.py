"""A name that moderators hid is written again neither by its person nor by their provider."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.site_keys import IN_SESSION, SiteKeys
from ideahub.moderation.deciding import Choice, decide, undo
from ideahub.moderation.models import Measure, ModerationCase, TextKind
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.organisations.models import Person
from tests.conftest import Browse, Browser
from tests.openid_connect.providers_of_tests import ADA, StrictProvider, sign_in_there
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of

MARK = "[hidden by the moderators]"


@pytest.fixture(autouse=True)
def keys(config: Config, db: AsyncSession) -> None:
    """Originals are sealed."""
    db.info[IN_SESSION] = SiteKeys(config)


async def hide_profile(db: AsyncSession, browse: Browse, cast: Cast, person: Person) -> int:
    """A moderator hides the person's name and title; returns the number of the decision."""
    await make_idea(db, await make_campaign(db, cast.city), person)
    await db.commit()
    cem = await browse(cast.cem)
    answer = await cem.post(f"/reports/{TextKind.PERSON}/{person.id}", {"rule": "hate"})
    assert answer.status_code == 303
    case_id = await db.scalar(select(ModerationCase.id))
    assert case_id is not None
    choice = Choice(measure=Measure.HIDE, rule="hate", words="It mocks people.")
    decision = await decide(db, await viewer_of(db, cast.ann), case_id, choice)
    await db.commit()
    await db.refresh(person)
    assert person.name == MARK
    return decision.id


async def test_nobody_writes_again_what_moderators_hid_until_it_is_shown_again(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    cast.zed.name, cast.zed.title = "Zed the Liar", "Enemy of fools"
    decision_id = await hide_profile(db, browse, cast, cast.zed)
    zed = await browse(cast.zed)
    for name, title in (("ZED the Liar", ""), ("Zed", "Enemy of fools"), ("Enemy of fools", "")):
        refused = await zed.post("/account", {"name": name, "title": title})
        assert refused.status_code == 422
        assert "Moderators have hidden this." in refused.text
        assert f'value="{name}"' in refused.text
    assert (await zed.post("/account", {"name": "Zed Quist"})).status_code == 303
    await undo(db, await viewer_of(db, cast.ann), decision_id, "It is a stage name.")
    await db.commit()
    again = await zed.post("/account", {"name": "Zed the Liar", "title": "Enemy of fools"})
    assert again.status_code == 303


async def test_a_provider_does_not_bring_back_what_moderators_hid(
    visitor: Browser,
    browse: Browse,
    provider: OpenIdProvider,
    strict: StrictProvider,
    cast: Cast,
    db: AsyncSession,
) -> None:
    await sign_in_there(visitor)
    ada = (await db.scalars(select(Person).where(Person.email == ADA["email"]))).one()
    await hide_profile(db, browse, cast, ada)
    await sign_in_there(visitor)
    await db.refresh(ada)
    assert ada.name == MARK
    ada.suspended_until = datetime.now(UTC) + timedelta(days=1)
    await db.commit()
    strict.set_people({"ada": {**ADA, "name": "Another Name"}})
    await sign_in_there(visitor)
    await db.refresh(ada)
    assert ada.name == MARK
    ada.suspended_until = None
    await db.commit()
    await sign_in_there(visitor)
    await db.refresh(ada)
    assert ada.name == "Another Name"
