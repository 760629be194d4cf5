"""An idea becomes an entry: its text of that moment, and everyone who contributed."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, CampaignKind, Phase
from ideahub.entries.entering import submit_entry
from ideahub.entries.models import Entry, EntryContributor
from ideahub.entries.reading import frozen_entry, submitted_entries
from ideahub.ideas.models import CoAuthor
from tests.conftest import Browse
from tests.entries.entering import SITE
from tests.support.cast import EVERYTHING, Cast, add, make_campaign, make_idea, viewer_of
from tests.support.talking import say


async def test_its_text_is_taken_and_its_contributors_travel_along(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(
        db,
        cast.city,
        kind=CampaignKind.CHALLENGE,
        accepts=[*EVERYTHING, Accepts.ENTRIES],
        closes=timedelta(days=3),
    )
    phase = (await db.scalars(select(Phase))).one()
    idea = await make_idea(db, campaign, cast.ada)
    foreign = await make_idea(db, campaign, cast.ben, "Another idea")
    await say(db, cast.cem, idea.id)
    await add(db, CoAuthor(idea_id=idea.id, person_id=cast.ben.id))
    await db.commit()
    ada = await browse(cast.ada)
    page = (await ada.get(f"{campaign.url}/entries/new")).text
    assert "Or begin with an idea of yours" in page
    assert "Another idea" not in page.split("<main")[1]
    at = f"{campaign.url}/entries"
    refused = await ada.post(at, {"phase": str(phase.id), "idea": str(foreign.id)})
    assert refused.status_code == 403
    begun = await ada.post(at, {"phase": str(phase.id), "idea": str(idea.id)})
    page = (await ada.get(begun.headers["location"])).text
    assert "Children walk together in a line, with two adults." in page
    assert "Parents drive because the way is not safe." in page
    row = (await db.scalars(select(Entry))).one()
    assert (row.title, row.idea_id, row.idea_revision) == ("A walking bus", idea.id, 1)
    found = await db.execute(select(EntryContributor.person_id, EntryContributor.role))
    assert {tuple(one) for one in found} == {
        (cast.ada.id, "author"),
        (cast.ben.id, "co-author"),
        (cast.cem.id, "build"),
    }
    revision = await submit_entry(db, await viewer_of(db, cast.ada), row.id, site=SITE)
    [counts] = await submitted_entries(db, phase.id)
    assert set(counts.people) == {cast.ada.id, cast.ben.id, cast.cem.id}
    shown = await frozen_entry(db, revision.id, blind=False)
    assert [one.name for one in shown.contributors] == ["Ada Lind", "Ben Okoye", "Cem Aydin"]
    # The idea goes on; the entry stays as it was.
    idea.body = "Changed since."
    await db.flush()
    again = await frozen_entry(db, revision.id, blind=False)
    assert again.answers == shown.answers


async def test_whoever_posted_under_another_name_is_not_named(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(
        db,
        cast.city,
        kind=CampaignKind.CHALLENGE,
        accepts=[*EVERYTHING, Accepts.ENTRIES],
        allows_pseudonyms=True,
    )
    phase = (await db.scalars(select(Phase))).one()
    idea = await make_idea(db, campaign, cast.ada)
    idea.pseudonym = "Robin"
    await say(db, cast.ada, idea.id)
    await add(db, CoAuthor(idea_id=idea.id, person_id=cast.ben.id))
    await db.commit()
    ben = await browse(cast.ben)
    at = f"{campaign.url}/entries"
    await ben.post(at, {"phase": str(phase.id), "idea": str(idea.id)})
    named = (await db.scalars(select(EntryContributor.person_id))).all()
    assert named == [cast.ben.id]
