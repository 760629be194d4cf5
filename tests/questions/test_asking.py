"""People ask whoever runs a challenge; others see a question once it is answered or published."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign, CampaignKind
from ideahub.campaigns.unpublishing import unpublish
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict, TooMany
from ideahub.questions.asking import MOST, ask
from ideahub.questions.models import AskedQuestion, QuestionCategory
from ideahub.questions.queries import own_questions
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, viewer_of

ASKED = "May a school take part with its parents?"
FORM = {"category": "participation", "question": ASKED}


async def challenge(db: AsyncSession, cast: Cast, **columns: object) -> Campaign:
    made = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, **columns)  # type: ignore[arg-type]
    await db.commit()
    return made


async def test_a_question_is_kept_once_however_often_sent(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    cem = await browse(cast.cem)
    for _press in range(2):
        answer = await cem.post(f"{campaign.url}/questions", FORM)
        assert answer.status_code == 303
    question = (await db.scalars(select(AskedQuestion))).one()
    assert answer.headers["location"] == f"{campaign.url}/questions#asked-{question.id}"
    assert (question.text, question.person_id, question.category) == (
        ASKED,
        cast.cem.id,
        "participation",
    )
    events = (await db.scalars(select(Event).where(Event.campaign_id == campaign.id))).all()
    assert [(event.kind, event.subject_id) for event in events] == [
        (Kind.QUESTION_ASKED, question.id)
    ]


async def test_it_is_seen_by_its_asker_and_those_who_manage_it_only(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    cem = await browse(cast.cem)
    await cem.post(f"{campaign.url}/questions", FORM)
    at = f"{campaign.url}/questions"
    own = (await cem.get(at)).text
    assert ASKED in own and "Only you and those who run this see it." in own
    for other in (None, cast.ada, cast.zed):
        page = await (await browse(other)).get(at)
        assert page.status_code == 200 and ASKED not in page.text
    managed = (await (await browse(cast.mia)).get(f"/management/{campaign.id}/questions")).text
    assert ASKED in managed and "Cem Aydin" in managed
    for stranger, status in ((cast.ada, 403), (cast.zed, 403)):
        answer = await (await browse(stranger)).get(f"/management/{campaign.id}/questions")
        assert answer.status_code == status and ASKED not in answer.text


async def test_a_stranger_signs_in_first_and_one_who_may_not_know_of_it_finds_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    guest = await browse(None)
    assert "Sign in to ask" in (await guest.get(f"{campaign.url}/questions")).text
    answer = await guest.post(f"{campaign.url}/questions", FORM)
    assert answer.status_code in {303, 401} and "sign-in" in str(answer.headers) + answer.text
    secret = await challenge(db, cast, audience=Audience.INTERNAL)
    for method in ("get", "post"):
        answer = await getattr(await browse(cast.zed), method)(f"{secret.url}/questions")
        assert answer.status_code == 404
    assert await db.scalar(select(func.count()).select_from(AskedQuestion)) == 0


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"question": "", "category": "dates"}, "Write what you want to know."),
        ({"question": "  \n ", "category": "dates"}, "Write what you want to know."),
        ({"question": ASKED, "category": ""}, "Choose what it is about."),
        ({"question": ASKED, "category": "gossip"}, "Choose one of the options."),
        ({"question": "x" * 20_000, "category": "dates"}, "Shorten this to 2,000 characters"),
    ],
)
async def test_what_cannot_be_used_is_said_and_nothing_typed_is_lost(
    db: AsyncSession, cast: Cast, browse: Browse, sent: dict[str, str], said: str
) -> None:
    campaign = await challenge(db, cast)
    page = await (await browse(cast.cem)).post(f"{campaign.url}/questions", sent)
    assert page.status_code == 422
    assert said in page.text
    assert sent["question"].strip()[:500] in page.text
    assert await db.scalar(select(func.count()).select_from(AskedQuestion)) == 0


async def test_one_person_cannot_ask_without_end(db: AsyncSession, cast: Cast) -> None:
    campaign = await challenge(db, cast)
    cem = await viewer_of(db, cast.cem)
    for number in range(MOST):
        await ask(db, cem, campaign, QuestionCategory.DATES, f"When is {number}?")
    with pytest.raises(TooMany):
        await ask(db, cem, campaign, QuestionCategory.DATES, "And when is this?")
    assert len(await own_questions(db, cem, campaign.id)) == MOST


async def test_nobody_asks_in_a_draft(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    draft = await challenge(db, cast, published=False)
    assert (await (await browse(cast.cem)).post(f"{draft.url}/questions", FORM)).status_code == 404
    page = await (await browse(cast.mia)).post(f"{draft.url}/questions", FORM)
    assert page.status_code == 409
    assert "Questions can be asked once it is published." in page.text


async def test_what_is_typed_is_kept_as_a_draft(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    cem = await browse(cast.cem)
    page = (await cem.get(f"{campaign.url}/questions")).text
    assert f'data-draft="/drafts/ask-{campaign.id}"' in page
    await cem.post(f"/drafts/ask-{campaign.id}", FORM)
    assert ASKED in (await cem.get(f"{campaign.url}/questions")).text
    await cem.post(f"{campaign.url}/questions", FORM)
    assert f">{ASKED}</textarea>" not in (await cem.get(f"{campaign.url}/questions")).text


async def test_nobody_asks_where_nobody_would_answer(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    imported = await challenge(
        db, cast, source_ref="somewhere:1", external_url="https://it.example"
    )
    cem = await browse(cast.cem)
    page = (await cem.get(f"{imported.url}/questions")).text
    assert "Ask at its own site." in page and 'href="https://it.example"' in page
    assert "Send the question" not in page
    assert (await cem.post(f"{imported.url}/questions", FORM)).status_code == 409
    assert f'href="{imported.url}/questions"' not in (await cem.get(imported.url)).text


async def test_what_is_archived_takes_no_questions(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast, archived_at=datetime.now(UTC))
    cem = await browse(cast.cem)
    said = "This is archived: it can be read, and takes no questions any more."
    assert said in (await cem.get(f"{campaign.url}/questions")).text
    answer = await cem.post(f"{campaign.url}/questions", FORM)
    assert answer.status_code == 409 and said in answer.text


async def test_where_somebody_asked_it_is_not_unpublished(db: AsyncSession, cast: Cast) -> None:
    campaign = await challenge(db, cast)
    mia = await viewer_of(db, cast.mia)
    await ask(db, await viewer_of(db, cast.cem), campaign, QuestionCategory.DATES, "When?")
    with pytest.raises(Conflict):
        await unpublish(db, mia, campaign.id, "A mistake.")
