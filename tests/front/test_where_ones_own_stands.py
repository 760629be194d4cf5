"""What the page of one's own says of replies, of texts that wait for moderators, and of roles."""

import re
from datetime import UTC, date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.ideas.models import Idea
from ideahub.judging.models import PanelJudge
from ideahub.moderation.models import ModerationCase, TextKind
from ideahub.organisations.models import Person
from ideahub.responses.owner_models import StandIn
from ideahub.safe_space.models import Facilitator
from ideahub.you_said.collecting.said import said
from ideahub.you_said.collecting.taking_part import taking_part
from ideahub.you_said.scope import EVER, Scope
from ideahub.you_said.sentences import SentenceKind
from tests.conftest import Browse
from tests.judging.panels_made import make_judging, seat
from tests.support.cast import HOUR, Cast, make_campaign, make_idea


async def written(
    db: AsyncSession, idea: Idea, person: Person, text: str, parent: Contribution | None = None
) -> Contribution:
    """A build of this person's, or a reply to one."""
    added = Contribution(
        idea_id=idea.id,
        author_id=person.id,
        kind=ContributionKind.BUILD,
        parent_id=parent.id if parent else None,
        body=text,
        body_html=f"<p>{text}</p>",
    )
    db.add(added)
    await db.flush()
    return added


def row_of(page: str, text: str) -> str:
    """What the row of this text says."""
    start = page.index(text)
    return page[start : page.index("</li>", start)]


async def test_a_reply_is_called_one(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    build = await written(db, idea, cast.ben, "With lamps")
    await written(db, idea, cast.ada, "Good, and for cyclists?", build)
    await written(db, idea, cast.ada, "Mirrors, too")
    await db.commit()
    page = (await (await browse(cast.ada)).get("/my-page")).text
    answer, own = row_of(page, "Good, and for cyclists?"), row_of(page, "Mirrors, too")
    assert "Reply ·" in answer and "It stands below what it answers." in answer
    assert "Build ·" in own and "Next: you can take it into the text." in own
    theirs = row_of((await (await browse(cast.ben)).get("/my-page")).text, "With lamps")
    assert "Build ·" in theirs and "Next: the authors can take it into the text." in theirs


async def test_replies_are_not_counted_as_builds(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada)
    builds = [await written(db, idea, cast.ben, f"Build {number}") for number in range(3)]
    await written(db, idea, cast.ada, "Thank you", builds[0])
    scope = Scope([campaign.id], *EVER, None, campaign.url)
    numbers = {one.kind: one.numbers for one in await taking_part(db, scope)}
    assert numbers[SentenceKind.CONTRIBUTIONS]["builds"] == len(builds)
    counted = {one.kind: one.numbers for one in await said(db, scope)}
    assert counted[SentenceKind.BUILT_ON] == {"builds": len(builds)}


async def test_what_waits_for_a_moderator_is_not_called_hidden(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada, "A walking bus")
    build = await written(db, idea, cast.ada, "With lamps")
    for row, kind in ((idea, TextKind.IDEA), (build, TextKind.CONTRIBUTION)):
        row.hidden_at = datetime.now(UTC)
        db.add(
            ModerationCase(
                text_kind=kind, text_id=row.id, idea_id=idea.id, campaign_id=campaign.id,
                author_id=cast.ada.id, held_at=row.hidden_at,
            )
        )  # fmt: skip
    await db.commit()
    page = (await (await browse(cast.ada)).get("/my-page")).text
    for text in ("A walking bus", "With lamps"):
        row_says = row_of(page, text)
        assert "A moderator looks at it first" in row_says and "hid it" not in row_says


async def test_all_roles_are_shown(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    judging = await make_judging(db, cast)
    judge: PanelJudge = await seat(db, judging, cast.ben)
    judge.accepted_at = datetime.now(UTC) - HOUR
    box = await make_campaign(db, cast.city, title="The box of streets")
    secret = await make_campaign(db, cast.city, title="Not published yet", published=False)
    for campaign in (box, secret):
        named = {"person_id": cast.ben.id, "named_by": cast.mia.id}
        db.add(Facilitator(campaign_id=campaign.id, **named))
    for until in (date(2020, 5, 6), date(2090, 5, 6)):
        days = {"from_on": date(2020, 1, 2), "until_on": until}
        db.add(StandIn(leader_id=cast.sam.id, person_id=cast.ben.id, **days))
    await db.commit()
    ben = await browse(cast.ben)
    for address in ("/my-page", "/account"):
        page = re.sub(r"[\u2068\u2069]", "", (await ben.get(address)).text)
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
        assert "Facilitator: speaks for people who cannot be named · The box of streets" in text
        assert f"Judge · {judging.campaign.title}" in text
        assert f"Stand-in for a leader · {cast.sam.name} · 2 Jan 2020 – 6 May 2090" in text
        assert "Not published yet" not in text and "6 May 2020" not in text
    moderator = (await (await browse(cast.mo)).get("/my-page")).text
    assert "Moderator ·" in moderator
    assert "Facilitator" not in (await (await browse(cast.cem)).get("/my-page")).text
