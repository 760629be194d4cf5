"""Many questions are answered on one page, each with an answer of its own, in one press."""

import re
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.travelling import Shift, copy_further
from ideahub.core.drafts import save_draft
from ideahub.core.events import Event, Kind
from ideahub.questions.asking import ask
from ideahub.questions.models import AskedQuestion, FaqEntry, FaqVersion, QuestionCategory
from ideahub.questions.templates import TemplateText, keep_template, templates_for
from tests.conftest import Browse, Browser
from tests.questions.faq import a_challenge, answered, asked
from tests.support.cast import Cast, viewer_of

TEXTS = ("Until when?", "May a school take part?", "Who judges?")


async def three(db: AsyncSession, cast: Cast, campaign: Campaign) -> list[int]:
    """Three open questions of Cem, in categories of their own."""
    cem = await viewer_of(db, cast.cem)
    categories = QuestionCategory.DATES, QuestionCategory.PARTICIPATION, QuestionCategory.JUDGING
    return [
        await ask(db, cem, campaign, category, text)
        for category, text in zip(categories, TEXTS, strict=True)
    ]


def rows(numbers: Sequence[int], *answers: str) -> dict[str, object]:
    """The form with these answers."""
    sent: dict[str, object] = {}
    for index, (number, answer) in enumerate(zip(numbers, answers, strict=True)):
        row = {"id": number, "category": "dates", "question": f"Question {number}?"}
        sent |= {f"row-{index}-{name}": str(value) for name, value in row.items()}
        sent |= {f"row-{index}-answer": answer, f"row-{index}-letter": "Dear {name},"}
    return sent


async def looked_at(mia: Browser, at: str, sent: dict[str, object]) -> tuple[str, str]:
    page = await mia.post(at, {**sent, "do": "look"})
    assert page.status_code == 200, page.text
    found = re.search(r'name="looked" value="([^"]+)"', page.text)
    assert found
    return page.text, found[1]


async def test_a_template_is_filled_in_for_each_question(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    numbers = await three(db, cast, campaign)
    mia = await viewer_of(db, cast.mia)
    answer = "On “{question}”: see {challenge}."
    await keep_template(
        db, mia, campaign, TemplateText("See the page", answer, "Dear {name},"), only_here=True
    )
    (template,) = await templates_for(db, campaign)
    await db.commit()
    browser, at = await browse(cast.mia), f"/management/{campaign.id}/single-answers"
    chosen = "&".join(f"of={number}" for number in numbers)
    page = (await browser.get(f"{at}?{chosen}")).text
    assert "Answer each of 3 questions" in page
    # By what they are about.
    order = [page.index(f">{TEXTS[place]}<") for place in (1, 0, 2)]
    assert order == sorted(order)
    sent = rows(numbers, "", "Typed by hand.", "")
    for index in range(3):
        sent[f"row-{index}-letter"] = ""
    page = (await browser.post(at, {**sent, "template": str(template.id), "do": "template"})).text
    first, last = numbers[0], numbers[2]
    for number in (first, last):
        assert f"\nOn “Question {number}?”: see Safer school routes.</textarea>" in page
    assert page.count("\nTyped by hand.</textarea>") == 1
    assert page.count("\nDear Cem Aydin,</textarea>") == 2
    assert await db.scalar(select(func.count()).select_from(FaqEntry)) == 0


async def test_all_are_sent_in_one_press_after_each_was_seen(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    numbers = await three(db, cast, campaign)
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/single-answers"
    sent = rows(numbers, "Until **Friday**.", "Yes.", "")
    unseen = await mia.post(at, {**sent, "do": "send"})
    assert unseen.status_code == 200 and "Nothing is sent yet." in unseen.text
    page, looked = await looked_at(mia, at, sent)
    assert "Until <strong>Friday</strong>." in page and "Publish 2 answers" in page
    assert page.count("Dear Cem Aydin,") == 2
    changed = await mia.post(at, {**sent, "row-1-answer": "No.", "looked": looked, "do": "send"})
    assert "Nothing is sent yet." in changed.text
    assert await db.scalar(select(func.count()).select_from(FaqEntry)) == 0
    for _press in range(2):
        done = await mia.post(at, {**sent, "looked": looked, "do": "send"})
        assert done.headers["location"] == f"/management/{campaign.id}/questions"
    entries = (await db.scalars(select(FaqEntry).order_by(FaqEntry.id))).all()
    assert [entry.answer for entry in entries] == ["Until **Friday**.", "Yes."]
    letters = set(await db.scalars(select(FaqVersion.letter)))
    assert letters == {"Dear {name},"}
    stays = (await db.scalars(select(AskedQuestion).where(AskedQuestion.is_open))).one()
    assert stays.id == numbers[2]
    kinds = (await db.scalars(select(Event.kind))).all()
    assert kinds.count(Kind.QUESTION_ANSWERED) == 2


async def test_what_is_wrong_in_one_row_sends_nothing_and_keeps_all(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    numbers = await three(db, cast, campaign)
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/single-answers"
    sent = rows(numbers, "Until Friday.", "Ask {name}.", "They do.")
    sent["row-2-category"] = ""
    refused = await mia.post(at, {**sent, "do": "look"})
    assert refused.status_code == 422
    assert 'href="#row-1-answer"' in refused.text and 'href="#row-2-category"' in refused.text
    for typed in ("Until Friday.", "Ask {name}.", "They do."):
        assert f"\n{typed}</textarea>" in refused.text
    assert await db.scalar(select(func.count()).select_from(FaqEntry)) == 0


async def test_what_somebody_else_dealt_with_is_left_and_the_others_go_out(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    numbers = await three(db, cast, campaign)
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/single-answers"
    sent = rows(numbers, "Until Friday.", "Yes.", "They do.")
    _page, looked = await looked_at(mia, at, sent)
    await answered(db, campaign, cast.mia, [numbers[1]], text="Answered by a colleague.")
    await db.commit()
    left = await mia.post(at, {**sent, "looked": looked, "do": "send"})
    assert left.status_code == 409
    assert "2 answers are published." in left.text
    assert "Somebody else has dealt with one of these questions" in left.text
    assert "\nYes.</textarea>" in left.text and "They do." not in left.text
    assert await db.scalar(select(func.count()).select_from(FaqEntry)) == 3


async def test_what_was_begun_is_found_again(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await a_challenge(db, cast)
    numbers = await three(db, cast, campaign)
    viewer = await viewer_of(db, cast.mia)
    typed = {name: [str(value)] for name, value in rows(numbers[:1], "Half an answ").items()}
    await save_draft(db, viewer, f"answer-batch-{campaign.id}", typed)
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/single-answers"
    page = (await mia.get(f"{at}?of={numbers[0]}&of={numbers[1]}")).text
    assert "\nHalf an answ</textarea>" in page and TEXTS[1] in page
    assert "\nHalf an answ</textarea>" in (await mia.get(at)).text
    other = await a_challenge(db, cast, title="Another one")
    await db.commit()
    nothing = await mia.get(f"/management/{other.id}/single-answers?of={numbers[0]}")
    assert nothing.headers["location"] == f"/management/{other.id}/questions"


async def test_open_questions_are_listed_by_category(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    await three(db, cast, campaign)
    await asked(db, campaign, cast.ada, "And at what hour?")
    await db.commit()
    mia = await browse(cast.mia)
    page = (await mia.get(f"/management/{campaign.id}/questions?category=dates")).text
    assert TEXTS[0] in page and "And at what hour?" in page
    assert TEXTS[1] not in page and "Answer each of these 2" in page


async def test_a_challenges_own_templates_go_into_its_copy_only(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    other = await a_challenge(db, cast, title="Another one")
    mia = await browse(cast.mia)
    here = f"/management/{campaign.id}/questions/templates"
    typed = {"name": "Dates", "answer": "See above.", "letter": ""}
    assert (await mia.post(here, {**typed, "only_here": "yes"})).status_code == 303
    assert (await mia.post(here, {**typed, "name": "All"})).status_code == 303
    assert [one.name for one in await templates_for(db, campaign)] == ["All", "Dates"]
    assert [one.name for one in await templates_for(db, other)] == ["All"]
    number = next(one.id for one in await templates_for(db, campaign) if one.campaign_id)
    foreign = f"/management/{other.id}/questions/templates/{number}/removal"
    assert (await mia.post(foreign)).status_code == 404
    await copy_further(db, campaign, other, Shift(365))
    assert [one.name for one in await templates_for(db, other)] == ["All", "Dates"]
    assert [one.name for one in await templates_for(db, campaign)] == ["All", "Dates"]
