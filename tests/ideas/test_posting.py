"""Posting, changing and withdrawing an idea."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Audience, Campaign
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict
from ideahub.ideas.live import show_text
from ideahub.ideas.models import Idea, Revision, Stage
from ideahub.ideas.queries import find_idea
from ideahub.ideas.submitting import IdeaText, revise_idea
from ideahub.ideas.tagging import tidy_tags
from ideahub.realtime.push import Push
from tests.conftest import Browse
from tests.support.cast import HOUR, Cast, make_campaign, make_cast, make_idea, viewer_of
from tests.support.letters import notice_of

TYPED = {
    "title": "A bench halfway",
    "body": "One bench halfway up the **hill**.",
    "why": "People rest on the wall.",
    "tags": "Streets, #rest, streets",
}


async def ideas_in(db: AsyncSession, campaign_id: int) -> int:
    return await db.scalar(select(func.count()).where(Idea.campaign_id == campaign_id)) or 0


async def test_an_employee_posts_an_idea(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city)
    ada = await browse(cast.ada)
    answer = await ada.post("/ideas/new", {**TYPED, "campaign_id": str(campaign.id)})
    assert answer.status_code == 303
    idea = (await db.scalars(select(Idea).where(Idea.campaign_id == campaign.id))).one()
    assert answer.headers["location"] == f"/ideas/{idea.id}"
    assert idea.tags == ["streets", "rest"]
    assert "<strong>hill</strong>" in idea.body_html
    assert idea.stage == Stage.SPARK
    shown = (await ada.get(f"/ideas/{idea.id}")).text
    assert "A bench halfway" in shown
    assert "Your idea is posted" in shown
    posted = select(func.count()).where(Event.kind == Kind.IDEA_POSTED, Event.idea_id == idea.id)
    assert await db.scalar(posted) == 1
    await db.refresh(campaign)
    assert campaign.ideas_count == 1


async def test_a_stranger_signs_in_first(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    stranger = await browse(None)
    answer = await stranger.get("/ideas/new?within=3")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fideas%2Fnew%3Fwithin%3D3"


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("title", "", "Fill this in."),
        ("title", "\u200b\u2060 \u202e", "Fill this in."),
        ("title", "x" * 161, "Shorten this to 160 characters; it has 161."),
        ("body", " \n ", "Fill this in."),
        ("body", "b" * 20_001, "Shorten this to 20,000 characters; it has 20,001."),
        ("why", "w" * 20_001, "Shorten this to 20,000 characters; it has 20,001."),
        ("innovation_type", "magic", "Choose one of the options."),
        ("campaign_id", "", "Choose where your idea belongs."),
        ("campaign_id", "seven", "Choose where your idea belongs."),
    ],
)
async def test_bad_input_is_explained_and_nothing_typed_is_lost(
    db: AsyncSession, cast: Cast, browse: Browse, field: str, value: str, error: str
) -> None:
    campaign = await make_campaign(db, cast.city)
    ada = await browse(cast.ada)
    typed = {**TYPED, "campaign_id": str(campaign.id), field: value}
    answer = await ada.post("/ideas/new", typed)
    assert answer.status_code == 422
    assert error in answer.text
    for name in {"title", "body", "why"} - {field}:
        assert typed[name] in answer.text
    if value.isalnum() and field in {"title", "body", "why"}:
        assert value in answer.text
    assert await ideas_in(db, campaign.id) == 0


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [(-2 * HOUR, -HOUR, "This closed on"), (HOUR, None, "It opens on")],
)
async def test_outside_the_phase_it_is_refused_and_kept(
    db: AsyncSession, cast: Cast, browse: Browse, opens: object, closes: object, said: str
) -> None:
    campaign = await make_campaign(db, cast.city, opens=opens, closes=closes)  # type: ignore[arg-type]
    ada = await browse(cast.ada)
    answer = await ada.post("/ideas/new", {**TYPED, "campaign_id": str(campaign.id)})
    assert answer.status_code == 409
    assert said in answer.text
    assert TYPED["body"] in answer.text
    assert await ideas_in(db, campaign.id) == 0


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    "otherwise",
    [{"pseudonym": "Owl"}, {"tags": "streets, benches"}, {"innovation_type": "policy"}],
)
async def test_the_same_words_posted_otherwise_are_not_said_to_be_posted(
    db: AsyncSession, cast: Cast, browse: Browse, otherwise: dict[str, str], htmx: bool
) -> None:
    campaign = await make_campaign(db, cast.city, allows_pseudonyms=True)
    ada = await browse(cast.ada)
    sent = {**TYPED, "campaign_id": str(campaign.id)}
    first, again = [await ada.post("/ideas/new", sent, htmx=htmx) for _press in range(2)]
    assert first.headers.multi_items() == again.headers.multi_items()
    answer = await ada.post("/ideas/new", sent | otherwise, htmx=htmx)
    assert answer.status_code == 409
    assert "You have posted these words here already" in answer.text
    for name, value in (sent | otherwise).items():
        field = answer.text.split(f'name="{name}"')[1].split("</div>")[0]
        assert value in field, name
    assert await ideas_in(db, campaign.id) == 1
    # Withdrawn, it makes room for the other.
    idea = (await db.scalars(select(Idea.id).where(Idea.campaign_id == campaign.id))).one()
    await ada.post(f"/ideas/{idea}/withdrawal")
    assert (await ada.post("/ideas/new", sent | otherwise)).status_code == 303


@pytest.mark.parametrize("htmx", [False, True])
async def test_a_note_is_never_dropped(
    db: AsyncSession, cast: Cast, browse: Browse, htmx: bool
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ada, url = await browse(cast.ada), f"/ideas/{idea.id}/revision"
    same = {"title": idea.title, "body": idea.body, "why": idea.why, "tags": "walking, school"}
    unchanged = await ada.post(url, same | {"revision": "1"}, htmx=htmx)
    assert "Nothing was changed" in notice_of(unchanged)
    alone = await ada.post(url, same | {"revision": "1", "note": "Typo!"}, htmx=htmx)
    assert alone.status_code == 409
    assert 'name="note" type="text" value="Typo!"' in alone.text
    changed = {**TYPED, "revision": "1", "note": "Shorter"}
    for _press in range(2):
        saved = await ada.post(url, changed, htmx=htmx)
        assert "Saved as a new revision" in notice_of(saved)
    other = await ada.post(url, changed | {"note": "Longer!"}, htmx=htmx)
    assert other.status_code == 409
    assert "as revision 2" in other.text
    assert 'name="note" type="text" value="Longer!"' in other.text
    kept = await db.scalars(select(Revision.note).where(Revision.idea_id == idea.id))
    assert sorted(kept) == ["", "Shorter"]


async def test_an_internal_box_is_unknown_to_others(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city, audience=Audience.INTERNAL, title="Secret box")
    for outsider in (cast.zed, cast.cem):
        browser = await browse(outsider)
        answer = await browser.post("/ideas/new", {**TYPED, "campaign_id": str(box.id)})
        assert answer.status_code == 404
        assert TYPED["body"] in answer.text  # even then, what was typed can be copied
        assert "Secret box" not in (await browser.get("/ideas/new")).text
    assert "Secret box" in (await (await browse(cast.ada)).get("/ideas/new")).text


async def test_a_forged_form_does_nothing(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city)
    ada = await browse(cast.ada)
    forged = {**TYPED, "campaign_id": str(campaign.id)}
    foreign = await ada.post("/ideas/new", forged, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    by_origin = await ada.client.post(
        "/ideas/new", data=forged, headers={"Origin": "https://elsewhere.example"}
    )
    assert by_origin.status_code == 403
    assert await ideas_in(db, campaign.id) == 0


async def test_an_author_changes_an_idea(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ada = await browse(cast.ada)
    form = (await ada.get(f"/ideas/{idea.id}/revision")).text
    assert idea.body in form
    typed = {**TYPED, "revision": "1", "note": "Shorter"}
    # Pressed twice it is done once; other words upon the old text are compared first.
    assert (await ada.post(f"/ideas/{idea.id}/revision", typed)).status_code == 303
    assert (await ada.post(f"/ideas/{idea.id}/revision", typed)).status_code == 303
    other = {**typed, "title": "A third one"}
    assert (await ada.post(f"/ideas/{idea.id}/revision", other)).status_code == 409
    await db.refresh(idea)
    assert (idea.title, idea.revision) == (TYPED["title"], 2)
    own = select(Revision).where(Revision.idea_id == idea.id).order_by(Revision.number)
    kept = (await db.scalars(own)).all()
    assert [(one.number, one.title) for one in kept] == [(1, "A walking bus"), (2, TYPED["title"])]


async def test_the_same_text_again_is_no_revision(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    viewer = await viewer_of(db, cast.ada)
    same = IdeaText(idea.title, idea.body, idea.why, list(idea.tags))
    found = await find_idea(db, viewer, idea.id)
    assert await revise_idea(db, viewer, found, same, from_revision=1) == 1
    assert await db.scalar(select(func.count()).where(Revision.idea_id == idea.id)) == 1


async def test_only_authors_change_an_idea(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    for other in (cast.ben, cast.mia, cast.zed):
        browser = await browse(other)
        assert (await browser.get(f"/ideas/{idea.id}/revision")).status_code == 403
        answer = await browser.post(f"/ideas/{idea.id}/revision", {**TYPED, "revision": "1"})
        assert answer.status_code == 403
    await db.refresh(idea)
    assert idea.revision == 1


async def test_two_changes_at_once_follow_each_other(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)

    async def change(title: str) -> None:
        async with committing.transaction() as db:
            viewer = await viewer_of(db, cast.ada)
            found = await find_idea(db, viewer, idea.id)
            await revise_idea(db, viewer, found, IdeaText(title, "Text"), from_revision=1)

    await change("First")
    with pytest.raises(Conflict):
        await change("Second")
    async with committing.reading() as db:
        assert (await db.get_one(Idea, idea.id)).title == "First"


async def test_withdrawing_takes_it_out_of_every_list(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada, "A very rare title")
    ben, ada = await browse(cast.ben), await browse(cast.ada)
    assert (await ben.post(f"/ideas/{idea.id}/withdrawal")).status_code == 403
    assert (await ada.post(f"/ideas/{idea.id}/withdrawal")).status_code == 303
    assert (await ben.get(f"/ideas/{idea.id}")).status_code == 404
    assert (await ada.get(f"/ideas/{idea.id}")).status_code == 200
    for url in ("/ideas", "/ideas?q=rare", "/ideas/similar?title=A+very+rare+title"):
        assert "A very rare title" not in (await ben.get(url)).text
    ideas_count = select(Campaign.ideas_count).where(Campaign.id == campaign.id)
    assert await db.scalar(ideas_count) == 0


@pytest.mark.parametrize("htmx", [False, True])
async def test_withdrawing_twice_says_the_same_twice(
    db: AsyncSession, cast: Cast, browse: Browse, htmx: bool
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada)
    ada = await browse(cast.ada)
    first, second = [
        await ada.post(f"/ideas/{idea.id}/withdrawal", htmx=htmx) for _press in range(2)
    ]
    assert "is withdrawn" in notice_of(first)
    assert (first.status_code, first.headers) == (second.status_code, second.headers)
    ideas_count = select(Campaign.ideas_count).where(Campaign.id == campaign.id)
    assert await db.scalar(ideas_count) == 0
    withdrawn = select(func.count()).where(Event.kind == Kind.IDEA_WITHDRAWN)
    assert await db.scalar(withdrawn) == 1


async def test_what_others_invested_in_cannot_be_withdrawn(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    idea.stage = Stage.SPONSORED
    ada = await browse(cast.ada)
    assert (await ada.post(f"/ideas/{idea.id}/withdrawal")).status_code == 409


async def test_a_pseudonym_hides_the_name_where_it_is_allowed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    shy = await make_campaign(db, cast.city, allows_pseudonyms=True)
    plain = await make_campaign(db, cast.city)
    ada, ben = await browse(cast.ada), await browse(cast.ben)
    typed = {**TYPED, "pseudonym": "Night owl"}
    hidden = await ada.post("/ideas/new", {**typed, "campaign_id": str(shy.id)})
    # Elsewhere it is not dropped in silence: the name would be out.
    refused = await ada.post("/ideas/new", {**typed, "campaign_id": str(plain.id)})
    assert refused.status_code == 422
    assert "everyone writes under their own name" in refused.text
    assert 'value="Night owl"' in refused.text
    assert await ideas_in(db, plain.id) == 0
    shown = await ada.post("/ideas/new", {**TYPED, "campaign_id": str(plain.id)})
    page = (await ben.get(hidden.headers["location"])).text
    assert "Night owl" in page
    assert "Ada Lind" not in page
    assert "Transport" not in page
    assert "Ada Lind" in (await ben.get(shown.headers["location"])).text
    assert "Night owl" in (await ben.get(f"/ideas?within={shy.id}")).text
    assert "Ada Lind" not in (await ben.get(f"/ideas?within={shy.id}")).text


async def test_the_room_sees_the_new_text(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    viewer = await viewer_of(db, cast.ada)
    found = await find_idea(db, viewer, idea.id)
    await revise_idea(db, viewer, found, IdeaText("New title", "New *text*"), from_revision=1)
    event = (await db.scalars(select(Event).where(Event.kind == Kind.IDEA_REVISED))).one()
    page = (await (await browse(cast.ben)).get(f"/ideas/{idea.id}")).text
    pushes = await show_text(db, event)
    for push in pushes[:2]:
        assert isinstance(push, Push)
        assert push.html.strip() in page
        assert not {"<form", "<input", "<textarea", "<details"} & set(push.html.split())


def test_tags_are_tidied() -> None:
    assert tidy_tags([" #Rest ", "rest", "", "a" * 60, "two  words", ";"]) == [
        "rest",
        "a" * 40,
        "two words",
    ]
    assert len(tidy_tags([str(number) for number in range(20)])) == 8


NINE = ", ".join(f"tag {number}" for number in range(9))


@pytest.mark.parametrize(
    ("tags", "error"),
    [
        (NINE, "At most 8 tags, please."),
        (f"rest, {'a' * 41}", "Shorten each tag to 40 characters."),
    ],
)
async def test_tags_are_not_cut_in_silence(
    db: AsyncSession, cast: Cast, browse: Browse, tags: str, error: str
) -> None:
    campaign = await make_campaign(db, cast.city)
    ada = await browse(cast.ada)
    idea = await make_idea(db, campaign, cast.ada)
    sent = {**TYPED, "campaign_id": str(campaign.id), "revision": "1"}
    for url in ("/ideas/new", f"/ideas/{idea.id}/revision"):
        answer = await ada.post(url, sent | {"tags": tags})
        assert answer.status_code == 422
        assert error in answer.text.split('id="tags-error"')[1].split("</p>")[0]
        assert f'value="{tags}"' in answer.text
        assert TYPED["body"] in answer.text
    assert await ideas_in(db, campaign.id) == 1


async def test_eight_tags_of_forty_characters_are_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    ada = await browse(cast.ada)
    tags = [f"{number}" * 40 for number in range(8)]
    sent = {**TYPED, "campaign_id": str(campaign.id), "tags": ", #".join([*tags, tags[0]])}
    assert (await ada.post("/ideas/new", sent)).status_code == 303
    assert (await db.scalars(select(Idea))).one().tags == tags
    # One more is no part of the same idea.
    assert (await ada.post("/ideas/new", sent | {"tags": NINE})).status_code == 422


async def test_a_phase_may_take_ideas_without_votes(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, accepts=[Accepts.IDEAS])
    idea = await make_idea(db, campaign, cast.ada)
    page = (await (await browse(cast.ben)).get(f"/ideas/{idea.id}")).text
    assert "Support is not open here" in page
