"""An idea becomes an entry, from the challenge's page and from its own: its text as it is then, and
everyone who contributed."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Audience, CampaignKind, Phase
from ideahub.core.dates import moment_words
from ideahub.core.outbox import OutgoingMail
from ideahub.entries.entering import submit_entry
from ideahub.entries.models import Entry, EntryContributor
from ideahub.entries.reading import frozen_entry
from ideahub.ideas.models import CoAuthor
from ideahub.judging.judged_entries import judged_entries
from tests.conftest import Browse
from tests.entries.entering import SITE, enter, make_contest
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
    [counts] = await judged_entries(db, phase.id)
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


async def test_its_authors_enter_it_from_its_own_page(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city)
    idea = await make_idea(db, box, cast.ada)
    await add(db, CoAuthor(idea_id=idea.id, person_id=cast.ben.id))
    await db.commit()
    ada, ben, cem = [await browse(one) for one in (cast.ada, cast.ben, cast.cem)]
    offer = "Enter a challenge with this idea"
    assert offer not in (await ada.get(f"/ideas/{idea.id}")).text
    campaign, phase = await make_contest(db, cast.city, title="Greener lanes")
    await db.commit()
    for browser, offered in ((ada, True), (ben, True), (cem, False), (await browse(None), False)):
        page = (await browser.get(f"/ideas/{idea.id}")).text
        assert (offer in page) is offered
    assert "Greener lanes" in (await ada.get(f"/ideas/{idea.id}")).text
    at = f"/ideas/{idea.id}/entries"
    assert (await cem.post(at, {"phase": str(phase.id)})).status_code == 403
    begun = await ada.post(at, {"phase": str(phase.id)})
    assert begun.status_code == 303
    page = (await ada.get(begun.headers["location"])).text
    assert "Children walk together in a line, with two adults." in page
    # Once, however often it is pressed.
    again = await ada.post(at, {"phase": str(phase.id)})
    assert again.headers["location"] == begun.headers["location"]
    row = (await db.scalars(select(Entry))).one()
    assert (row.campaign_id, row.idea_id) == (campaign.id, idea.id)
    # A draft is its team's alone; that it was entered, all authors may know.
    assert "It is the draft of an entry." in (await ada.get(f"/ideas/{idea.id}")).text
    assert "It is the draft" not in (await ben.get(f"/ideas/{idea.id}")).text
    await submit_entry(db, await viewer_of(db, cast.ada), row.id, site=SITE)
    await db.commit()
    page = (await ben.get(f"/ideas/{idea.id}")).text
    assert "It was made an entry." in page and f"/entries/{row.id}" not in page
    assert f'href="/entries/{row.id}"' in (await ada.get(f"/ideas/{idea.id}")).text
    assert (
        f'href="/entries/{row.id}"'
        in (await (await browse(cast.mia)).get(f"/ideas/{idea.id}")).text
    )
    for browser in (cem, await browse(None)):
        assert "made an entry" not in (await browser.get(f"/ideas/{idea.id}")).text


async def test_there_is_a_choice_where_several_challenges_take_entries(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city)
    idea = await make_idea(db, box, cast.ada)
    made: dict[str, dict[str, Any]] = {
        "Greener lanes": {},
        "Closed lanes": {"closes": timedelta(0)},
        "Drafted lanes": {"published": False},
    }
    for title, columns in made.items():
        await make_contest(db, cast.city, title=title, **columns)
    _campaign, quiet = await make_contest(db, cast.city, title="Quieter lanes")
    _campaign, invited = await make_contest(db, cast.city, title="Invited lanes")
    invited.invited_from_id = quiet.id
    # In the grace after its closing the end of that is said.
    quiet.closes_at, quiet.grace_seconds = datetime.now(UTC) - timedelta(minutes=1), 3600
    ends = moment_words(quiet.closes_at + timedelta(hours=1), quiet.timezone)
    await db.commit()
    ada = await browse(cast.ada)
    page = (await ada.get(f"/ideas/{idea.id}")).text
    assert "Greener lanes, until" in page and f"Quieter lanes, until {ends}" in page
    for title in ("Closed lanes", "Drafted lanes", "Invited lanes"):
        assert title not in page
    await ada.post(f"/ideas/{idea.id}/entries", {"phase": str(quiet.id)})
    assert (await db.scalars(select(Entry.phase_id))).one() == quiet.id
    for odd in ("", "x", "9" * 19, "9" * 30):
        assert (await ada.post(f"/ideas/{idea.id}/entries", {"phase": odd})).status_code == 404


async def test_what_only_staff_sees_is_entered_in_no_challenge_of_others(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    idea = await make_idea(db, box, cast.ada)
    _public, open_to_all = await make_contest(db, cast.city, title="For everyone")
    _own, internal = await make_contest(
        db, cast.city, title="Among colleagues", audience=Audience.INTERNAL
    )
    await db.commit()
    ada = await browse(cast.ada)
    page = (await ada.get(f"/ideas/{idea.id}")).text
    assert "Among colleagues" in page and "For everyone" not in page
    assert idea.title not in (await ada.get(f"{_public.url}/entries/new")).text.split("<main")[1]
    refused = await ada.post(f"/ideas/{idea.id}/entries", {"phase": str(open_to_all.id)})
    assert refused.status_code == 403 and "cannot be entered" in refused.text
    taken = await ada.post(f"/ideas/{idea.id}/entries", {"phase": str(internal.id)})
    assert taken.status_code == 303


async def test_another_draft_is_never_mixed_with_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city)
    idea = await make_idea(db, box, cast.ada)
    _campaign, phase = await make_contest(db, cast.city)
    await enter(db, cast.ada, phase)
    await db.commit()
    ada = await browse(cast.ada)
    first = await ada.post(f"{_campaign.url}/entries", {"phase": str(phase.id)})
    saved = {"title": "Something else", "saved": "0", "do": "save"}
    await ada.post(first.headers["location"], saved)
    refused = await ada.post(f"/ideas/{idea.id}/entries", {"phase": str(phase.id)})
    assert refused.status_code == 409
    assert "You are writing another entry" in refused.text and "Something else" in refused.text


async def test_contributors_are_invited_by_name_and_their_addresses_stay_unknown(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city)
    idea = await make_idea(db, box, cast.ada)
    await add(db, CoAuthor(idea_id=idea.id, person_id=cast.ben.id))
    await say(db, cast.cem, idea.id)
    _campaign, phase = await make_contest(db, cast.city)
    await db.commit()
    ada, ben = await browse(cast.ada), await browse(cast.ben)
    begun = await ada.post(f"/ideas/{idea.id}/entries", {"phase": str(phase.id)})
    entry = begun.headers["location"].removesuffix("/draft")
    page = (await ada.get(entry)).text
    assert "They contributed to the idea" in page and "Invite Ben Okoye to the team" in page
    at = f"{entry}/contributors/{cast.ben.id}/invitation"
    assert (await ben.post(at)).status_code == 404
    assert (await ada.post(at)).status_code == 303
    [mail] = (await db.scalars(select(OutgoingMail))).all()
    assert mail.to == cast.ben.email
    page = (await ada.get(entry)).text
    assert "Ben Okoye" in page and str(cast.ben.email) not in page
    assert "Invite Ben Okoye to the team" not in page and "Invite Cem Aydin to the team" in page
    # Once; and nobody who has nothing to do with the idea.
    for number in (cast.ben.id, cast.zed.id, cast.ada.id):
        refused = await ada.post(f"{entry}/contributors/{number}/invitation")
        assert refused.status_code == 404
    secret = re.search(r"/invitations/(\S+)", mail.body)
    assert secret
    await ben.post(f"/invitations/{secret[1]}/acceptance")
    page = (await ada.get(entry)).text
    assert "Remove Ben Okoye from the team" in page
