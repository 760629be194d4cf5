"""Until when a vote is open, and when it ended: in the grace after its closing, and archived."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.archiving import archive
from ideahub.campaigns.models import Phase
from tests.conftest import Browse
from tests.public_voting.votes import Vote, close, make_vote
from tests.support.cast import Cast, viewer_of


def pages(made: Vote) -> list[str]:
    at = f"/challenges/{made.campaign.id}"
    return [at, f"{at}/vote", f"/management/{made.campaign.id}"]


async def test_in_grace_it_is_open_until_the_grace_ends(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    closed = datetime.now(UTC) - timedelta(minutes=1)
    here = update(Phase).where(Phase.id == made.phase.id)
    await db.execute(here.values(closes_at=closed, grace_seconds=3600))
    await db.commit()
    mia = await browse(cast.mia)
    ends = (closed + timedelta(hours=1)).isoformat(timespec="minutes")[:16]
    for address in pages(made):
        said = (await mia.get(address)).text.partition("The vote is open until")[2][:80]
        assert f'datetime="{ends}' in said, (address, said)


async def test_archived_before_its_end_it_was_stopped(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    await archive(db, await viewer_of(db, cast.mia), made.campaign.id, "No money left.")
    await db.commit()
    mia = await browse(cast.mia)
    for address in [*pages(made), f"/management/{made.campaign.id}/vote"]:
        page = (await mia.get(address)).text
        assert "The vote was stopped." in page, address
        assert "The vote closed on" not in page
        assert "See the counts" not in page


@pytest.mark.parametrize("page", ["", "/vote"])
async def test_afterwards_it_says_when_it_closed(
    db: AsyncSession, cast: Cast, browse: Browse, page: str
) -> None:
    made = await make_vote(db, cast)
    await close(db, made.phase)
    await db.commit()
    read = (await (await browse(None)).get(f"/challenges/{made.campaign.id}{page}")).text
    assert "The vote closed on" in read
    assert page or "See the counts" in read
