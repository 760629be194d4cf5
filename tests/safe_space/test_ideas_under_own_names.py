"""An idea under one's own chosen name: nobody connects it, and nobody supports their own."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict
from ideahub.core.site_keys import IN_SESSION, SiteKeys
from ideahub.ideas.models import Idea, Vote
from ideahub.ideas.queries import find_idea
from ideahub.ideas.voting import vote
from ideahub.organisations.models import Person
from tests.conftest import Browse
from tests.safe_space.space import make_safe_place, newest_voice
from tests.support.cast import Cast, viewer_of

WRITTEN = {"title": "A quiet room", "body": "For whoever needs one.", "from_experience": "yes"}


@pytest.fixture(autouse=True)
def sealed_by(db: AsyncSession, config: Config) -> None:
    """The test's session has the keys that those of requests have."""
    db.info[IN_SESSION] = SiteKeys(config)


async def test_posted_and_shown_without_whose_it_is(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    cem, ada = await browse(cast.cem), await browse(cast.ada)
    chosen = await cem.post(f"/safe-space/{place.box.id}/own-name", {"name": "Otter"})
    at = chosen.headers["location"]
    page = (await cem.get(f"{at}/ideas/new")).text
    assert "Post an idea without your name" in page
    assert f'data-draft="/drafts/safe-space-own-idea-{place.box.id}"' in page
    empty = await cem.post(f"{at}/ideas/new", WRITTEN | {"title": ""})
    assert empty.status_code == 422
    assert "For whoever needs one." in empty.text
    posted = [await cem.post(f"{at}/ideas/new", WRITTEN) for _twice in range(2)]
    assert len({answer.headers["location"] for answer in posted}) == 1
    shown = posted[0].headers["location"]
    for browser in (ada, await browse(None)):
        text = (await browser.get(shown)).text
        assert "Otter" in text
        assert "Without their own name" in text
        assert "From lived experience" in text
        assert "Cem" not in text
        card = (await browser.get(f"/ideas?campaign={place.box.id}")).text
        assert "under a chosen name" in card
        assert "Cem" not in card
    event = (await db.scalars(select(Event).where(Event.kind == Kind.IDEA_POSTED))).all()[-1]
    assert event.actor_id != cast.cem.id
    # Somebody without a name there, also the manager, finds nothing at these addresses.
    for browser in (ada, await browse(cast.mia)):
        for deed in ("", "/ideas/new"):
            assert (await browser.get(at + deed)).status_code == 404
        for deed in ("/ideas/new", "/appeals", "/link/removal"):
            assert (await browser.post(at + deed, WRITTEN)).status_code == 404


async def test_nobody_supports_their_own_under_another_name(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    cem, ada, ben = await browse(cast.cem), await browse(cast.ada), await browse(cast.ben)
    chosen = await cem.post(f"/safe-space/{place.box.id}/own-name", {"name": "Otter"})
    number = str(await newest_voice(db))
    idea = (await cem.post(f"{chosen.headers['location']}/ideas/new", WRITTEN)).headers["location"]
    refused = await cem.post(f"{idea}/vote")
    assert refused.status_code == 409
    assert "This is your own idea" in refused.text
    viewer = await viewer_of(db, cast.cem)
    found = await find_idea(db, viewer, int(idea.rpartition("/")[2]))
    with pytest.raises(Conflict, match="your own idea"):
        await vote(db, viewer, found)
    as_name = await cem.post(f"{idea}/safe-space/support", {"voice": number})
    assert as_name.status_code == 403
    # Everybody else can, also those for whom a facilitator speaks, and take it back.
    assert (await ada.post(f"{idea}/vote")).status_code in {200, 303}
    assert (await ben.post(f"{idea}/vote")).status_code in {200, 303}
    for_heron = await ben.post(f"{idea}/safe-space/support", {"voice": str(place.heron)})
    assert for_heron.status_code == 303
    assert (await ben.post(f"{idea}/vote/withdrawal")).status_code in {200, 303}
    voters = select(Person.name).join(Vote, Vote.person_id == Person.id)
    left = (
        await db.scalars(voters.where(Vote.idea_id == found.id).order_by(Vote.created_at))
    ).all()
    assert set(left) == {cast.ada.name, "Blue heron"}


async def test_a_card_says_for_whom_a_facilitator_speaks(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast, allows_pseudonyms=True)
    ben, zed = await browse(cast.ben), await browse(cast.zed)
    await ben.post(f"/safe-space/names/{place.heron}/ideas/new", WRITTEN)
    idea = (await db.scalars(select(Idea).order_by(Idea.id.desc()))).first()
    assert idea is not None
    assert (await db.get_one(Person, idea.author_id)).name == "Blue heron"
    page = (await zed.get(f"/ideas?campaign={place.box.id}")).text
    assert "through the facilitator Ben Okoye" in page
    assert "under a chosen name" not in page
    place.idea.pseudonym = "Night owl"
    await db.flush()
    page = (await zed.get(f"/ideas?campaign={place.box.id}")).text
    assert "Night owl" in page
    assert "under a chosen name" in page
    assert cast.ada.name not in page
