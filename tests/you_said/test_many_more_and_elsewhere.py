"""What “You said, we did” says where there is too much to name, or where it cannot know."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import CampaignKind
from ideahub.core.db import Base
from ideahub.ideas.models import Idea, Stage
from ideahub.responses.models import OwedResponse, ReasonKind, Response, Verdict
from ideahub.sponsorship.models import Pledge, PledgeKind
from ideahub.you_said.models import OutcomeSummary
from ideahub.you_said.preparing import prepare_for_campaign, prepare_for_quarter
from ideahub.you_said.publishing import publish
from ideahub.you_said.scope import now_in, quarter_of
from tests.conftest import Browse
from tests.support.cast import HOUR, Cast, make_campaign, viewer_of

DAY = timedelta(days=1)
MANY = 10


async def page_of(db: AsyncSession, cast: Cast, browse: Browse, number: int, at: str) -> str:
    """The summary as a stranger reads it."""
    summary = await db.get_one(OutcomeSummary, number)
    await publish(db, await viewer_of(db, cast.mia), summary, summary.saved)
    await db.commit()
    return (await (await browse(None)).get(at)).text


def owed(idea: Idea, due: datetime) -> OwedResponse:
    times = {"owed_since": due - 9 * DAY, "due_at": due, "due_on": due.date()}
    return OwedResponse(idea_id=idea.id, timezone="UTC", supporters=9, organisations=1, **times)


def answer(idea: Idea, cast: Cast, verdict: Verdict, reason: ReasonKind | None = None) -> Response:
    return Response(
        idea_id=idea.id,
        author_id=cast.sam.id,
        given_at=datetime.now(UTC) - HOUR,
        verdict=verdict,
        reason=reason,
        body="So it is.",
        body_html="So it is.",
    )


def pledge(idea: Idea, cast: Cast, **ended: datetime) -> Pledge:
    now = datetime.now(UTC)
    return Pledge(
        idea_id=idea.id,
        sponsor_id=cast.sam.id,
        kind=PledgeKind.MANDATE,
        promise="I open doors.",
        expires_on=now.date(),
        accepted_at=now - DAY,
        **ended,
    )


async def test_what_is_not_named_is_counted(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign, now = await make_campaign(db, cast.city), datetime.now(UTC)
    ago = now - HOUR
    of_each: list[tuple[Callable[[Idea], Base] | None, dict[str, Any]]] = [
        (None, {"votes_count": 6}),
        (None, {"stage": Stage.ADOPTED}),
        (None, {"stage": Stage.LEARNED}),
        (lambda idea: owed(idea, now + 3 * DAY), {}),
        (lambda idea: owed(idea, now - 3 * DAY), {}),
        (lambda idea: answer(idea, cast, Verdict.YES), {}),
        (lambda idea: answer(idea, cast, Verdict.NO, ReasonKind.COST), {}),
        (lambda idea: pledge(idea, cast, kept_at=ago), {}),
        (lambda idea: pledge(idea, cast, lapsed_at=ago), {}),
    ]
    for make, columns in of_each:
        for place in range(MANY):
            values = {"title": f"Idea {place}", "body": "", "body_html": "", "why": ""}
            at = {"created_at": ago, "stage_since": ago}
            idea = Idea(campaign_id=campaign.id, author_id=cast.ada.id, **values, **at, **columns)
            db.add(idea)
            await db.flush()
            if make:
                db.add(make(idea))
    number = await prepare_for_campaign(db, await viewer_of(db, cast.mia), campaign)
    page = await page_of(db, cast, browse, number, f"{campaign.url}/you-said")
    for said, times in (
        ("And 2 more were answered so.", 2),
        ("And 2 more pledges.", 2),
        ("2 more answers are due.", 1),
        ("2 more answers are overdue.", 1),
        # Of those that have become practice and of sponsored ones together; stopped; undecided.
        ("And 4 more.", 1),
        ("And 2 more.", 2),
    ):
        assert page.count(said) == times, said
    answers = f'href="{campaign.url}/answers" dir="auto">'
    assert page.count(answers) == 4
    # The table has the twenty with most, and one row for all others.
    table = page.split('id="counted"')[1].split("</table>")[0]
    assert table.count('href="/ideas/') == 20
    assert f'<th scope="row">Others</th> <td>{9 * MANY - 20}</td>' in table


async def test_of_a_quarter_twelve_questions_are_named(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    for place in range(14):
        await make_campaign(db, cast.city, question=f"What of {place}?")
    quarter, mia = quarter_of((await now_in(db)).date()), await viewer_of(db, cast.mia)
    number = await prepare_for_quarter(db, mia, cast.city.id, quarter, "UTC")
    at = f"/organisations/{cast.city.id}/quarters/{quarter.year}/{quarter.number}"
    page = await page_of(db, cast, browse, number, at)
    assert page.count("What of ") == 12
    assert "There were 2 more challenges and idea boxes." in page
    assert "Nobody took part." in page and "No question is open." in page


async def test_of_a_challenge_from_elsewhere_it_says_that_it_does_not_know(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(
        db,
        cast.city,
        kind=CampaignKind.CHALLENGE,
        entries_elsewhere=True,
        external_url="https://elsewhere.example/7",
        opens=-9 * DAY,
        closes=9 * DAY,
    )
    campaign.archived_at = datetime.now(UTC) - DAY
    await db.flush()
    number = await prepare_for_campaign(db, await viewer_of(db, cast.mia), campaign)
    page = await page_of(db, cast, browse, number, f"{campaign.url}/you-said")
    assert "People took part elsewhere, and how many is not known here." in page
    # In an archived challenge no phase comes or closes; without figures there is no table.
    assert "Nobody took part" not in page and "closes on" not in page and "So far" not in page
    assert 'id="counted"' not in page
