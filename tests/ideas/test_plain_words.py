"""One word for one thing, and a form that asks what is needed where it is needed."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.conversation.labels import kind_choices
from ideahub.conversation.models import ContributionKind
from ideahub.conversation.refusals_heard import REFUSAL_KINDS
from ideahub.ideas.models import Idea
from ideahub.pipeline.models import GateCriterion
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.dom import Node, tree
from tests.support.ripening import contribute, pledge

CONDITIONS = "We begin with one school."


def alert(html: str) -> Node:
    """The notice at the head of a page."""
    found = tree(html).find("notice")
    assert found
    return found


async def test_a_kind_of_contribution_has_one_name(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    names = {choice.key: choice.name for choice in kind_choices()}
    assert names[ContributionKind.CONCERN] == "Concern"
    assert names[ContributionKind.BUILD] == "Build"
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    columns = {"remedy": "Insure them.", "remedy_html": "<p>Insure them.</p>"}
    await contribute(db, idea, cast.ben, ContributionKind.CONCERN, **columns)
    await db.commit()
    shown = (await (await browse(cast.ben)).get(f"/ideas/{idea.id}")).text
    assert "Yes, if…" not in shown
    assert "What would mend it" in shown
    for kind in REFUSAL_KINDS:
        assert "yes, if" not in f"{kind.title} {kind.text}".casefold()


async def test_the_condition_of_a_sponsor_is_called_a_condition(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    promised = await pledge(db, idea, cast.sam, conditions=CONDITIONS)
    await db.commit()
    sam = await browse(cast.sam)
    for address in (f"/ideas/{idea.id}", f"/pledges/{promised.id}"):
        before, _after = (await sam.get(address)).text.split(CONDITIONS, 1)
        assert "Condition:" in before[-200:], address
        assert "Yes, and…" not in before[-200:], address
    form = (await sam.get(f"/ideas/{idea.id}/pledges/new")).text
    label = form.split('for="conditions"')[1].split("</label>")[0]
    assert "Condition" in label


async def test_a_currency_is_asked_for_money_only(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await db.commit()
    sam = await browse(cast.sam)
    form = (await sam.get(f"/ideas/{idea.id}/pledges/new")).text
    assert "has([value=money]:checked)" in field(form, "currency")
    assert "[value=hours]:checked" in field(form, "amount")
    # What is wrong is in sight, whatever is ticked.
    wrong = {"kind": "mandate", "amount": "40", "promise": "You may.", "currency": "EUR"}
    answer = (await sam.post(f"/ideas/{idea.id}/pledges", wrong)).text
    assert ":hidden" not in field(answer, "amount")


def field(html: str, name: str) -> str:
    """The class of the field with this name."""
    return html.partition(f'for="{name}"')[0].rpartition('<div class="field')[2].partition('"')[0]


@pytest.mark.parametrize("asked", ["/account", "/management"])
async def test_being_asked_to_sign_in_is_no_success(browse: Browse, asked: str) -> None:
    stranger = await browse(None)
    sent = await stranger.get(asked)
    page = (await stranger.get(sent.headers["location"])).text
    assert "notice-info" in page
    assert "notice-good" not in str(alert(page))


async def test_what_was_done_is_still_a_success(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await db.commit()
    ben = await browse(cast.ben)
    build = {"kind": "build", "body": "And with a song.", "seen": "1"}
    await ben.post(f"/ideas/{idea.id}/contributions", build)
    assert "notice-good" in str(alert((await ben.get(f"/ideas/{idea.id}")).text))


async def test_why_it_matters_is_asked_kindly_where_the_first_gate_wants_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await make_campaign(db, cast.city)
    await db.commit()
    ada, hint = await browse(cast.ada), "its first gate once it says why it matters"
    form = (await ada.get("/ideas/new")).text
    assert form.index('name="why"') < form.index(hint) < form.index('name="tags"')
    await db.execute(delete(GateCriterion).where(GateCriterion.measure == "framed"))
    await db.commit()
    assert hint not in (await ada.get("/ideas/new")).text


async def test_a_closed_call_says_why_and_where_else(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    closed = await make_campaign(
        db, cast.city, question="Who is tired?", closes=-timedelta(minutes=5)
    )
    await db.commit()
    ada = await browse(cast.ada)
    alone = (await ada.get(f"/ideas/new?within={closed.id}")).text
    assert "Who is tired?" in alone
    assert "It closed for new ideas on" in alone
    assert "Nothing else takes ideas just now." in alone
    await make_campaign(db, cast.city, title="Parks", question="")
    await db.commit()
    shown = (await ada.get(f"/ideas/new?within={closed.id}")).text
    assert "It closed for new ideas on" in shown
    assert "one of the places below" in shown
    assert "Parks" in shown


async def test_a_closed_call_that_one_may_not_know_of_is_not_found(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    hidden = await make_campaign(
        db, cast.city, audience=Audience.INTERNAL, closes=-timedelta(minutes=5)
    )
    await db.commit()
    assert (await (await browse(cast.zed)).get(f"/ideas/new?within={hidden.id}")).status_code == 404


async def test_why_it_matters_can_be_added_later(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """The hint stands in the form for changes, too: there it can still be added."""
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await db.execute(update(Idea).where(Idea.id == idea.id).values(why="", why_html=""))
    await db.commit()
    shown = (await (await browse(cast.ada)).get(f"/ideas/{idea.id}/revision")).text
    assert "its first gate once it says why it matters" in shown
