"""A facilitator speaks for somebody who cannot be named, as everybody speaks for themselves."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.config import Config
from ideahub.core.site_keys import IN_SESSION, SiteKeys
from ideahub.ideas.models import Idea, Vote
from ideahub.organisations.models import Person
from tests.conftest import Browse
from tests.safe_space.space import CANARIES, make_safe_place, newest_voice
from tests.support.cast import Cast


@pytest.fixture(autouse=True)
def sealed_by(db: AsyncSession, config: Config) -> None:
    """The test's session has the keys that those of requests have."""
    db.info[IN_SESSION] = SiteKeys(config)


async def test_from_the_settings_to_a_contribution(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    mia, ben, cem = await browse(cast.mia), await browse(cast.ben), await browse(cast.cem)
    settings = f"/management/{place.box.id}/safe-space"
    assert "Blue heron" in (await mia.get(settings)).text
    new = {"name": "Grey owl", "real_name": "Ines Varga", "real_contact": "ines@mail.example"}
    made = await ben.post(f"/safe-space/{place.box.id}/people/new", new)
    assert made.status_code == 303, made.text
    at = made.headers["location"]
    page = await ben.get(at)
    assert page.status_code == 200
    assert "Grey owl" in page.text
    assert "Ines" not in page.text
    say = {
        "voice": at.rpartition("/")[2],
        "kind": "evidence",
        "body": "Last winter the bus did not come for six days.",
        "from_experience": "yes",
    }
    assert "Grey owl" in (await ben.get(f"/ideas/{place.idea.id}/safe-space")).text
    said = await ben.post(f"/ideas/{place.idea.id}/safe-space", say)
    assert said.status_code == 303, said.text
    shown = (await cem.get(f"/ideas/{place.idea.id}")).text
    assert "the bus did not come" in shown
    assert "Grey owl" in shown
    assert "Somebody who cannot be named, through the facilitator" in shown
    assert "Ben Okoye" in shown
    assert "From lived experience" in shown
    assert "Ines" not in shown
    assert not any(word in shown for word in CANARIES)


async def test_one_vote_each_shown_as_vouched_for(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    ben, cem = await browse(cast.ben), await browse(cast.cem)
    at = f"/ideas/{place.idea.id}/safe-space/support"
    for _twice in range(2):
        assert (await ben.post(at, {"voice": str(place.heron)})).status_code == 303
    assert (await ben.post(f"/ideas/{place.idea.id}/vote")).status_code in {200, 303}
    votes = await db.scalars(select(Vote.person_id).where(Vote.idea_id == place.idea.id))
    assert len(votes.all()) == 2
    shown = (await cem.get(f"/ideas/{place.idea.id}/supporters")).text
    assert "Blue heron" in shown
    assert "1 supporter cannot be named: a facilitator vouches" in shown
    withdrawn = await ben.post(f"{at}/withdrawal", {"voice": str(place.heron)})
    assert withdrawn.status_code == 303
    await db.refresh(place.idea)
    assert place.idea.votes_count == 1


async def test_an_idea_of_somebody(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    place = await make_safe_place(db, cast)
    ben, cem = await browse(cast.ben), await browse(cast.cem)
    new = f"/safe-space/names/{place.heron}/ideas/new"
    assert (await ben.get(new)).status_code == 200
    written = {"title": "A door that opens at night", "body": "For whoever has to leave quickly."}
    posted = await ben.post(new, written | {"from_experience": "yes"})
    assert posted.status_code == 303, posted.text
    shown = (await cem.get(posted.headers["location"])).text
    assert "Blue heron" in shown
    assert "through the facilitator" in shown
    idea = (await db.scalars(select(Idea).order_by(Idea.id.desc()))).first()
    assert idea is not None
    author = await db.get_one(Person, idea.author_id)
    assert (author.name, author.email, author.organisation_id) == ("Blue heron", None, None)


async def test_an_own_name_that_nobody_connects(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    cem, mia, ben = await browse(cast.cem), await browse(cast.mia), await browse(cast.ben)
    refused = await cem.post(f"/safe-space/{place.box.id}/own-name", {"name": "Aydin of Elm"})
    assert refused.status_code == 422
    assert "a part of the real one" in refused.text
    chosen = await cem.post(f"/safe-space/{place.box.id}/own-name", {"name": "Otter"})
    at = chosen.headers["location"]
    assert (await cem.get(at)).status_code == 200
    number = str(await newest_voice(db))
    say = {"voice": number, "kind": "question", "body": "Who pays?", "from_experience": "yes"}
    said = await cem.post(f"/ideas/{place.idea.id}/safe-space", say)
    assert said.status_code == 303
    # A name of one's own has no vote beside the account's.
    vote = await cem.post(f"/ideas/{place.idea.id}/safe-space/support", {"voice": number})
    assert vote.status_code == 403
    named = f"/safe-space/names/{number}"
    assert (await mia.get(named)).status_code == 200
    assert "Cem" not in (await mia.get(named)).text
    for browser in (mia, ben):
        assert (await browser.get(at)).status_code == 404
    assert (await ben.get(named)).status_code == 404
    # Their own is at the address without a number alone.
    assert (await cem.get(named)).headers["location"] == at
    assert (await cem.post(f"{named}/link/removal")).status_code == 404
    row = (await db.scalars(select(Contribution).where(Contribution.body == "Who pays?"))).one()
    assert row.author_id != cast.cem.id
    again = await cem.post(f"/safe-space/{place.box.id}/own-name", {"name": "Beaver"})
    assert again.headers["location"] == at
