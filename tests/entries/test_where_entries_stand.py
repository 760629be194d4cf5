"""After the phase closed, an entry says what is done with it, in the same words on every page."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.archiving import archive
from ideahub.campaigns.models import Accepts, Phase
from ideahub.entries.models import TriageDecision
from tests.conftest import Browse
from tests.entries.entering import enter, make_contest
from tests.support.cast import Cast, add, viewer_of

DAY = timedelta(days=1)
NEVER: tuple[timedelta, ...] = ()


@pytest.mark.parametrize(
    ("judging", "checked", "badge", "step"),
    [
        (NEVER, False, "Submitted", "You hear here what comes of it."),
        ((DAY, 9 * DAY), False, "Being checked", "It will be judged from"),
        ((DAY, 9 * DAY), True, "Checked, to be judged", "It will be judged from"),
        ((-DAY, 9 * DAY), False, "Being judged", "It is being judged until"),
        ((-2 * DAY, -DAY), True, "Judged", "You hear here what comes of it."),
    ],
)
async def test_it_says_what_is_done_with_it(
    db: AsyncSession,
    cast: Cast,
    browse: Browse,
    judging: tuple[timedelta, ...],
    checked: bool,
    badge: str,
    step: str,
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    revision = await enter(db, cast.ada, phase)
    now = datetime.now(UTC)
    if judging:
        opens, closes = judging
        when = {"opens_at": now + opens, "closes_at": now + closes}
        taken = {"name": "Judging", "accepts": [Accepts.SCORING], **when}
        await add(db, Phase(campaign_id=campaign.id, position=2, **taken))
    if checked:
        about = {"entry_id": revision.entry_id, "revision_id": revision.id}
        decided = {"is_eligible": True, "decided_by": cast.mia.id}
        await add(db, TriageDecision(**about, **decided))
    await db.execute(update(Phase).where(Phase.id == phase.id).values(closes_at=now - 3 * DAY))
    await db.commit()
    ada = await browse(cast.ada)
    for path in ("/entries", f"/entries/{revision.entry_id}", "/my-page", campaign.url):
        page = (await ada.get(path)).text
        assert f">{badge}</span>" in page and step in page, path


async def test_what_is_judged_in_a_later_round_says_nothing_of_this_one(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    await enter(db, cast.ada, phase)
    now = datetime.now(UTC)
    for position, taken in enumerate([Accepts.SCORING, Accepts.ENTRIES, Accepts.SCORING], 2):
        past = position == 2
        await add(
            db,
            Phase(
                campaign_id=campaign.id,
                position=position,
                name=f"Phase {position}",
                accepts=[taken],
                opens_at=now - 2 * DAY,
                closes_at=now - DAY if past else now + DAY,
            ),
        )
    await db.execute(update(Phase).where(Phase.id == phase.id).values(closes_at=now - 3 * DAY))
    await db.commit()
    assert ">Judged</span>" in (await (await browse(cast.ada)).get("/entries")).text


async def test_archived_entries_are_not_said_to_be_taken_until_later(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    await enter(db, cast.ada, phase)
    await archive(db, await viewer_of(db, cast.mia), campaign.id, "No money left.")
    await db.commit()
    page = (await (await browse(cast.ada)).get(campaign.url)).text
    assert "Your entry" in page
    assert "Entries were taken until" not in page
