"""Where an organisation wants it, an admin looks at each draft before it is published: they approve
it, or ask for edits with reasons that stay on the record."""

from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.publication_models import CampaignReview
from ideahub.campaigns.terms_models import Prize
from ideahub.campaigns.writing_rules import WrittenRules, put_draft
from ideahub.core.events import Kind
from ideahub.core.viewer import Role
from ideahub.organisations.models import Organisation, RoleGrant
from ideahub.realtime.admission import _open
from tests.campaigns.publishing_drafts import (
    answer,
    ready_draft,
    record_of,
    reviews_of,
    stored,
)
from tests.campaigns.setting_up import events, save, seen_on
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, add, make_person, viewer_of


async def reviewed(db: AsyncSession, cast: Cast, *, by: Organisation | None = None) -> Campaign:
    """A draft of the city, which has its drafts reviewed."""
    (by or cast.city).reviews_before_publishing = True
    draft = await ready_draft(db, cast.city)
    await db.commit()
    return draft


async def test_sent_to_review_and_approved(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    draft = await reviewed(db, cast)
    at, mia, ann = f"/management/{draft.id}", await browse(cast.mia), await browse(cast.ann)
    check = (await mia.get(f"{at}/check")).text
    assert "Send to review" in check
    assert f'action="{at}/publication"' not in check
    for _press in range(2):
        assert (await mia.post(f"{at}/review")).status_code == 303
    assert len(await reviews_of(db, draft)) == 1
    (event,) = await events(db, Kind.PUBLICATION_REVIEW_ASKED)
    assert (event.actor_id, event.campaign_id) == (cast.mia.id, draft.id)
    assert "It waits for an admin" in (await mia.get(at)).text

    assert draft.title in (await ann.get("/management/reviews")).text
    assert "waits for your review" in (await ann.get("/")).text
    page = (await ann.get(f"{at}/review")).text
    assert draft.question in page
    assert "Mia Sato asks" in page.replace("<bdi>", "").replace("</bdi>", "")
    assert await answer(ann, draft, "approval") == 303
    published = await stored(db, draft)
    assert published.published_at is not None
    # Whoever asked is who answers questions about it.
    assert published.published_by == cast.mia.id
    assert (await (await browse(None)).get(draft.url)).status_code == 200
    assert await answer_again(ann, draft) == 303
    assert len(await events(db, Kind.CAMPAIGN_PUBLISHED)) == 1
    assert [sentence for sentence, _reason in await record_of(db, draft)] == [
        "Ann Berg approved it.",
        "Ann Berg published it.",
        "Mia Sato asked for a review.",
    ]
    assert draft.title not in (await ann.get("/management/reviews")).text


async def answer_again(browser: Browser, draft: Campaign) -> int:
    """Presses the button of a page that was opened before."""
    at = f"/management/{draft.id}/review/decision"
    return (await browser.post(at, {"do": "approval", "seen": "x"})).status_code


async def test_the_list_of_waiting_drafts_is_live_for_admins_only(
    db: AsyncSession, cast: Cast, browse: Browse, app: Litestar
) -> None:
    draft = await reviewed(db, cast)
    page = (await (await browse(cast.ann)).get("/management/reviews")).text
    assert "room=reviews" in page and 'id="waiting-reviews" data-live' in page
    mia = await browse(cast.mia)
    assert (await mia.post(f"/management/{draft.id}/review")).status_code == 303
    asked = (await events(db, Kind.PUBLICATION_REVIEW_ASKED))[0]
    shows = app.state.hub.shows[Kind.PUBLICATION_REVIEW_ASKED]
    told = {one.room for show in shows for one in await show(db, asked)}
    assert {"reviews", f"campaign:{draft.id}"} <= told
    for person, may in ((cast.ann, True), (cast.mia, False), (cast.ben, False), (None, False)):
        opened = await _open(db, await viewer_of(db, person), ("reviews",), app.state.rooms)
        assert bool(opened) is may


async def test_edits_are_asked_with_reasons_that_stay(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await reviewed(db, cast)
    at, mia, ann = f"/management/{draft.id}", await browse(cast.mia), await browse(cast.ann)
    await mia.post(f"{at}/review")
    assert await answer(ann, draft, "edits") == 422
    assert await answer(ann, draft, "edits", "Say <who> decides.") == 303
    assert (await stored(db, draft)).published_at is None
    for page in (at, f"{at}/check", f"{at}/review"):
        assert "Say &lt;who&gt; decides." in (await mia.get(page)).text
    assert "Edits are asked for" in (await mia.get("/")).text
    assert (await mia.post(f"{at}/publication")).status_code == 409
    await save(mia, at, "details", {"description": "Ann decides.", "timezone": "UTC"})
    await mia.post(f"{at}/review")
    assert "Edits are asked for" not in (await mia.get("/")).text
    assert await answer(ann, draft, "approval") == 303
    # What was answered before stands there as it was.
    assert await record_of(db, draft) == [
        ("Ann Berg approved it.", ""),
        ("Ann Berg asked for edits.", "Say <who> decides."),
        ("Ann Berg published it.", ""),
        ("Mia Sato asked for a review.", ""),
        ("Mia Sato asked for a review.", ""),
    ]


async def test_what_was_typed_is_kept_where_the_answer_is_refused(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await reviewed(db, cast)
    at, mia, ann = f"/management/{draft.id}", await browse(cast.mia), await browse(cast.ann)
    await mia.post(f"{at}/review")
    seen = seen_on((await ann.get(f"{at}/review")).text)
    await save(mia, at, "basics", {"title": "Another title", "audience": "public"})
    refused = await ann.post(
        f"{at}/review/decision", {"seen": seen, "do": "approval", "reason": "Half a thought"}
    )
    assert refused.status_code == 409
    assert "changed while you looked at it" in refused.text
    assert "Half a thought" in refused.text
    assert (await stored(db, draft)).published_at is None
    # The page that came back shows the new title, so whoever answers again has seen it.
    again = {"seen": seen_on(refused.text), "do": "approval"}
    assert (await ann.post(f"{at}/review/decision", again)).status_code == 303
    assert (await stored(db, draft)).published_at is not None


async def test_a_draft_that_lacks_something_is_not_sent(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await reviewed(db, cast)
    draft.description = ""
    await db.commit()
    mia = await browse(cast.mia)
    refused = await mia.post(f"/management/{draft.id}/review")
    assert refused.status_code == 422
    assert "Describe what you ask for and why." in refused.text
    assert not await reviews_of(db, draft)


async def test_what_changed_after_approval_needs_a_new_look(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await reviewed(db, cast)
    at, mia, ann = f"/management/{draft.id}", await browse(cast.mia), await browse(cast.ann)
    later = f"{datetime.now(UTC) + timedelta(days=5):%Y-%m-%dT%H:%M}"
    plan = {"publish_at": later, "publish_zone": "UTC"}
    assert (await mia.post(f"{at}/publication/plan", plan)).status_code == 303
    await mia.post(f"{at}/review")
    assert await answer(ann, draft, "approval") == 303
    # The clock publishes it; until then it is a draft.
    assert (await stored(db, draft)).published_at is None
    assert "It is approved" in (await mia.get(at)).text
    await save(mia, at, "basics", {"title": "Another title", "audience": "public"})
    page = (await mia.get(at)).text
    assert "It was changed after it was approved" in page
    assert "Send to review" in page
    refused = await mia.post(f"{at}/publication")
    assert refused.status_code == 409
    assert "changed after it was approved" in refused.text
    # Put back as it was, it is what was approved.
    await save(mia, at, "basics", {"title": "Safer school routes", "audience": "public"})
    assert (await mia.post(f"{at}/publication")).status_code == 303


async def test_nobody_approves_their_own_while_another_can(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await reviewed(db, cast)
    boss = await make_person(db, "Bo Boss", cast.city, Role.ADMIN)
    await db.commit()
    at, ann = f"/management/{draft.id}", await browse(cast.ann)
    await ann.post(f"{at}/review")
    assert await answer(ann, draft, "approval") == 409
    assert await answer(ann, draft, "edits", "So") == 409
    assert (await stored(db, draft)).published_at is None
    assert await answer(await browse(boss), draft, "approval") == 303
    assert (await stored(db, draft)).published_at is not None


async def test_the_only_admin_approves_their_own_and_the_record_says_so(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await reviewed(db, cast)
    at, ann = f"/management/{draft.id}", await browse(cast.ann)
    await ann.post(f"{at}/review")
    assert await answer(ann, draft, "approval") == 303
    (review,) = await reviews_of(db, draft)
    assert review.by_only_admin
    sentences = [sentence for sentence, _reason in await record_of(db, draft)]
    assert "Ann Berg approved their own request, as the only admin." in sentences


async def test_who_was_an_admin_before_does_not_count(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await reviewed(db, cast)
    former = await make_person(db, "Fay Former", cast.city, Role.ADMIN)
    own = RoleGrant.person_id == former.id
    await db.execute(update(RoleGrant).where(own).values(revoked_at=func.now()))
    await db.commit()
    ann = await browse(cast.ann)
    await ann.post(f"/management/{draft.id}/review")
    assert await answer(ann, draft, "approval") == 303


async def test_what_holds_above_holds_below(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    cast.city.reviews_before_publishing = True
    below = await ready_draft(db, cast.transport)
    elsewhere = await ready_draft(db, cast.ministry)
    await db.commit()
    ann = await browse(cast.ann)
    assert (await ann.post(f"/management/{below.id}/publication")).status_code == 409
    assert (await ann.post(f"/management/{elsewhere.id}/publication")).status_code == 303
    assert (await ann.post(f"/management/{elsewhere.id}/review")).status_code == 409


async def test_only_admins_answer(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    draft = await reviewed(db, cast)
    at, mia = f"/management/{draft.id}", await browse(cast.mia)
    await mia.post(f"{at}/review")
    sent = {"do": "approval", "seen": "x"}
    page = (await mia.get(f"{at}/review")).text
    assert f'action="{at}/review/decision"' not in page
    for person, status in ((None, 303), (cast.mia, 403), (cast.ada, 404), (cast.zed, 404)):
        browser = await browse(person)
        assert (await browser.post(f"{at}/review/decision", sent)).status_code == status
    assert (await mia.get("/management/reviews")).status_code == 403
    assert (await (await browse(None)).get("/management/reviews")).status_code == 303
    foreign = await make_person(db, "Fo Foreign", cast.ministry, Role.ADMIN)
    await db.commit()
    stranger = await browse(foreign)
    assert (await stranger.get(f"{at}/review")).status_code == 404
    assert (await stranger.post(f"{at}/review/decision", sent)).status_code == 404
    assert draft.title not in (await stranger.get("/management/reviews")).text
    assert (await stored(db, draft)).published_at is None


async def test_forged_answers(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    draft = await reviewed(db, cast)
    at, ann = f"/management/{draft.id}", await browse(cast.ann)
    # Nothing waits yet.
    assert (await ann.post(f"{at}/review/decision", {"do": "approval"})).status_code == 409
    await (await browse(cast.mia)).post(f"{at}/review")
    for fields in ({}, {"do": "publish"}, {"do": "approval"}, {"do": "edits", "reason": " "}):
        assert (await ann.post(f"{at}/review/decision", fields)).status_code in {409, 422}
    long = {"do": "edits", "reason": "r" * 5001}
    refused = await ann.post(f"{at}/review/decision", long)
    assert refused.status_code == 422
    assert "r" * 5001 in refused.text
    assert await db.scalar(select(func.count()).where(CampaignReview.decided_at.is_not(None))) == 0
    assert (await stored(db, draft)).published_at is None


async def test_an_answered_row_never_changes(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    draft = await reviewed(db, cast)
    at, ann = f"/management/{draft.id}", await browse(cast.ann)
    await (await browse(cast.mia)).post(f"{at}/review")
    await answer(ann, draft, "edits", "First reason")
    (first,) = await reviews_of(db, draft)
    before = (first.decided_at, first.decision, first.reason)
    # Another answer after the answer: the same one is a second press, another one is refused.
    sent = {"do": "edits", "reason": "Second reason"}
    assert (await ann.post(f"{at}/review/decision", sent)).status_code == 303
    assert (await ann.post(f"{at}/review/decision", {"do": "approval"})).status_code == 409
    (again,) = await reviews_of(db, draft)
    assert (again.decided_at, again.decision, again.reason) == before


@pytest.mark.parametrize("everywhere", [True, False])
async def test_an_admin_switches_it(
    db: AsyncSession, cast: Cast, browse: Browse, everywhere: bool
) -> None:
    person = cast.ann if everywhere else await make_person(db, "Bo", cast.city, Role.ADMIN)
    await db.commit()
    at, admin = f"/organisations/{cast.city.id}", await browse(person)
    assert f'href="{at}/reviews"' in (await admin.get(f"{at}/details")).text
    assert "Managers publish by themselves" in (await admin.get(f"{at}/reviews")).text
    for _press in range(2):
        assert (await admin.post(f"{at}/reviews", {"reviews": "yes"})).status_code == 303
    assert len(await events(db, Kind.ORGANISATION_CHANGED)) == 1
    assert "An admin looks at each draft" in (await admin.get(f"{at}/reviews")).text
    await admin.post(f"{at}/reviews", {"reviews": "no"})
    assert "Managers publish by themselves" in (await admin.get(f"{at}/reviews")).text
    for other, status in ((None, 303), (cast.mia, 404)):
        browser = await browse(other)
        assert (await browser.post(f"{at}/reviews", {"reviews": "yes"})).status_code == status
    foreign = await make_person(db, "Fo", cast.ministry, Role.ADMIN)
    await db.commit()
    assert (
        await (await browse(foreign)).post(f"{at}/reviews", {"reviews": "yes"})
    ).status_code == (404)
    await db.refresh(cast.city)
    assert not cast.city.reviews_before_publishing


async def test_the_next_look_shows_what_was_changed_since(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await reviewed(db, cast)
    at, mia, ann = f"/management/{draft.id}", await browse(cast.mia), await browse(cast.ann)
    await mia.post(f"{at}/review")
    assert "Changed since the last look" not in (await ann.get(f"{at}/review")).text
    assert await answer(ann, draft, "edits", "Say who decides.") == 303
    assert "Nothing was changed." in (await ann.get(f"{at}/review")).text
    await save(mia, at, "details", {"description": "Why Ann asks", "timezone": "UTC"})
    await mia.post(f"{at}/review")
    page = (await ann.get(f"{at}/review")).text
    assert "Changed since the last look" in page
    changed = page.partition("Changed since the last look")[2].partition("</section>")[0]
    assert "<ins>" in changed and "Ann asks" in changed and "What we are looking for" in changed
    assert "The question" not in changed and "Nothing was changed." not in changed


async def test_changed_prizes_are_said_beside_changed_rules(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await reviewed(db, cast)
    at, mia, ann = f"/management/{draft.id}", await browse(cast.mia), await browse(cast.ann)
    await mia.post(f"{at}/review")
    assert await answer(ann, draft, "edits", "Say what can be won.") == 303
    written = WrittenRules("Be kind.", "<p>Be kind.</p>")
    await put_draft(db, draft.id, written, cast.mia.id)
    await db.commit()
    others = "Something that belongs to it was changed"
    assert others not in (await ann.get(f"{at}/review")).text
    await add(db, Prize(campaign_id=draft.id, position=1, title="First prize", winners=1))
    await db.commit()
    page = (await ann.get(f"{at}/review")).text
    assert others in page and "kind" in page
