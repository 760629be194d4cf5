"""While nobody has taken part a published challenge becomes a draft again; after that it can be
archived: readable, in no list of what is open, and taking nothing any more."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.live import SHOWS
from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind, Phase
from ideahub.campaigns.phases import accepted_now, must_accept_in
from ideahub.campaigns.rules_versions import current_rules
from ideahub.campaigns.running import announce_phases
from ideahub.campaigns.terms import terms_of
from ideahub.campaigns.web.live_page import PAGE_SHOWS
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict
from ideahub.ideas.queries import find_idea
from ideahub.ideas.submitting import withdraw_idea
from ideahub.realtime.push import Refresh, Turn
from tests.campaigns.publishing_drafts import DAY, record_of, stored
from tests.campaigns.setting_up import events, phase, save, stored_phase
from tests.conftest import Browse, Browser
from tests.entries.entering import begin
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of

TEXT = {"title": "A walking bus", "body": "Together, with two adults.", "why": "Safer."}


async def challenge(db: AsyncSession, cast: Cast, **columns: object) -> Campaign:
    """An open challenge of the city."""
    kind = {"kind": CampaignKind.CHALLENGE, "description": "Why", "closes": DAY}
    campaign = await make_campaign(db, cast.city, **(kind | columns))  # type: ignore[arg-type]
    await db.commit()
    return campaign


async def retract(browser: Browser, campaign: Campaign, reason: str = "A wrong prize.") -> int:
    at = f"/management/{campaign.id}/retraction"
    return (await browser.post(at, {"unpublish_reason": reason})).status_code


async def put_away(browser: Browser, campaign: Campaign, reason: str = "It is decided.") -> int:
    at = f"/management/{campaign.id}/archive"
    return (await browser.post(at, {"archive_reason": reason})).status_code


async def told(db: AsyncSession, kind: Kind) -> list[object]:
    """What open pages are told after the deed of this kind."""
    event = (await db.scalars(select(Event).where(Event.kind == kind))).one()
    shows = (*SHOWS.get(kind, ()), *PAGE_SHOWS.get(kind, ()))
    return [message for show in shows for message in await show(db, event)]


async def test_it_becomes_a_draft_again(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await challenge(db, cast)
    mia, stranger = await browse(cast.mia), await browse(None)
    assert (await stranger.get(campaign.url)).status_code == 200
    assert "Make a draft of it again" in (await mia.get(f"/management/{campaign.id}")).text
    for _press in range(2):
        assert await retract(mia, campaign) == 303
    assert (await stored(db, campaign)).published_at is None
    assert (await stranger.get(campaign.url)).status_code == 404
    assert campaign.title not in (await stranger.get("/challenges")).text
    assert (await mia.get(campaign.url)).status_code == 200
    (event,) = await events(db, Kind.CAMPAIGN_UNPUBLISHED)
    assert (event.actor_id, event.campaign_id) == (cast.mia.id, campaign.id)
    # Whoever has it open loads it again, and it takes nothing.
    messages = await told(db, Kind.CAMPAIGN_UNPUBLISHED)
    assert Refresh(f"campaign:{campaign.id}") in messages
    assert Refresh("campaigns") in messages
    assert Turn(f"campaign:{campaign.id}", campaign.id, ()) in messages
    assert ("Mia Sato made a draft of it again.", "A wrong prize.") in await record_of(db, campaign)
    assert "A wrong prize." in (await mia.get(f"/management/{campaign.id}")).text
    # And out it goes again.
    assert (await mia.post(f"/management/{campaign.id}/publication")).status_code == 303
    assert (await stranger.get(campaign.url)).status_code == 200


async def test_of_an_internal_one_the_public_lists_are_told_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast, audience=Audience.INTERNAL)
    await retract(await browse(cast.mia), campaign)
    messages = await told(db, Kind.CAMPAIGN_UNPUBLISHED)
    assert Refresh("campaigns") not in messages
    rooms = {getattr(one, "room", "") for one in messages}
    assert rooms == {f"campaign:{campaign.id}", f"phases:{campaign.id}"}


async def test_not_after_people_have_taken_part(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    idea = await make_idea(db, campaign, cast.ada)
    await db.commit()
    mia = await browse(cast.mia)
    assert "Make a draft of it again" not in (await mia.get(f"/management/{campaign.id}")).text
    refused = await mia.post(
        f"/management/{campaign.id}/retraction", {"unpublish_reason": "Typed here"}
    )
    assert refused.status_code == 409
    assert "Archive it instead" in refused.text
    # Also a withdrawn idea was somebody's part.
    ada = await viewer_of(db, cast.ada)
    await withdraw_idea(db, ada, await find_idea(db, ada, idea.id))
    await db.commit()
    assert await retract(mia, campaign) == 409
    assert (await stored(db, campaign)).published_at is not None


async def test_a_reason_is_needed_and_what_was_typed_is_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    mia = await browse(cast.mia)
    assert await retract(mia, campaign, " ") == 422
    assert await put_away(mia, campaign, "") == 422
    long = "r" * 5001
    for deed, name in (("retraction", "unpublish_reason"), ("archive", "archive_reason")):
        refused = await mia.post(f"/management/{campaign.id}/{deed}", {name: long})
        assert refused.status_code == 422
        assert long in refused.text
        assert "5,000 characters" in refused.text
    now = await stored(db, campaign)
    assert (now.published_at is not None, now.archived_at) == (True, None)


async def test_an_archived_one_is_readable_and_takes_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    await make_idea(db, campaign, cast.ada)
    await db.commit()
    mia, ada, stranger = await browse(cast.mia), await browse(cast.ada), await browse(None)
    for _press in range(2):
        assert await put_away(mia, campaign) == 303
    now = await stored(db, campaign)
    assert (now.archived_by, now.archive_reason) == (cast.mia.id, "It is decided.")
    assert len(await events(db, Kind.CAMPAIGN_ARCHIVED)) == 1

    page = (await stranger.get(campaign.url)).text
    assert "This is archived" in page
    assert "It is decided." in page
    assert "A walking bus" in (await stranger.get(f"/ideas?within={campaign.id}")).text
    assert f"/ideas/new?within={campaign.id}" not in page
    for address, there in (
        ("/challenges?show=open", False),
        ("/challenges?show=closed", False),
        ("/challenges?show=archived", True),
    ):
        assert (campaign.question in (await stranger.get(address)).text) is there
    assert not await accepted_now(db, campaign.id)
    refused = await ada.post("/ideas/new", {**TEXT, "campaign_id": str(campaign.id)})
    assert refused.status_code == 409
    assert "This is archived" in refused.text
    assert "Together, with two adults." in refused.text
    assert Turn(f"campaign:{campaign.id}", campaign.id, ()) in await told(
        db, Kind.CAMPAIGN_ARCHIVED
    )


async def test_no_phase_of_it_accepts_or_turns(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast, accepts=[Accepts.ENTRIES, Accepts.VOTES])
    one = (await db.scalars(select(Phase).where(Phase.campaign_id == campaign.id))).one()
    await must_accept_in(db, one.id, Accepts.ENTRIES)
    await put_away(await browse(cast.mia), campaign)
    with pytest.raises(Conflict, match="This is archived"):
        await must_accept_in(db, one.id, Accepts.ENTRIES)
    await announce_phases(db)
    assert not await events(db, Kind.PHASE_OPENED)


async def test_an_archived_one_stays_as_it_was(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    mia = await browse(cast.mia)
    await put_away(mia, campaign)
    at = f"/management/{campaign.id}"
    answer = await save(mia, at, "basics", {"title": "Changed", "audience": "public"})
    assert answer.status_code == 409
    assert "Take it out of the archive" in answer.text
    refused = await mia.post(f"{at}/phases", phase())
    assert refused.status_code == 422
    assert "Take it out of the archive" in refused.text
    assert await retract(mia, campaign) == 409
    assert (await stored(db, campaign)).title == "Safer school routes"


async def test_what_holds_for_an_archived_one_stays_as_it_was(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast, accepts=[Accepts.ENTRIES])
    mia = await browse(cast.mia)
    await put_away(mia, campaign)
    at = f"/management/{campaign.id}"
    question = {"field-0-kind": "long_text", "field-0-label": "Why?"}
    answers = [
        await mia.post(f"{at}/prizes", {"prize-0-title": "First", "prize-0-winners": "1"}),
        await mia.post(f"{at}/partners", {"partner-0-name": "The library"}),
        await mia.post(f"{at}/rules", {"text": "Be kind.", "do": "publish"}),
        await mia.post(f"{at}/rules", {"text": "Be kind.", "do": "save"}),
        await mia.post(f"{at}/form", question),
        await mia.post(
            f"{at}/documents", {"description": "A map"}, files={"file": ("a.txt", b"Streets")}
        ),
    ]
    for answer in answers:
        assert answer.status_code in {409, 422}
        assert "Take it out of the archive" in answer.text
    terms = await terms_of(db, campaign.id)
    assert not (terms.prizes or terms.partners or terms.documents)
    assert await current_rules(db, campaign.id) is None


async def test_dates_ahead_of_an_archived_one_are_not_said_to_have_passed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast, accepts=[Accepts.ENTRIES])
    one = (await db.scalars(select(Phase).where(Phase.campaign_id == campaign.id))).one()
    entry_id = await begin(db, cast.cem, one)
    await db.commit()
    mia = await browse(cast.mia)
    await put_away(mia, campaign)
    cem = await browse(cast.cem)
    addresses = (f"/entries/{entry_id}", f"/entries/{entry_id}/draft", "/entries")
    for address in (*addresses, f"{campaign.url}/entries/new"):
        assert "The phase closed on" not in (await cem.get(address)).text
    refused = await mia.post(f"/management/{campaign.id}/phases", stored_phase(0, one, name="New"))
    assert "Take it out of the archive" in refused.text
    assert "This phase closed on" not in refused.text


async def test_it_comes_out_of_the_archive(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await challenge(db, cast)
    mia = await browse(cast.mia)
    await put_away(mia, campaign)
    assert "Archived" in (await mia.get("/management")).text
    for _press in range(2):
        assert (await mia.post(f"/management/{campaign.id}/archive/removal")).status_code == 303
    now = await stored(db, campaign)
    assert (now.archived_at, now.archive_reason) == (None, "")
    assert Accepts.IDEAS in await accepted_now(db, campaign.id)
    assert len(await events(db, Kind.CAMPAIGN_UNARCHIVED)) == 1
    assert [sentence for sentence, _reason in await record_of(db, campaign)] == [
        "Mia Sato archived it.",
        "Mia Sato took it out of the archive.",
    ]


async def test_an_idea_box_goes_to_the_archive_as_well(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city)
    await db.commit()
    stranger = await browse(None)
    assert "Archived" not in (await stranger.get("/idea-boxes")).text
    await put_away(await browse(cast.mia), box)
    page = (await stranger.get("/idea-boxes")).text
    assert box.question not in page
    assert 'href="/idea-boxes?show=archived"' in page
    assert box.question in (await stranger.get("/idea-boxes?show=archived")).text
    assert "This is archived" in (await stranger.get(box.url)).text


async def test_only_its_managers_may(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await challenge(db, cast)
    draft = await challenge(db, cast, published=False)
    for person, at_public, at_draft in (
        (None, 303, 303),
        (cast.ada, 403, 404),
        (cast.zed, 403, 404),
    ):
        browser = await browse(person)
        for one, status in ((campaign, at_public), (draft, at_draft)):
            assert await retract(browser, one) == status
            assert await put_away(browser, one) == status
            at = f"/management/{one.id}/archive/removal"
            assert (await browser.post(at)).status_code == status
    mia = await browse(cast.mia)
    # A draft has nothing to archive.
    assert await put_away(mia, draft) == 409
    assert await retract(mia, draft) == 303
    assert (await stored(db, campaign)).archived_at is None
    assert not await events(db, Kind.CAMPAIGN_UNPUBLISHED)


async def test_a_page_that_has_nothing_to_do_leads_back(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    public, draft = await challenge(db, cast), await challenge(db, cast, published=False)
    gone = await challenge(db, cast)
    mia = await browse(cast.mia)
    await put_away(mia, gone)
    for campaign, form, opens in (
        (public, "publication/plan", False),
        (public, "retraction", True),
        (public, "archive", True),
        (draft, "publication/plan", True),
        (draft, "retraction", False),
        (draft, "archive", False),
        (gone, "archive", False),
    ):
        answer = await mia.get(f"/management/{campaign.id}/{form}")
        assert answer.status_code == (200 if opens else 303), (campaign.id, form)
        if not opens:
            assert answer.headers["location"] == f"/management/{campaign.id}"
