"""A manager sees live how far judges are; the page and what is pushed are the same."""

import re

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Event, Kind, Ref, record
from ideahub.judging.live import ROOMS
from ideahub.realtime.push import Push, Refresh, RoomMessage
from tests.conftest import Browse
from tests.judging.panels_made import (
    Judging,
    assignments,
    enter_some,
    make_judging,
    score,
    seat,
    share_out,
)
from tests.support.cast import Cast, viewer_of


async def told(db: AsyncSession, app: Litestar, kind: Kind) -> list[RoomMessage]:
    """What the rooms are told after the latest deed of this kind."""
    latest = select(Event).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)
    event = (await db.scalars(latest)).one()
    return [one for show in app.state.hub.shows[kind] for one in await show(db, event)]


def squeezed(html: str) -> str:
    return re.sub(r"\s+", " ", html).strip()


async def one_of_two(db: AsyncSession, cast: Cast) -> Judging:
    """Jo has two entries, and has finished one."""
    judging = await make_judging(db, cast)
    await enter_some(db, judging, 2)
    await seat(db, judging, cast.jo)
    await share_out(db, judging, cast)
    first = (await assignments(db, judging, judging.judges[0]))[0]
    await score(db, judging, cast.jo, first, "5", "2")
    return judging


async def test_the_page_and_the_push_are_the_same(
    db: AsyncSession, cast: Cast, browse: Browse, app: Litestar
) -> None:
    judging = await one_of_two(db, cast)
    pushes = await told(db, app, Kind.SCORECARD_FINISHED)
    await db.commit()
    mia = await browse(cast.mia)
    at = f"/management/{judging.campaign.id}"
    pages = [f"{at}", f"{at}/judging", f"{at}/judging/{judging.panel.id}"]
    shown = squeezed(" ".join([(await mia.get(page)).text for page in pages]))
    pushed = [one for one in pushes if isinstance(one, Push)]
    assert {one.element_id for one in pushed} == {
        f"panel-{judging.panel.id}-{part}" for part in ("figures", "progress", "next")
    }
    assert any("1 judge has something left to do" in one.html for one in pushed)
    for one in pushed:
        assert squeezed(one.html) in shown
    assert "1 of 2" in shown


async def test_judges_fetch_their_own_pages_again(
    db: AsyncSession, cast: Cast, app: Litestar
) -> None:
    judging = await one_of_two(db, cast)
    messages = await told(db, app, Kind.ENTRIES_ASSIGNED)
    assert Refresh(f"judges:{judging.campaign.id}") in messages


@pytest.mark.parametrize("kind", [Kind.ENTRY_WITHDRAWN, Kind.ENTRY_TRIAGED])
async def test_judges_pages_follow_when_an_entry_is_judged_no_more(
    db: AsyncSession, cast: Cast, app: Litestar, kind: Kind
) -> None:
    judging = await one_of_two(db, cast)
    on = Ref(Campaign, judging.campaign.id)
    await record(db, kind, None, on=on, subject=judging.entries[0])
    assert Refresh(f"judges:{judging.campaign.id}") in await told(db, app, kind)
    jo = await viewer_of(db, cast.jo)
    assert (await ROOMS["judges"](db, jo, judging.campaign.id)).has_kind(kind)
