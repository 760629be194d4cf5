"""The board: every idea in sight by its stage, and what of it can be moved."""

import re

import pytest
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.ideas.models import Idea, Stage
from ideahub.organisations.models import RoleGrant
from ideahub.pipeline.board import AT_ONCE
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_campaign, make_idea
from tests.support.ripening import at_stage, posted


def column(html: str, stage: str) -> str:
    """What stands in one column."""
    return html.split(f'id="board-{stage}"')[1].split("</section>", maxsplit=1)[0]


def heading(html: str, stage: str) -> int:
    """How many ideas the column says it has."""
    found = re.search(rf'id="board-{stage}-count">([\d,]+)<', column(html, stage))
    assert found
    return int(found[1].replace(",", ""))


async def test_each_idea_stands_in_its_stage(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign, idea = await posted(db, cast)
    for stage in Stage:
        one = await make_idea(db, campaign, cast.ben, f"An idea at {stage}")
        await at_stage(db, one, stage, days=3)
    await db.commit()
    shown = (await (await browse(None)).get("/pipeline")).text
    assert idea.title in column(shown, "spark")
    for stage in Stage:
        assert f"An idea at {stage}" in column(shown, stage)
        assert heading(shown, stage) == (2 if stage is Stage.SPARK else 1)
    assert "3 days here" in column(shown, "pilot")
    assert "Needs 5 more supporters and 1 more contribution" in column(shown, "spark")


async def test_the_newest_move_comes_first(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign, old = await posted(db, cast)
    new = await make_idea(db, campaign, cast.ben, "Moved just now")
    await at_stage(db, old, Stage.CONCEPT, days=5)
    await at_stage(db, new, Stage.CONCEPT)
    await db.commit()
    shown = column((await (await browse(None)).get("/pipeline")).text, "concept")
    assert shown.index("Moved just now") < shown.index(old.title)


@pytest.mark.slow
async def test_a_long_column_shows_its_beginning_and_leads_to_the_rest(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    for number in range(14):
        await make_idea(db, campaign, cast.ada, f"Idea {number}")
    await db.commit()
    browser = await browse(None)
    shown = column((await browser.get(f"/pipeline?in={campaign.id}")).text, "spark")
    assert heading((await browser.get("/pipeline")).text, "spark") == 14
    assert shown.count('id="board-idea-') == AT_ONCE
    link = f"/ideas?stage=spark&amp;within={campaign.id}"
    assert link in shown
    listed = (await browser.get(link.replace("&amp;", "&"))).text
    assert "Idea 0" in listed


async def test_internal_ideas_are_on_no_board_but_their_own_people_s(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await posted(db, cast)
    internal, secret = await posted(db, cast, audience=Audience.INTERNAL, title="Closed box")
    await db.execute(update(Idea).where(Idea.id == secret.id).values(title="A secret plan"))
    await at_stage(db, secret, Stage.PILOT, days=40)
    await db.commit()
    for person in (None, cast.cem, cast.zed):
        browser = await browse(person)
        shown = (await browser.get("/pipeline")).text
        assert "A secret plan" not in shown
        assert "Closed box" not in shown
        assert heading(shown, "pilot") == 0
        assert "stuck" not in column(shown, "pilot").lower()
        assert f"campaign:{internal.id}" not in shown
        assert (await browser.get(f"/pipeline?in={internal.id}")).status_code == 404
    browser = await browse(cast.ben)
    shown = (await browser.get("/pipeline")).text
    assert heading(shown, "pilot") == 1
    assert "A secret plan" in shown
    assert f"room=campaign%3A{internal.id}" in shown
    assert (await browser.get(f"/pipeline?in={internal.id}")).status_code == 200


async def test_hidden_and_withdrawn_ideas_are_gone(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, first = await posted(db, cast)
    second = await make_idea(db, campaign, cast.ada, "Taken back")
    await db.execute(update(Idea).where(Idea.id == first.id).values(hidden_at=func.now()))
    await db.execute(update(Idea).where(Idea.id == second.id).values(withdrawn_at=func.now()))
    await db.commit()
    for person in (None, cast.ada, cast.mo):
        shown = (await (await browse(person)).get("/pipeline")).text
        assert heading(shown, "spark") == 0


async def test_narrowed_to_a_box_an_organisation_or_what_is_stuck(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    here, _ = await posted(db, cast)
    below = await make_campaign(db, cast.transport, title="Bus stops")
    await make_idea(db, below, cast.ben, "Shelters")
    there = await make_campaign(db, cast.ministry, title="Forms")
    stuck = await make_idea(db, there, cast.zed, "Shorter forms")
    await at_stage(db, stuck, Stage.SPARK, days=31)
    await db.commit()
    browser = await browse(None)
    for query, titles in {
        "": {"A walking bus", "Shelters", "Shorter forms"},
        f"?in={here.id}": {"A walking bus"},
        f"?organisation={cast.city.id}": {"A walking bus", "Shelters"},
        f"?organisation={cast.transport.id}": {"Shelters"},
        "?stuck=yes": {"Shorter forms"},
        f"?stuck=yes&organisation={cast.city.id}": set(),
        "?in=&organisation=": {"A walking bus", "Shelters", "Shorter forms"},
        "?organisation=elsewhere": {"A walking bus", "Shelters", "Shorter forms"},
    }.items():
        shown = (await browser.get(f"/pipeline{query}")).text
        spark = column(shown, "spark")
        assert {
            one for one in ("A walking bus", "Shelters", "Shorter forms") if one in spark
        } == titles, query
        assert heading(shown, "spark") == len(titles)
    assert (await browser.get("/pipeline?in=999999")).status_code == 404


async def test_reviewers_move_ideas_by_links(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.CONCEPT)
    await make_idea(db, campaign, cast.mia, "Mia's own")
    await db.commit()
    shown = (await (await browse(cast.mia)).get("/pipeline")).text
    card = column(shown, "concept")
    targets = re.findall(rf'href="/ideas/{idea.id}/decision\?to=(\w+)"', card)
    assert targets == ["sponsored", "spark", "parked", "learned"]
    assert "Move to…" not in column(shown, "spark")
    browser = await browse(cast.mia)
    for target in targets:
        page = (await browser.get(f"/ideas/{idea.id}/decision?to={target}")).text
        assert "checked" in page
    for person in (None, cast.ada, cast.ben, cast.zed):
        assert "Move to…" not in (await (await browse(person)).get("/pipeline")).text


async def test_a_leader_elsewhere_moves_nothing_here(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await posted(db, cast)
    where = cast.zed.organisation_id
    await add(db, RoleGrant(person_id=cast.zed.id, role="leader", organisation_id=where))
    await db.commit()
    assert "Move to…" not in (await (await browse(cast.zed)).get("/pipeline")).text


@pytest.mark.parametrize("query", ["?in=x", "?in=99999999999999999999999"])
async def test_a_wrong_address_is_no_fault_of_ours(
    db: AsyncSession, cast: Cast, browse: Browse, query: str
) -> None:
    answer = await (await browse(None)).get(f"/pipeline{query}")
    assert answer.status_code in {400, 404}


async def test_an_empty_board_is_a_board(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    answer = await (await browse(None)).get("/pipeline")
    assert answer.status_code == 200
    assert answer.text.count("Nothing here at the moment.") == 8
