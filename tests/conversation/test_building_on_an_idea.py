"""Building on an idea: the five kinds, counted exactly, nothing typed lost."""

import asyncio

import pytest
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Audience
from ideahub.conversation.contributing import MOST
from ideahub.conversation.models import ContributionKind
from ideahub.core.db import Database
from ideahub.core.events import Kind
from ideahub.core.refusals import TooMany
from ideahub.ideas.models import Idea
from tests.conftest import Browse
from tests.support.cast import HOUR, Cast, make_campaign, make_cast, make_idea
from tests.support.talking import BUILD, all_said, counts, happened, say


async def test_a_colleague_builds_on_an_idea(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    answer = await ben.post(f"/ideas/{idea.id}/contributions", BUILD)
    assert answer.status_code == 303
    [made] = await all_said(db, idea.id)
    assert answer.headers["location"] == f"/ideas/{idea.id}#contribution-{made.id}"
    assert (made.kind, made.author_id, made.parent_id) == ("build", cast.ben.id, None)
    assert await counts(db, idea.id) == (1, 1)
    assert await happened(db, Kind.CONTRIBUTION_MADE, idea.id) == 1
    page = (await ben.get(f"/ideas/{idea.id}")).text
    assert "<p>Grandparents could walk along.</p>" in page
    assert "Ben Okoye" in page


@pytest.mark.parametrize("kind", list(ContributionKind))
async def test_all_five_kinds_can_be_added(
    db: AsyncSession, cast: Cast, browse: Browse, kind: ContributionKind
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    cem = await browse(cast.cem)
    # Only a concern says what would mend it.
    remedy = "Two lamps." if kind is ContributionKind.CONCERN else ""
    fields = {"kind": kind.value, "body": "The road by the mill is dark.", "remedy": remedy}
    assert (await cem.post(f"/ideas/{idea.id}/contributions", fields)).status_code == 303
    [made] = await all_said(db, idea.id)
    assert made.kind == kind
    assert made.remedy == remedy
    assert await counts(db, idea.id) == (1, int(kind is ContributionKind.BUILD))


async def test_pressing_again_adds_nothing(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    for _press in range(3):
        await ben.post(f"/ideas/{idea.id}/contributions", BUILD, htmx=True)
    assert len(await all_said(db, idea.id)) == 1
    assert await counts(db, idea.id) == (1, 1)
    assert await happened(db, Kind.CONTRIBUTION_MADE, idea.id) == 1


async def test_the_form_opens_on_yes_and(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    page = (await (await browse(cast.ben)).get(f"/ideas/{idea.id}")).text
    assert 'value="build" id="contribute-kind-build" required checked' in page
    assert page.count(" required checked") == 1
    assert f'data-draft="/drafts/contribution-{idea.id}"' in page


async def test_htmx_gets_an_empty_form_and_where_it_stands(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    answer = await ben.post(f"/ideas/{idea.id}/contributions", BUILD, htmx=True)
    [made] = await all_said(db, idea.id)
    assert answer.status_code == 200
    assert f'href="#contribution-{made.id}"' in answer.text
    # What everyone sees has one writer, the push.
    assert "Grandparents" not in answer.text


async def test_a_concern_says_what_would_mend_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    fields = {"kind": "concern", "body": "Rain turns the path to mud.", "remedy": "  "}
    answer = await ben.post(f"/ideas/{idea.id}/contributions", fields)
    assert answer.status_code == 422
    assert "Say what would mend it" in answer.text
    assert "Rain turns the path to mud.</textarea>" in answer.text
    assert 'value="concern" id="contribute-kind-concern" required checked' in answer.text
    assert await all_said(db, idea.id) == []


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("kind", [one for one in ContributionKind if one != "concern"])
async def test_a_remedy_is_not_dropped_from_another_kind(
    db: AsyncSession, cast: Cast, browse: Browse, kind: ContributionKind, htmx: bool
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben, url = await browse(cast.ben), f"/ideas/{idea.id}/contributions"
    fields = {"kind": kind.value, "body": "The road by the mill is dark.", "remedy": "Two lamps."}
    answer = await ben.post(url, fields, htmx=htmx)
    assert answer.status_code == 422
    assert "Only a concern has a remedy." in answer.text
    assert "Two lamps.</textarea>" in answer.text
    assert "The road by the mill is dark.</textarea>" in answer.text
    # Whatever kind is chosen, the field is in sight.
    assert 'class="hidden group-has-[[value=concern]:checked]/kind:block"' not in answer.text
    assert await all_said(db, idea.id) == []


@pytest.mark.parametrize("htmx", [False, True])
async def test_an_over_long_text_comes_back_whole(
    db: AsyncSession, cast: Cast, browse: Browse, htmx: bool
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    long = "a" * 20_001
    fields = {"kind": "build", "body": long}
    answer = await ben.post(f"/ideas/{idea.id}/contributions", fields, htmx=htmx)
    assert answer.status_code == 422
    assert "Shorten this to 20,000 characters; it has 20,001." in answer.text
    assert f"{long}</textarea>" in answer.text
    assert await all_said(db, idea.id) == []


@pytest.mark.parametrize("kind", ["", "praise", "BUILD"])
async def test_an_unknown_kind_is_refused_and_the_text_kept(
    db: AsyncSession, cast: Cast, browse: Browse, kind: str
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    fields = {"kind": kind, "body": "Grandparents could walk along."}
    answer = await ben.post(f"/ideas/{idea.id}/contributions", fields)
    assert answer.status_code == 422
    assert "Grandparents could walk along.</textarea>" in answer.text
    assert await all_said(db, idea.id) == []


@pytest.mark.parametrize("body", ["", "   \n ", "\u202e\u2066"])
async def test_nothing_said_is_nothing_added(
    db: AsyncSession, cast: Cast, browse: Browse, body: str
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    answer = await ben.post(f"/ideas/{idea.id}/contributions", {"kind": "build", "body": body})
    assert answer.status_code == 422
    assert await all_said(db, idea.id) == []


@pytest.mark.parametrize("htmx", [False, True])
async def test_the_same_concern_with_another_remedy_is_not_lost(
    db: AsyncSession, cast: Cast, browse: Browse, htmx: bool
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben, url = await browse(cast.ben), f"/ideas/{idea.id}/contributions"
    concern = {"kind": "concern", "body": "Who pays?", "remedy": "A fund.", "seen": "x"}
    for _press in range(2):
        assert (await ben.post(url, concern, htmx=htmx)).status_code in {200, 303}
    other = await ben.post(url, concern | {"remedy": "Sponsors!"}, htmx=htmx)
    assert other.status_code == 409
    assert "with another remedy" in other.text
    form = other.text.split('name="remedy"')[1]
    assert "Sponsors!</textarea>" in form
    assert "Who pays?</textarea>" in other.text
    assert [one.remedy for one in await all_said(db, idea.id)] == ["A fund."]
    # The first one taken back, the second takes its place.
    (first,) = await all_said(db, idea.id)
    await ben.post(f"/contributions/{first.id}/withdrawal")
    again = await ben.post(url, concern | {"remedy": "Sponsors!"}, htmx=htmx)
    assert again.status_code in {200, 303}


@pytest.mark.parametrize(
    ("opens", "closes", "sentence"), [(HOUR, None, "opens on"), (-2 * HOUR, -HOUR, "closed on")]
)
async def test_a_closed_phase_takes_nothing_and_shows_the_text_back(
    db: AsyncSession, cast: Cast, browse: Browse, opens: object, closes: object, sentence: str
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    other = await make_campaign(db, cast.city, opens=opens, closes=closes)  # type: ignore[arg-type]
    idea.campaign_id = other.id
    ben = await browse(cast.ben)
    fields = {"kind": "build", "body": "Grandparents could walk along, every single day."}
    answer = await ben.post(f"/ideas/{idea.id}/contributions", fields)
    assert answer.status_code == 409
    assert sentence in answer.text
    assert "every single day" in answer.text
    assert await all_said(db, idea.id) == []
    page = (await ben.get(f"/ideas/{idea.id}")).text
    assert sentence in page
    assert "contribute-body" not in page


async def test_a_phase_for_votes_alone_takes_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    idea.campaign_id = (await make_campaign(db, cast.city, accepts=[Accepts.VOTES])).id
    ben = await browse(cast.ben)
    assert (await ben.post(f"/ideas/{idea.id}/contributions", BUILD)).status_code == 409


@pytest.mark.parametrize("column", ["withdrawn_at", "hidden_at"])
async def test_an_idea_that_does_not_stand_takes_nothing(
    db: AsyncSession, cast: Cast, browse: Browse, column: str
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await db.execute(update(Idea).where(Idea.id == idea.id).values({column: func.now()}))
    ada = await browse(cast.ada)
    assert (await ada.post(f"/ideas/{idea.id}/contributions", BUILD)).status_code == 409
    ben = await browse(cast.ben)
    assert (await ben.post(f"/ideas/{idea.id}/contributions", BUILD)).status_code == 404
    assert await counts(db, idea.id) == (0, 0)


async def test_a_stranger_is_asked_to_sign_in(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    stranger = await browse(None)
    answer = await stranger.post(f"/ideas/{idea.id}/contributions", BUILD)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
    page = (await stranger.get(f"/ideas/{idea.id}")).text
    assert "Sign in to add yours" in page
    assert "contribute-body" not in page
    assert await all_said(db, idea.id) == []


async def test_zed_finds_nothing_of_an_internal_idea(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    idea = await make_idea(db, campaign, cast.ada)
    made = await say(db, cast.ben, idea.id)
    zed = await browse(cast.zed)
    for url in (
        f"/ideas/{idea.id}/contributions",
        f"/contributions/{made}",
        f"/contributions/{made}/replies/new",
        f"/contributions/{made}/replies/form",
        f"/contributions/{made}/adoption",
        f"/ideas/{idea.id}/history",
        f"/ideas/{idea.id}/history/1",
    ):
        assert (await zed.get(url)).status_code == 404, url
    for url in (
        f"/ideas/{idea.id}/contributions",
        f"/contributions/{made}/thanks",
        f"/contributions/{made}/replies",
        f"/contributions/{made}/withdrawal",
        f"/contributions/{made}/adoption",
        f"/contributions/{made}/adoption/changes",
    ):
        answer = await zed.post(url, {**BUILD, "title": "x"})
        assert answer.status_code == 404, url
    # The same answer as for what does not exist.
    assert (await zed.get("/contributions/99999999")).status_code == 404
    assert await counts(db, idea.id) == (1, 1)


XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "<svg/onload=alert(1)>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    '![x](x" onerror="alert(1))',
    "</textarea><script>alert(1)</script>",
    "<hx-partial hx-target='body'>x</hx-partial>",
    '<b hx-get="/sign-out" hx-trigger="load">x</b>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
]


@pytest.mark.parametrize("text", XSS)
async def test_what_people_write_cannot_become_a_program(
    db: AsyncSession, cast: Cast, browse: Browse, text: str
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.cem, idea.id, text, ContributionKind.CONCERN, text)
    ben = await browse(cast.ben)
    for url in (f"/ideas/{idea.id}", f"/contributions/{made}", f"/ideas/{idea.id}/contributions"):
        page = (await ben.get(url)).text
        for bad in (
            "<script>alert",
            "<img src=x",
            "<svg/onload",
            "<iframe",
            "<hx-partial",
            "<b hx",
        ):
            assert bad not in page
        assert 'href="javascript:' not in page
        assert 'href="data:' not in page


async def test_a_draft_comes_back_until_it_is_sent(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    typed = {"kind": "question", "body": "Who carries the", "remedy": ""}
    assert (await ben.post(f"/drafts/contribution-{idea.id}", typed)).is_success
    page = (await ben.get(f"/ideas/{idea.id}")).text
    assert "Who carries the</textarea>" in page
    assert 'value="question" id="contribute-kind-question" required checked' in page
    assert "What you wrote last time is still here." in page
    assert "Who carries the" not in (await (await browse(cast.cem)).get(f"/ideas/{idea.id}")).text
    await ben.post(f"/ideas/{idea.id}/contributions", typed | {"body": "Who carries the flag?"})
    assert "Who carries the</textarea>" not in (await ben.get(f"/ideas/{idea.id}")).text


@pytest.mark.slow
async def test_one_person_cannot_flood_an_idea(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    for number in range(MOST):
        await say(db, cast.cem, idea.id, f"Thought number {number}")
    with pytest.raises(TooMany):
        await say(db, cast.cem, idea.id, "One too many")
    await say(db, cast.ben, idea.id, "Others are not held up")


@pytest.mark.slow
async def test_many_at_once_are_counted_exactly(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea_id = (await make_idea(db, await make_campaign(db, cast.city), cast.ada)).id
    people = [cast.ben, cast.cem, cast.sam, cast.jo, cast.mo]

    async def press(number: int) -> None:
        async with committing.transaction() as db:
            await say(db, people[number % 5], idea_id, f"Thought {number // 10}")

    # Each of the five presses twice for each of two thoughts, all at once.
    await asyncio.gather(*(press(number) for number in range(20)))
    async with committing.reading() as db:
        assert len(await all_said(db, idea_id)) == 10
        assert await counts(db, idea_id) == (10, 10)
        assert await happened(db, Kind.CONTRIBUTION_MADE, idea_id) == 10
