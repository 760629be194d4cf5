"""“You said, we did” of an organisation's quarter: only of what everyone can see."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.ideas.models import Idea
from ideahub.you_said.models import OutcomeSummary
from ideahub.you_said.scope import Quarter, quarter_of
from tests.conftest import Browse
from tests.support.cast import Cast, make_idea
from tests.you_said.summaries import a_story


def this_quarter() -> Quarter:
    return quarter_of(datetime.now(UTC).date())


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_each_day_is_in_one_quarter_and_quarters_follow_each_other(day: date) -> None:
    quarter = quarter_of(day)
    assert quarter.starts_on <= day < quarter.next.starts_on
    assert quarter.next.before == quarter == quarter.before.next


def test_it_begins_at_midnight_in_its_zone() -> None:
    begins, ends = Quarter(2026, 4).bounds("Europe/Berlin")
    assert begins.astimezone(UTC) == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert ends.astimezone(UTC) == datetime(2026, 12, 31, 23, tzinfo=UTC)


async def written(browse: Browse, cast: Cast, db: AsyncSession) -> str:
    """The address of the published page of this quarter of the city's."""
    mia, quarter = await browse(cast.mia), this_quarter()
    sent = {"quarter": f"{quarter.year}-{quarter.number}", "timezone": "Europe/Berlin"}
    at = f"/organisations/{cast.city.id}/quarters"
    places = {(await mia.post(at, sent)).headers["location"] for _press in range(2)}
    (place,) = places
    saved = await db.scalar(select(OutcomeSummary.saved))
    answer = await mia.post(f"{place}/publication", {"seen": str(saved)})
    assert answer.status_code == 303
    return answer.headers["location"]


async def test_it_tells_of_all_that_is_public_and_of_nothing_else(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    told = await a_story(db, cast)
    hidden = await a_story(db, cast, Audience.INTERNAL)
    hidden.open.title = "A secret bench"
    hidden.campaign.question = "How might we keep it to ourselves?"
    await db.commit()
    at = await written(browse, cast, db)
    for person in (None, cast.cem, cast.ada, cast.mia):
        page = (await (await browse(person)).get(at)).text
        assert "4 ideas were posted." in page and "A walking bus" in page
        assert "secret" not in page and "to ourselves" not in page
        assert f"/ideas/{hidden.sponsored.id}" not in page
    guest = await browse(None)
    listed = (await guest.get(f"/organisations/{cast.city.id}/quarters")).text
    assert f'href="{at}"' in listed and "Prepare" not in listed
    # What becomes internal afterwards is told of no more.
    told.campaign.audience = Audience.INTERNAL
    await db.commit()
    assert "A walking bus" not in (await guest.get(at)).text


async def test_its_organisation_leads_to_it_once_it_is_published(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await a_story(db, cast)
    host, quarters = f"/organisations/{cast.city.id}", f"/organisations/{cast.city.id}/quarters"
    guest = await browse(None)
    assert quarters not in (await guest.get(host)).text
    assert quarters in (await (await browse(cast.mia)).get(host)).text
    at = await written(browse, cast, db)
    assert f'href="{quarters}"' in (await guest.get(host)).text
    assert f'href="{host}"' in (await guest.get(at)).text


async def test_what_was_posted_in_another_quarter_is_not_counted(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    told = await a_story(db, cast, closed=False)
    # Within minutes of the boundary by the clocks of the zone.
    begins, _ends = this_quarter().bounds("Europe/Berlin")
    idea = await db.get_one(Idea, told.open.id)
    idea.created_at = begins.astimezone(UTC).replace(microsecond=0)
    earlier = await make_idea(db, await db.get_one(Campaign, told.campaign.id), cast.ada, "Older")
    earlier.created_at = begins.replace(year=begins.year - 1)
    await db.commit()
    page = (await (await browse(None)).get(await written(browse, cast, db))).text
    assert "4 ideas were posted." in page
    assert "<td>4</td>" in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"quarter": "2099-4", "timezone": "UTC"}, "has not begun yet"),
        ({"quarter": "2026-5", "timezone": "UTC"}, "Choose a quarter."),
        ({"quarter": "x", "timezone": "UTC"}, "Choose a quarter."),
        ({"quarter": "2026-1", "timezone": "Nowhere/Town"}, "Choose a time zone"),
    ],
)
async def test_what_cannot_be_used_is_said(
    db: AsyncSession, cast: Cast, browse: Browse, sent: dict[str, str], said: str
) -> None:
    mia = await browse(cast.mia)
    answer = await mia.post(f"/organisations/{cast.city.id}/quarters", sent)
    assert answer.status_code == 422 and said in answer.text
    assert await db.scalar(select(OutcomeSummary.id)) is None


async def test_only_its_managers_prepare_it(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    sent = {"quarter": "2026-1", "timezone": "UTC"}
    at = f"/organisations/{cast.city.id}/quarters"
    for person in (cast.ada, cast.zed, cast.sam):
        assert (await (await browse(person)).post(at, sent)).status_code == 404
    for unknown in (f"{at}/2026/1", f"{at}/2026/9", f"{at}/1/1", "/organisations/999999/quarters"):
        assert (await (await browse(cast.mia)).get(unknown)).status_code == 404
