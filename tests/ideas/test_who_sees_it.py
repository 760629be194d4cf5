"""Each place where somebody writes says who sees it: in the form, and after."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.ideas.models import Idea, Stage
from ideahub.pipeline.models import Experiment
from ideahub.sponsorship.models import Pledge
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.letters import notice_of
from tests.support.ripening import at_stage, contribute, pledge

SEEN = {
    Audience.PUBLIC: "Everyone can see it.",
    Audience.INTERNAL: "Only staff of City of Brookfield can see it.",
}
BOTH = pytest.mark.parametrize("audience", list(Audience))
BUILD = {"kind": "build", "body": "And with a song.", "seen": "1"}


async def prepared(db: AsyncSession, cast: Cast, audience: Audience) -> tuple[Campaign, Idea]:
    campaign = await make_campaign(db, cast.city, audience=audience)
    idea = await make_idea(db, campaign, cast.ada)
    await db.commit()
    return campaign, idea


def must_say(told: str, audience: Audience) -> None:
    """It says who sees it, and nothing that is true elsewhere only."""
    assert SEEN[audience] in told
    for other in set(Audience) - {audience}:
        assert SEEN[other] not in told


@BOTH
async def test_posting_an_idea(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience
) -> None:
    campaign, _ = await prepared(db, cast, audience)
    ada = await browse(cast.ada)
    form = (await ada.get(f"/ideas/new?within={campaign.id}")).text
    group = form.split(f'<option value="{campaign.id}"')[0].rsplit("<optgroup", 1)[1]
    must_say(group, audience)
    text = {"campaign_id": str(campaign.id), "title": "Benches", "body": "To sit on."}
    must_say(notice_of(await ada.post("/ideas/new", text)), audience)


@BOTH
async def test_changing_an_idea(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience
) -> None:
    _, idea = await prepared(db, cast, audience)
    must_say((await (await browse(cast.ada)).get(f"{url(idea)}/revision")).text, audience)


@BOTH
@pytest.mark.parametrize("htmx", [True, False])
async def test_adding_to_an_idea(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience, htmx: bool
) -> None:
    _, idea = await prepared(db, cast, audience)
    ben = await browse(cast.ben)
    must_say((await ben.get(url(idea))).text, audience)
    answer = await ben.post(f"{url(idea)}/contributions", BUILD, htmx=htmx)
    must_say(answer.text if htmx else notice_of(answer), audience)


@BOTH
@pytest.mark.parametrize("htmx", [True, False])
async def test_replying(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience, htmx: bool
) -> None:
    _, idea = await prepared(db, cast, audience)
    build = await contribute(db, idea, cast.ben)
    await db.commit()
    ada, at = await browse(cast.ada), f"/contributions/{build.id}/replies"
    must_say((await ada.get(f"{at}/{'form' if htmx else 'new'}")).text, audience)
    answer = await ada.post(at, {"body": "Which song?"}, htmx=htmx)
    must_say(answer.text if htmx else notice_of(answer), audience)


@BOTH
async def test_attaching(db: AsyncSession, cast: Cast, browse: Browse, audience: Audience) -> None:
    _, idea = await prepared(db, cast, audience)
    ada, at = await browse(cast.ada), f"{url(idea)}/attachments/new"
    must_say((await ada.get(at)).text, audience)
    pdf = {"file": ("plan.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "application/pdf")}
    must_say(notice_of(await ada.post(at, {"description": "A plan"}, files=pdf)), audience)


@BOTH
async def test_sponsoring(db: AsyncSession, cast: Cast, browse: Browse, audience: Audience) -> None:
    _, idea = await prepared(db, cast, audience)
    sam, ada = await browse(cast.sam), await browse(cast.ada)
    must_say((await sam.get(f"{url(idea)}/pledges/new")).text, audience)
    await pledge(db, idea, cast.sam)
    await db.commit()
    offer = {"kind": "mandate", "promise": "You may.", "expires_on": str(datetime.now(UTC).date())}
    must_say(notice_of(await sam.post(f"{url(idea)}/pledges", offer)), audience)
    newest = await db.scalar(select(Pledge.id).where(Pledge.accepted_at.is_not(None)))
    must_say((await ada.get(f"/pledges/{newest}")).text, audience)
    kept = await ada.post(f"/pledges/{newest}/fulfilment", {"note": "They may."})
    must_say(notice_of(kept), audience)


@BOTH
@pytest.mark.parametrize(
    "decided",
    [
        {"decision": "advance", "override_reason": "It is urgent."},
        {"decision": "hold"},
        {"decision": "stop", "lesson": "Ask first."},
    ],
    ids=lambda one: one["decision"],
)
async def test_deciding(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience, decided: dict[str, str]
) -> None:
    _, idea = await prepared(db, cast, audience)
    mia, at = await browse(cast.mia), f"{url(idea)}/decision"
    must_say((await mia.get(at)).text, audience)
    must_say((await mia.get(url(idea))).text, audience)
    sent = {"seen_stage": "spark", "seen_review": "0", "reason": "So."} | decided
    must_say(notice_of(await mia.post(at, sent)), audience)


@BOTH
async def test_concluding_an_experiment(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience
) -> None:
    _, idea = await prepared(db, cast, audience)
    await at_stage(db, idea, Stage.PROTOTYPE)
    await db.commit()
    ada = await browse(cast.ada)
    plan = {"hypothesis": "If", "measure": "children", "target": "25"}
    must_say((await ada.get(f"{url(idea)}/experiments/new")).text, audience)
    await ada.post(f"{url(idea)}/experiments/new", plan)
    number = await db.scalar(select(Experiment.id))
    at = f"/experiments/{number}/conclusion"
    must_say((await ada.get(at)).text, audience)
    must_say(notice_of(await ada.post(at, {"result": "It works."})), audience)


def url(idea: Idea) -> str:
    return f"/ideas/{idea.id}"
