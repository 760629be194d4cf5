"""A suspension holds where it was decided: in a campaign, below an organisation, or everywhere."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind
from ideahub.core.refusals import Forbidden, Invalid
from ideahub.core.viewer import Role, Viewer
from ideahub.ideas.queries import find_idea
from ideahub.ideas.voting import vote
from ideahub.moderation.deciding import Choice, decide
from ideahub.moderation.models import Measure
from ideahub.moderation.suspending import SuspendedFrom
from tests.conftest import Browse
from tests.moderation.test_holding_texts import newest_case
from tests.support.cast import Cast, make_campaign, make_idea, make_person, viewer_of
from tests.support.talking import happened, say


def suspension(place: SuspendedFrom) -> Choice:
    return Choice(measure=Measure.SUSPEND, rule="hate", words="Three times.", days=7, place=place)


async def reported_words(db: AsyncSession, cast: Cast, browse: Browse, idea_id: int) -> int:
    said = await say(db, cast.ben, idea_id, "You all are fools.")
    await (await browse(cast.cem)).post(f"/reports/contribution/{said}", {"rule": "hate"})
    return (await newest_case(db)).id


async def may_vote(db: AsyncSession, viewer: Viewer, idea_id: int) -> bool:
    try:
        await vote(db, viewer, await find_idea(db, viewer, idea_id))
    except Forbidden:
        return False
    return True


@pytest.mark.parametrize(
    ("place", "elsewhere_here", "in_department", "in_ministry"),
    [
        (SuspendedFrom.CAMPAIGN, True, True, True),
        (SuspendedFrom.ORGANISATION, False, False, True),
    ],
)
async def test_where_a_suspension_holds(
    db: AsyncSession,
    cast: Cast,
    browse: Browse,
    place: SuspendedFrom,
    elsewhere_here: bool,
    in_department: bool,
    in_ministry: bool,
) -> None:
    campaigns = [
        await make_campaign(db, organisation)
        for organisation in (cast.city, cast.city, cast.transport, cast.ministry)
    ]
    ideas = [await make_idea(db, campaign, cast.ada) for campaign in campaigns]
    case = await reported_words(db, cast, browse, ideas[0].id)
    await decide(db, await viewer_of(db, cast.mo), case, suspension(place))
    ben = await viewer_of(db, cast.ben)
    assert not ben.is_suspended
    expected = [False, elsewhere_here, in_department, in_ministry]
    assert [await may_vote(db, ben, idea.id) for idea in ideas] == expected
    # On the web, too, with what was typed; and everything can be read.
    page = await browse(cast.ben)
    words = {"kind": "build", "body": "I was only joking.", "seen": "1"}
    refused = await page.post(f"/ideas/{ideas[0].id}/contributions", words)
    assert refused.status_code == 403
    assert "I was only joking." in refused.text
    assert (await page.post(f"/ideas/{ideas[0].id}/vote")).status_code == 403
    assert "from a part of this site until" in (await page.get(f"/ideas/{ideas[0].id}")).text
    assert await happened(db, Kind.CONTRIBUTION_MADE, ideas[0].id) == 1


async def test_nobody_holds_a_new_text_of_whoever_is_suspended(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    case = await reported_words(db, cast, browse, idea.id)
    await decide(db, await viewer_of(db, cast.mo), case, suspension(SuspendedFrom.CAMPAIGN))
    before = (await newest_case(db)).id
    words = {
        "kind": "build",
        "body": "http://a.example http://b.example http://c.example",
        "seen": "1",
    }
    ben = await browse(cast.ben)
    assert (await ben.post(f"/ideas/{idea.id}/contributions", words)).status_code == 403
    assert (await newest_case(db)).id == before


async def test_only_moderators_of_the_whole_site_suspend_from_all_of_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    case = await reported_words(db, cast, browse, idea.id)
    mo = await viewer_of(db, cast.mo)
    with pytest.raises(Invalid, match="whole site"):
        await decide(db, mo, case, suspension(SuspendedFrom.SITE))
    page = (await (await browse(cast.mo)).get(f"/moderation/cases/{case}")).text
    assert 'value="organisation"' in page
    assert 'value="site"' not in page
    await decide(db, await viewer_of(db, cast.ann), case, suspension(SuspendedFrom.SITE))
    assert (await viewer_of(db, cast.ben)).is_suspended
    told = await browse(cast.ben)
    text = (await told.get("/moderation/own-texts")).text
    at = text.split('href="/moderation/decisions/')[1].split('"')[0]
    decision = (await told.get(f"/moderation/decisions/{at}")).text
    assert "the whole site" in decision
    assert "Your drafts are kept." in decision
    # They can appeal, and keep drafts.
    sent = await told.post(f"/moderation/decisions/{at}/appeal", {"text": "It was a quotation."})
    assert sent.status_code == 303


async def test_deeds_in_several_transactions_are_refused_as_well(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    cast.ada.suspended_until = datetime.now(UTC) + timedelta(days=7)
    await db.commit()
    ada = await browse(cast.ada)
    attached = f"/ideas/{idea.id}/attachments/new"
    for address in (attached, "/batches-of-answers/1/publication", "/entries/1/draft"):
        refused = await ada.post(address, {"description": "A drawing"})
        assert refused.status_code == 403
        assert "has suspended you until" in refused.text
    # Their account stays theirs.
    assert (await ada.post("/account/code")).status_code == 303


async def test_two_suspensions_end_one_by_one(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada)
    mo = await viewer_of(db, cast.mo)
    max_ = await viewer_of(db, await make_person(db, "Max Moor", cast.city, Role.MODERATOR))
    first = await decide(
        db, mo, await reported_words(db, cast, browse, idea.id), suspension(SuspendedFrom.CAMPAIGN)
    )
    said = await make_idea(db, await make_campaign(db, cast.city), cast.ben)
    await (await browse(cast.cem)).post(f"/reports/idea/{said.id}", {"rule": "hate"})
    case = await newest_case(db)
    await decide(db, max_, case.id, suspension(SuspendedFrom.ORGANISATION))
    page = await browse(cast.mo)
    await page.post(f"/moderation/decisions/{first.id}/undoing", {"words": "It was quoted."})
    until = (await viewer_of(db, cast.ben)).partly_suspended_until
    assert until and until > datetime.now(UTC) + timedelta(days=6)
    assert not await may_vote(db, await viewer_of(db, cast.ben), idea.id)
