"""What was decided last stands right under the track, and nothing on the page says otherwise."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event
from ideahub.ideas.models import Idea, Stage
from ideahub.pipeline import live
from ideahub.pipeline.models import Review
from ideahub.realtime.push import Push
from tests.conftest import Browse
from tests.support.cast import Cast
from tests.support.dom import section
from tests.support.ripening import at_stage, ripe_spark

READY = "Ready for the gate"
HELD = {"decision": "hold", "reason": "Ask the schools first."}
STOPPED = {"decision": "stop", "reason": "Nobody has the time.", "lesson": "Ask *before* you plan."}
PARKED = {"decision": "park", "reason": "No money.", "wakes_when": "the new budget"}


async def decided(
    db: AsyncSession, cast: Cast, browse: Browse, idea: Idea, sent: dict[str, str]
) -> str:
    """The idea's page for a stranger, after Mia has decided."""
    last = await db.scalar(
        select(Review.id).where(Review.idea_id == idea.id).order_by(Review.id.desc()).limit(1)
    )
    await db.refresh(idea)
    mia = await browse(cast.mia)
    seen = {"seen_stage": idea.stage, "seen_review": str(last or 0)}
    assert (await mia.post(f"/ideas/{idea.id}/decision", seen | sent)).status_code == 303
    return (await (await browse(None)).get(f"/ideas/{idea.id}")).text


def words(html: str, element_id: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", str(section(html, element_id))).split())


async def test_a_held_idea_is_not_called_ready(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    before = (await (await browse(None)).get(f"/ideas/{idea.id}")).text
    assert READY in before
    shown = await decided(db, cast, browse, idea, HELD)
    assert READY not in shown
    gate = words(shown, f"idea-{idea.id}-gate")
    assert "3 of 3 met" not in gate
    assert "Held" in gate
    for address in ("/ideas", "/pipeline"):
        assert READY not in (await (await browse(None)).get(address)).text


async def test_an_idea_that_was_sent_back_is_not_called_ready(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    await at_stage(db, idea, Stage.CONCEPT)
    shown = await decided(
        db, cast, browse, idea, {"decision": "send_back", "reason": "Not yet thought through."}
    )
    assert READY not in shown
    assert "Sent back" in words(shown, f"idea-{idea.id}-gate")


async def test_it_is_ready_again_once_somebody_decides_otherwise(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    await decided(db, cast, browse, idea, HELD)
    await decided(db, cast, browse, idea, PARKED)
    shown = await decided(db, cast, browse, idea, {"decision": "wake", "reason": "It is here."})
    assert READY in shown


async def test_it_is_ready_again_once_its_text_has_changed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    await decided(db, cast, browse, idea, HELD)
    await db.execute(update(Review).values(created_at=func.now() - timedelta(hours=1)))
    await db.commit()
    ada = await browse(cast.ada)
    page = (await ada.get(f"/ideas/{idea.id}/revision")).text
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision
    form = {"campaign_id": str(idea.campaign_id), "title": idea.title, "why": idea.why}
    changed = form | {"body": "We asked them.", "revision": revision[1]}
    sent = await ada.post(f"/ideas/{idea.id}/revision", changed)
    assert sent.status_code == 303
    shown = (await ada.get(f"/ideas/{idea.id}")).text
    assert READY in shown
    assert "Mia Sato held it at Spark" in shown


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (HELD, ["Mia Sato held it at Spark", "Ask the schools first.", "its authors answer this"]),
        (STOPPED, ["Mia Sato stopped it", "Nobody has the time.", "Ask before you plan."]),
        (PARKED, ["Mia Sato parked it", "No money.", "the new budget"]),
    ],
    ids=lambda one: one["decision"] if isinstance(one, dict) else "",
)
async def test_the_verdict_stands_between_the_track_and_the_text(
    db: AsyncSession, cast: Cast, browse: Browse, sent: dict[str, str], said: list[str]
) -> None:
    _, idea = await ripe_spark(db, cast)
    shown = await decided(db, cast, browse, idea, sent)
    verdict = words(shown, f"idea-{idea.id}-verdict")
    assert [one for one in said if one not in verdict] == []
    places = [shown.index(f'id="idea-{idea.id}-{part}"') for part in ("track", "verdict", "text")]
    assert places == sorted(places)


async def test_the_verdict_is_pushed_as_the_page_shows_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    shown = await decided(db, cast, browse, idea, STOPPED)
    event = await db.scalar(select(Event).order_by(Event.id.desc()).limit(1))
    assert event
    told = [one for show in live.shows()[event.kind] for one in await show(db, event)]
    (verdict,) = [
        one.html
        for one in told
        if isinstance(one, Push) and one.element_id == f"idea-{idea.id}-verdict"
    ]
    assert verdict.strip() in shown


async def test_an_undecided_idea_has_no_verdict(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    shown = (await (await browse(None)).get(f"/ideas/{idea.id}")).text
    assert words(shown, f"idea-{idea.id}-verdict") == ""


async def test_there_is_one_way_to_decide(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    _, idea = await ripe_spark(db, cast)
    mia, decision = await browse(cast.mia), f"/ideas/{idea.id}/decision"
    shown = (await mia.get(f"/ideas/{idea.id}")).text
    # Under the track, and in the bar at hand, which only phones show.
    assert shown.count(f'href="{decision}"') == 2
    assert f'decide-at-hand" href="{decision}"' in shown
    assert f'action="{decision}"' not in shown
    assert shown.index(f'href="{decision}"') < shown.index(f'id="idea-{idea.id}-text"')
    assert decision not in (await (await browse(cast.ben)).get(f"/ideas/{idea.id}")).text


async def test_where_it_was_decided_before_leads_there(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    former = await (await browse(cast.mia)).get(f"/ideas/{idea.id}/review?to=concept")
    led = (former.status_code, former.headers["location"])
    assert led == (303, f"/ideas/{idea.id}/decision?to=concept")
