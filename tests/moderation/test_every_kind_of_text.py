"""Whatever people write in public can be reported, hidden with its earlier versions, and shown."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.config import Config
from ideahub.core.site_keys import IN_SESSION, SiteKeys
from ideahub.ideas.attaching import attach, prepare
from ideahub.ideas.models import Attachment, Idea
from ideahub.ideas.queries import find_idea
from ideahub.moderation.deciding import Choice, decide, undo
from ideahub.moderation.models import Measure, TextKind
from ideahub.moderation.text_sources import SEEN, STATEMENTS
from ideahub.moderation.texts import find_text, kind_name
from ideahub.moderation.written_rows import FIELDS, RENDERED, ROOTS
from ideahub.pipeline.experimenting import ExperimentPlan, plan_experiment
from ideahub.pipeline.learning import record_lesson
from ideahub.pipeline.models import Lesson
from ideahub.questions.announcing import announce
from ideahub.questions.answering import answer_questions, written_answer
from ideahub.questions.asking import ask
from ideahub.questions.models import QuestionCategory
from ideahub.responses.models import ConditionReport, Response, ResponseVersion, Verdict
from ideahub.sponsorship.models import PledgeKind
from ideahub.sponsorship.offering import PledgeOffer, offer_pledge
from ideahub.sponsorship.pledging import accept_pledge
from tests.conftest import Browse
from tests.moderation.test_holding_texts import newest_case
from tests.support.cast import Cast, add, make_campaign, make_idea, viewer_of

BAD = "Zappelfritz"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def sealed_by(db: AsyncSession, config: Config) -> None:
    """The test's session has the keys that those of requests have."""
    db.info[IN_SESSION] = SiteKeys(config)


async def a_question(db: AsyncSession, cast: Cast, campaign: Campaign, _idea: Idea) -> int:
    other = QuestionCategory.OTHER
    asked = [await ask(db, await viewer_of(db, cast.ben), campaign, other, "Who pays?")]
    answer = await written_answer(campaign, other, f"Is {BAD} paid?", f"{BAD} pays.", "")
    mia = await viewer_of(db, cast.mia)
    return (await answer_questions(db, mia, campaign, asked, answer)).id


async def an_announcement(db: AsyncSession, cast: Cast, campaign: Campaign, _idea: Idea) -> int:
    mia = await viewer_of(db, cast.mia)
    return await announce(db, mia, campaign, f"On {BAD}", f"{BAD}!", f"<p>{BAD}!</p>")


async def a_pledge(db: AsyncSession, cast: Cast, _campaign: Campaign, idea: Idea) -> int:
    sam, ada = await viewer_of(db, cast.sam), await viewer_of(db, cast.ada)
    until = datetime.now(UTC).date() + timedelta(days=20)
    offer = PledgeOffer(PledgeKind.MANDATE, f"Not to {BAD}", until, conditions=f"if {BAD}")
    number = await offer_pledge(db, sam, await find_idea(db, sam, idea.id), offer)
    await accept_pledge(db, ada, await find_idea(db, ada, idea.id), number)
    return number


async def a_response(db: AsyncSession, cast: Cast, _campaign: Campaign, idea: Idea) -> int:
    said: dict[str, Any] = {
        "verdict": Verdict.YES, "body": f"{BAD} did it.", "body_html": f"<p>{BAD} did it.</p>",
    }  # fmt: skip
    given = Response(
        idea_id=idea.id, author_id=cast.sam.id, given_at=datetime.now(UTC), version=1, **said
    )
    number = (await add(db, given)).id
    await add(db, ResponseVersion(response_id=number, version=1, made_by=cast.sam.id, **said))
    return number


async def a_condition(db: AsyncSession, cast: Cast, campaign: Campaign, idea: Idea) -> int:
    number = await a_response(db, cast, campaign, idea)
    note = ConditionReport(response_id=number, person_id=cast.ben.id, evidence=f"{BAD} is here.")
    await db.execute(
        update(Response).where(Response.id == number).values(body="Not yet.", body_html="Not yet.")
    )
    return (await add(db, note)).id


async def a_lesson(db: AsyncSession, cast: Cast, _campaign: Campaign, idea: Idea) -> int:
    await record_lesson(db, idea.id, cast.sam.id, f"Never trust {BAD}.")
    return (await db.scalars(select(Lesson.id))).one()


async def an_experiment(db: AsyncSession, cast: Cast, _campaign: Campaign, idea: Idea) -> int:
    mia = await viewer_of(db, cast.mia)
    plan = ExperimentPlan(f"{BAD} comes", f"How often {BAD}", Decimal(5))
    return await plan_experiment(db, mia, await find_idea(db, mia, idea.id), plan)


async def an_attachment(db: AsyncSession, cast: Cast, _campaign: Campaign, idea: Idea) -> int:
    ada = await viewer_of(db, cast.ada)
    prepared = await prepare(PDF, f"{BAD}.pdf")
    await attach(db, ada, await find_idea(db, ada, idea.id), prepared, f"A sketch of {BAD}")
    return (await db.scalars(select(Attachment.id))).one()


async def a_person(db: AsyncSession, cast: Cast, campaign: Campaign, _idea: Idea) -> int:
    await make_idea(db, campaign, cast.zed, "Another one")
    cast.zed.name = f"{BAD} Quist"
    await db.flush()
    return cast.zed.id


MADE: dict[TextKind, Callable[..., Any]] = {
    TextKind.QUESTION: a_question,
    TextKind.ANNOUNCEMENT: an_announcement,
    TextKind.PLEDGE: a_pledge,
    TextKind.RESPONSE: a_response,
    TextKind.CONDITION: a_condition,
    TextKind.LESSON: a_lesson,
    TextKind.EXPERIMENT: an_experiment,
    TextKind.ATTACHMENT: an_attachment,
    TextKind.PERSON: a_person,
}


@pytest.mark.parametrize("kind", MADE)
async def test_reported_hidden_and_shown_again(
    db: AsyncSession, cast: Cast, browse: Browse, kind: TextKind
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada)
    number = await MADE[kind](db, cast, campaign, idea)
    cem = await browse(cast.cem)
    path = (await find_text(db, await viewer_of(db, cast.cem), kind, number)).path.split("#")[0]
    pages = {path, f"/ideas/{idea.id}", campaign.url, "/lessons"}
    page = (await cem.get(path)).text
    assert BAD in page
    # Two clicks: the link, and the form.
    assert f'href="/reports/{kind}/{number}"' in page
    assert (await cem.post(f"/reports/{kind}/{number}", {"rule": "hate"})).status_code == 303
    case = await newest_case(db)
    mo = await viewer_of(db, cast.mo) if kind != TextKind.PERSON else await viewer_of(db, cast.ann)
    hide = Choice(measure=Measure.HIDE, rule="hate", words="It mocks a person.")
    decision = await decide(db, mo, case.id, hide)
    assert BAD in decision.text
    for at in pages:
        assert BAD not in (await cem.get(at)).text, at
    await undo(db, mo, decision.id, "It is a stage name.")
    assert BAD in (await cem.get(path)).text


@pytest.mark.parametrize("kind", TextKind)
def test_each_kind_is_read_named_and_taken_out(kind: TextKind) -> None:
    assert kind_name(kind)
    assert kind in STATEMENTS
    assert kind in SEEN
    # An entry counts as it was submitted; a change is refused as a whole.
    assert kind in ROOTS or kind in {TextKind.ENTRY, TextKind.CHANGE}


def test_columns_of_words_are_texts_and_html_belongs_to_one() -> None:
    for table, names in FIELDS.items():
        assert set(names) <= set(table.__table__.c.keys()), table
    for table, rendered in RENDERED.items():
        assert set(rendered) <= set(FIELDS[table]), table
        assert set(rendered.values()) <= set(table.__table__.c.keys()), table
    # So nothing rendered from words stays when these are taken out.
    for table in FIELDS:
        html = {column.key for column in table.__table__.c if column.key.endswith("html")}
        assert html == set(RENDERED.get(table, {}).values()), table
