"""An answer begins with a template: of its managers, with the verdict and reason that it has."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.ideas.models import Idea
from ideahub.questions.models import TemplateUse
from ideahub.questions.templates import TemplateText, keep_template, templates_for
from ideahub.responses.models import ReasonKind, Response, Verdict
from tests.conftest import Browse
from tests.support.answering import owed_idea
from tests.support.cast import Cast, viewer_of

TEMPLATE = TemplateText(
    "Not this year",
    "Thank you for “{title}”. {reason}. Later: {condition}",
    verdict=Verdict.NOT_NOW,
    reason=ReasonKind.PRIORITY,
)


async def with_template(db: AsyncSession, cast: Cast) -> tuple[Idea, str]:
    """An idea for which Sam owes an answer, and the number of a template for it."""
    idea = await owed_idea(db, cast)
    campaign = await db.get_one(Campaign, idea.campaign_id)
    mia = await viewer_of(db, cast.mia)
    await keep_template(db, mia, campaign, TEMPLATE, use=TemplateUse.IDEAS)
    (template,) = await templates_for(db, campaign, TemplateUse.IDEAS)
    await db.commit()
    return idea, str(template.id)


def text_in(page: str, name: str) -> str:
    """What stands in a field of the form."""
    (text,) = re.findall(rf'<textarea[^>]*name="{name}"[^>]*>\n?([^<]*)<', page)
    return str(text)


@pytest.mark.parametrize("place", ["response", "response/brief"])
async def test_it_is_put_into_the_form_of_one_answer_and_filled_in(
    db: AsyncSession, cast: Cast, browse: Browse, place: str
) -> None:
    idea, template = await with_template(db, cast)
    sam = await browse(cast.sam)
    assert "Not this year" in (await sam.get(f"/ideas/{idea.id}/{place}")).text
    put = await sam.post(f"/ideas/{idea.id}/{place}", {"template": template, "do": "template"})
    begun = text_in(put.text, "body")
    assert begun == f"Thank you for “{idea.title}”. Other things come first. Later: {{condition}}"
    assert re.search(r'value="not_now"[^>]*checked', put.text)
    assert re.search(r'<option value="priority" selected', put.text)
    assert await db.scalar(select(Response.id)) is None
    given = {"verdict": "not_now", "reason_kind": "priority", "would_change": "More money."}
    sent = await sam.post(f"/ideas/{idea.id}/{place}", given | {"body": begun, "do": "send"})
    assert sent.status_code == 303
    body = await db.scalar(select(Response.body))
    assert body == begun.replace("{condition}", "More money.")


async def test_what_is_written_already_is_not_overwritten(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, template = await with_template(db, cast)
    sam = await browse(cast.sam)
    at = f"/ideas/{idea.id}/response"
    put = await sam.post(at, {"template": template, "do": "template", "body": "My own."})
    assert (text_in(put.text, "body"), "There is an answer already" in put.text) == (
        "My own.",
        True,
    )
    assert "Choose a template." in (await sam.post(at, {"do": "template"})).text


async def test_a_reason_needs_a_verdict_that_has_one(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, _template = await with_template(db, cast)
    mia = await browse(cast.mia)
    at = f"/management/{idea.campaign_id}/leaders-answers/templates"
    page = (await mia.get(at)).text
    assert "Not now · Other things come first" in page
    kept = {"name": "Yes", "answer": "We do it.", "reason_kind": "cost"}
    refused = await mia.post(at, kept | {"verdict": "yes"})
    assert refused.status_code == 422 and "has such a reason" in refused.text
    assert (await mia.post(at, kept | {"verdict": "no"})).status_code == 303
