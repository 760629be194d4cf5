"""A manager sets up a challenge step by step, sees what is missing, and publishes it."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign, CampaignKind
from ideahub.campaigns.web.phase_rows import phase_fingerprint
from ideahub.core.events import Kind
from ideahub.organisations.models import Person
from tests.campaigns.setting_up import (
    DESCRIPTION,
    QUESTION,
    begin,
    events,
    fill_in,
    only,
    phase,
    phases,
    save,
    seen_on,
)
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign


async def test_from_nothing_to_published(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    assert "4 things are missing" in (await mia.get(f"{at}/check")).text
    await fill_in(mia, at)
    page = await mia.get(f"{at}/check")
    assert "Everything is there" in page.text

    answer = await mia.post(f"{at}/publication")
    campaign = await only(db)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/challenges/{campaign.id}"
    assert (campaign.published_by, campaign.audience) == (cast.mia.id, Audience.PUBLIC)
    assert campaign.published_at is not None
    assert (campaign.whys, campaign.topics) == (["Lorries", "No depot"], ["Noise", "night"])
    assert "<strong>who decides</strong>" in campaign.description_html
    (event,) = await events(db, Kind.CAMPAIGN_PUBLISHED)
    assert (event.actor_id, event.campaign_id) == (cast.mia.id, campaign.id)

    shown = await (await browse(None)).get(f"/challenges/{campaign.id}")
    assert shown.status_code == 200
    assert QUESTION in shown.text
    assert "Mia Sato" in shown.text
    assert "<strong>who decides</strong>" in shown.text


async def test_published_once_however_often_pressed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await fill_in(mia, at)
    for _press in range(3):
        assert (await mia.post(f"{at}/publication")).status_code == 303
    assert len(await events(db, Kind.CAMPAIGN_PUBLISHED)) == 1


async def test_begun_once_however_often_pressed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    first, second = await begin(mia, cast.city.id), await begin(mia, cast.city.id)
    assert first == second
    await save(mia, first, "basics", {"title": "A"})
    assert await begin(mia, cast.city.id) != first


async def test_publishing_says_what_is_missing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    answer = await mia.post(f"{at}/publication")
    assert answer.status_code == 422
    for sentence in (
        "Give it a title.",
        "Ask the question that ideas are to answer.",
        "Describe what you ask for and why.",
        "Add a phase: when ideas are welcome.",
    ):
        assert sentence in answer.text
    assert (await only(db)).published_at is None
    assert not await events(db, Kind.CAMPAIGN_PUBLISHED)

    await mia.post(f"{at}/phases", phase(name="", opens="", accepts=["votes"]))
    page = (await mia.get(f"{at}/check")).text
    for sentence in (
        "Name phase 1.",
        "Phase 1: say when it opens.",
        "Let one phase accept ideas or entries.",
    ):
        assert sentence in page


async def test_phases_all_in_the_past_cannot_be_published(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await fill_in(mia, at)
    (one,) = await phases(db)
    past = phase(id=one.id, closes="2026-01-02T08:00", seen=phase_fingerprint(one))
    await mia.post(f"{at}/phases", past)
    assert "All phases lie in the past" in (await mia.post(f"{at}/publication")).text


async def test_a_draft_keeps_what_is_incomplete(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    answer = await save(mia, at, "basics", {"title": "", "tagline": "Half", "do": "save"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{at}/basics"
    assert "Half" in (await mia.get(f"{at}/basics")).text
    answer = await save(mia, at, "basics", {"title": "T", "do": "next"})
    assert answer.headers["location"] == f"{at}/framing"


async def test_an_idea_box_opens_by_itself(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id, "idea_box")
    assert (await mia.get(f"{at}/phases")).status_code == 404
    assert "Phases" not in (await mia.get(f"{at}/check")).text
    await save(mia, at, "basics", {"title": "Everyday ideas", "audience": "internal"})
    await save(mia, at, "framing", {"question": QUESTION})
    await save(mia, at, "details", {"description": DESCRIPTION, "timezone": "UTC"})
    answer = await mia.post(f"{at}/publication")
    box = await only(db)
    assert answer.headers["location"] == f"/idea-boxes/{box.id}"
    (one,) = await phases(db)
    assert (one.opens_at, one.closes_at, one.accepts) == (
        None,
        None,
        ["ideas", "votes", "contributions"],
    )
    ada = await browse(cast.ada)
    assert "Post an idea" in (await ada.get(f"/idea-boxes/{box.id}")).text


async def test_what_cannot_be_stored_is_shown_and_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    long = "x" * 20_001
    cases: list[tuple[str, dict[str, Any], str, str]] = [
        ("basics", {"title": "t" * 201, "tagline": "kept"}, "200 characters", "t" * 201),
        ("basics", {"audience": "martians", "title": "kept"}, "Choose one of the options", "kept"),
        ("framing", {"question": "q" * 301}, "300 characters", "q" * 301),
        ("framing", {"whys": ["why"] * 8}, "At most 7", "why"),
        ("framing", {"whys": ["w" * 501]}, "500 characters", "w" * 501),
        ("framing", {"hopes": "h" * 5001}, "5,000 characters", "h" * 5001),
        ("details", {"description": long, "timezone": "UTC"}, "20,000 characters", long),
        ("details", {"topics": "a,b,c,d,e,f,g,h,i", "timezone": "UTC"}, "At most 8", "a,b,c"),
        ("details", {"topics": "t" * 81, "timezone": "UTC"}, "80 characters", "t" * 81),
        ("details", {"timezone": "Mars/Olympus"}, "time zone from the list", "Mars/Olympus"),
        ("details", {"timezone": "Europe"}, "time zone from the list", "Europe"),
    ]
    for step, fields, error, kept in cases:
        answer = await save(mia, at, step, fields)
        assert answer.status_code == 422, (step, fields)
        assert error in answer.text
        assert kept in answer.text
    campaign = await only(db)
    # What could be kept of a faulty form was.
    assert (campaign.title, campaign.audience) == ("kept", Audience.PUBLIC)
    assert (campaign.question, campaign.description, campaign.timezone) == ("", "", "UTC")


async def test_html_in_a_title_is_text(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await fill_in(mia, at)
    evil = "<script>alert(1)</script>"
    await save(mia, at, "basics", {"title": evil, "tagline": evil})
    await save(mia, at, "framing", {"question": evil, "hopes": evil, "whys": [evil]})
    await save(
        mia,
        at,
        "details",
        {"description": evil, "topics": evil, "prize": evil, "timezone": "UTC"},
    )
    await mia.post(f"{at}/publication")
    campaign = await only(db)
    for address in ("/challenges", f"/challenges/{campaign.id}", "/management", f"{at}/check"):
        page = (await mia.get(address)).text
        assert "alert(1)" in page
        assert evil not in page


async def test_a_question_is_gently_helped(cast: Cast, browse: Browse) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await save(mia, at, "framing", {"question": "Make the EU office quiet"})
    # No other language has the suggestion.
    page = (await mia.get(f"{at}/framing", headers={"Accept-Language": "en"})).text
    assert "How might we make the EU office quiet?" in page
    await save(mia, at, "framing", {"question": QUESTION})
    assert "Perhaps:" not in (await mia.get(f"{at}/framing")).text


async def test_forged_kinds_and_organisations(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    mia = await browse(cast.mia)
    for fields in (
        {"kind": "prize", "organisation_id": str(cast.city.id)},
        {"kind": "challenge", "organisation_id": str(cast.ministry.id)},
        {"kind": "challenge", "organisation_id": "999999"},
        {"kind": "challenge", "organisation_id": "x"},
        {},
    ):
        assert (await mia.post("/management/new", fields)).status_code == 422
    assert await db.scalar(select(func.count(Campaign.id))) == 0
    at = await begin(mia, cast.transport.id)
    assert (await mia.get(f"{at}/nonsense")).status_code == 404
    assert (await mia.post(f"{at}/nonsense")).status_code == 404


async def test_who_may_set_up(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    draft = await make_campaign(db, cast.city, published=False, kind=CampaignKind.CHALLENGE)
    public = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE)
    await db.commit()
    pages = (
        "/management",
        "/management/new",
        f"/management/{draft.id}/basics",
        f"/management/{draft.id}/phases",
    )
    deeds = ("basics", "phases", "publication", "removal")

    async def statuses(person: Person | None, campaign: Campaign) -> set[int]:
        browser = await browse(person)
        found = {(await browser.get(one)).status_code for one in pages[:2]}
        found |= {(await browser.get(f"/management/{campaign.id}/basics")).status_code}
        for deed in deeds:
            found.add((await browser.post(f"/management/{campaign.id}/{deed}")).status_code)
        return found

    assert await statuses(None, draft) == {303}
    assert await statuses(cast.ada, draft) == {403, 404}
    assert await statuses(cast.zed, draft) == {403, 404}
    assert await statuses(cast.ada, public) == {403}
    ann = await browse(cast.ann)
    assert (await ann.get(f"/management/{draft.id}/basics")).status_code == 200
    await db.refresh(draft)
    assert draft.published_at is None


async def test_a_draft_can_be_thrown_away_and_a_published_one_not(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await fill_in(mia, at)
    for _press in range(2):
        answer = await mia.post(f"{at}/removal")
        assert (answer.status_code, answer.headers["location"]) == (303, "/management#discarded")
    assert (await mia.get(f"{at}/basics")).status_code == 404
    assert (await (await browse(cast.ben)).post(f"{at}/removal")).status_code == 404
    public = await make_campaign(db, cast.city)
    await db.commit()
    assert (await mia.post(f"/management/{public.id}/removal")).status_code == 409


async def test_after_publishing_texts_change_and_everyone_is_told(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await fill_in(mia, at)
    await mia.post(f"{at}/publication")
    answer = await save(mia, at, "basics", {"title": "New name", "audience": "public"})
    assert answer.status_code == 303
    (event,) = await events(db, Kind.CAMPAIGN_CHANGED)
    assert (event.actor_id, event.data) == (cast.mia.id, {"changed": ["title"]})
    await save(mia, at, "basics", {"title": "New name", "audience": "public"})
    assert len(await events(db, Kind.CAMPAIGN_CHANGED)) == 1

    answer = await save(mia, at, "basics", {"title": "", "audience": "public"})
    assert answer.status_code == 422
    assert "Give it a title." in answer.text
    answer = await save(mia, at, "basics", {"title": "Other", "audience": "internal"})
    assert answer.status_code == 422
    assert "cannot change any more" in answer.text
    campaign = await only(db)
    assert (campaign.title, campaign.audience) == ("New name", Audience.PUBLIC)


async def test_nobody_replaces_words_of_another_unseen(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia, ann = await browse(cast.mia), await browse(cast.ann)
    at = await begin(mia, cast.city.id)
    await fill_in(mia, at)
    cases: list[tuple[str, dict[str, Any], str, str]] = [
        ("basics", {"title": "A quiet ring road"}, "title", "tagline"),
        ("framing", {"question": QUESTION}, "question", "hopes"),
        ("details", {"description": DESCRIPTION, "timezone": "Europe/Berlin"}, "prize", "topics"),
    ]
    for step, fields, mine, theirs in cases:
        opened = seen_on((await mia.get(f"{at}/{step}")).text)
        longer = {**fields, theirs: "What Ann adds"}
        assert (await save(ann, at, step, longer)).status_code == 303
        older = {**fields, mine: "What Mia means", "seen": opened}
        answer = await mia.post(f"{at}/{step}", older)
        assert answer.status_code == 409, step
        assert "Somebody else changed this step" in answer.text
        assert "your form replaces what stands there now" in answer.text
        assert "What Ann adds" in answer.text
        assert "What Mia means" in answer.text
        stored = getattr(await only(db), theirs)
        assert stored in ("What Ann adds", ["What Ann adds"])

        again = {**older, "seen": seen_on(answer.text)}
        assert (await mia.post(f"{at}/{step}", again)).status_code == 303
        campaign = await only(db)
        assert getattr(campaign, mine) == "What Mia means"
        assert not getattr(campaign, theirs)


async def test_a_step_sent_twice_is_saved_once(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    form = {"title": "T", "tagline": "Once", "seen": seen_on((await mia.get(f"{at}/basics")).text)}
    first, second = await mia.post(f"{at}/basics", form), await mia.post(f"{at}/basics", form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert ((await only(db)).title, (await only(db)).tagline) == ("T", "Once")


async def test_a_form_that_does_not_say_what_it_saw_replaces_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await fill_in(mia, at)
    same = {"title": "A quiet ring road", "audience": "public"}
    assert (await mia.post(f"{at}/basics", same)).status_code == 303
    assert (await mia.post(f"{at}/basics", {"title": "Other"})).status_code == 409
    assert (await only(db)).title == "A quiet ring road"


async def test_a_faulty_form_can_be_mended_and_sent(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    answer = await save(mia, at, "basics", {"title": "t" * 201, "tagline": "Kept"})
    assert answer.status_code == 422
    mended = {"title": "T", "tagline": "Kept", "seen": seen_on(answer.text)}
    assert (await mia.post(f"{at}/basics", mended)).status_code == 303
    assert (await only(db)).title == "T"
