"""Those who manage a challenge answer: one answer for many, from templates, seen before it goes."""

import re
from collections.abc import Mapping

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import Draft
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.questions.answering import change_answer, join_questions, written_answer
from ideahub.questions.asking import reopen, set_aside
from ideahub.questions.models import AskedQuestion, FaqEntry, FaqVersion
from ideahub.questions.placeholders import filled
from ideahub.questions.queries import find_entry
from ideahub.questions.templates import TemplateText, keep_template, remove_template, templates_for
from tests.conftest import Browse, Browser
from tests.questions.faq import DATES, a_challenge, answered, asked
from tests.support.cast import Cast, viewer_of

ANSWER = {
    "category": "dates",
    "question": "Until when can ideas be posted?",
    "answer": "Until **Friday** in {challenge}.",
    "letter": "Dear {name}, thank you.",
}


async def looked_at(mia: Browser, address: str, sent: Mapping[str, object]) -> tuple[str, str]:
    """The page as it shows what goes out, and what it says was looked at."""
    page = await mia.post(address, {**sent, "do": "look"})
    assert page.status_code == 200, page.text
    found = re.search(r'name="looked" value="([^"]+)"', page.text)
    assert found
    return page.text, found[1]


async def test_several_get_one_answer_that_is_seen_before_it_goes(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    numbers = [
        await asked(db, campaign, cast.cem, "Until when?"),
        await asked(db, campaign, cast.ada, "What is the last day?"),
    ]
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/answers"
    chosen = "&".join(f"of={number}" for number in numbers)
    page = (await mia.get(f"{at}/new?{chosen}")).text
    assert "Answer 2 questions" in page and "What is the last day?" in page
    sent = {**ANSWER, "of": [str(number) for number in numbers]}
    page, looked = await looked_at(mia, at, sent)
    assert "Until <strong>Friday</strong> in Safer school routes." in page
    assert "Dear Cem Aydin, thank you." in page and "Dear Ada Lind, thank you." in page
    assert await db.scalar(select(FaqEntry.id)) is None
    answer = await mia.post(at, {**sent, "looked": looked, "do": "send"})
    entry = (await db.scalars(select(FaqEntry))).one()
    assert answer.headers["location"] == f"{campaign.url}/questions/{entry.id}"
    read = (await (await browse(None)).get(f"{campaign.url}/questions")).text
    assert "Until <strong>Friday</strong> in Safer school routes." in read
    assert "Asked by 2 people" in read
    assert not re.search("Cem Aydin|Ada Lind|What is the last day", read)
    kinds = await db.scalars(select(Event.kind).order_by(Event.id.desc()).limit(1))
    assert kinds.one() == Kind.QUESTION_ANSWERED
    # Pressed twice, it is not published twice.
    again = await mia.post(at, {**sent, "looked": looked, "do": "send"})
    assert again.headers["location"] == answer.headers["location"]
    assert len((await db.scalars(select(FaqEntry))).all()) == 1


async def test_nothing_goes_out_that_was_not_looked_at(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    number = await asked(db, campaign, cast.cem)
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/answers"
    sent = {**ANSWER, "of": [str(number)]}
    page = await mia.post(at, {**sent, "do": "send"})
    assert page.status_code == 200 and "Nothing is sent yet." in page.text
    _page, looked = await looked_at(mia, at, sent)
    changed = {**sent, "answer": "Until Monday.", "looked": looked, "do": "send"}
    page = await mia.post(at, changed)
    assert "Until Monday." in page.text and "Nothing is sent yet." in page.text
    assert await db.scalar(select(FaqEntry.id)) is None


async def test_a_template_is_put_below_what_is_typed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    mia = await browse(cast.mia)
    here = f"/management/{campaign.id}/questions/templates"
    template = {"name": "Dates", "answer": "See the page of {challenge}.", "letter": "Dear {name},"}
    for _press in range(2):
        assert (await mia.post(here, template)).status_code == 303
    (kept,) = await templates_for(db, campaign)
    assert "See the page of {challenge}." in (await mia.get(here)).text
    number = await asked(db, campaign, cast.cem)
    await db.commit()
    sent = {**ANSWER, "answer": "Until Friday.", "letter": "", "of": [str(number)]}
    page = await mia.post(
        f"/management/{campaign.id}/answers", {**sent, "template": str(kept.id), "do": "template"}
    )
    assert page.status_code == 200
    assert "\nUntil Friday.\n\nSee the page of {challenge}.</textarea>" in page.text
    assert "\nDear {name},</textarea>" in page.text
    assert (await mia.post(f"{here}/{kept.id}/removal")).status_code == 303
    assert await templates_for(db, campaign) == []


async def test_a_template_of_another_body_is_unknown(db: AsyncSession, cast: Cast) -> None:
    campaign = await a_challenge(db, cast)
    ann = await viewer_of(db, cast.ann)
    await keep_template(db, ann, campaign, TemplateText("Dates", "Soon.", ""))
    (kept,) = await templates_for(db, campaign)
    campaign.organisation_id = cast.ministry.id
    await db.flush()
    assert await templates_for(db, campaign) == []
    with pytest.raises(NotFound):
        await remove_template(db, ann, campaign, kept.id)


def test_only_our_own_placeholders_are_filled() -> None:
    told = "{name}: {challenge} {other} {} {{name}} {question}"
    assert filled(told, challenge="Routes", question="Until\nwhen?", name="{challenge}") == (
        "{challenge}: Routes {other} {} {{challenge}} Until when?"
    )
    assert filled("{name}: {challenge}", challenge="Routes", question="") == "{name}: Routes"


async def test_an_answer_names_nobody_who_asked(db: AsyncSession, cast: Cast) -> None:
    campaign = await a_challenge(db, cast)
    with pytest.raises(Invalid) as refused:
        await written_answer(campaign, DATES, "When?", "Dear {name}, soon.", "")
    assert "answer" in refused.value.errors


async def test_a_question_joins_an_answer_that_is_there(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    entry = await answered(
        db,
        campaign,
        cast.mia,
        [await asked(db, campaign, cast.cem), await asked(db, campaign, cast.cem, "And?")],
    )
    number = await asked(db, campaign, cast.ada, "Which day is the last?")
    await db.commit()
    mia = await browse(cast.mia)
    at = f"/management/{campaign.id}/joined-questions"
    page = await mia.post(at, {"of": str(number), "entry": ""})
    assert page.status_code == 422
    assert "Choose the question that it is the same as." in page.text
    assert (await mia.post(at, {"of": str(number), "entry": str(entry.id)})).status_code == 303
    # Pressed twice it is done once.
    assert (await mia.post(at, {"of": str(number), "entry": str(entry.id)})).status_code == 303
    # Of people, not of questions.
    assert (await find_entry(db, campaign.id, entry.id)).asked == 2
    event = (await db.scalars(select(Event).order_by(Event.id.desc()).limit(1))).one()
    assert (event.kind, event.data) == (Kind.QUESTION_JOINED, {"questions": [number]})


async def test_taken_out_again_all_is_as_before(db: AsyncSession, cast: Cast) -> None:
    campaign = await a_challenge(db, cast)
    entry = await answered(db, campaign, cast.mia, [await asked(db, campaign, cast.cem)])
    number = await asked(db, campaign, cast.ada)
    mia = await viewer_of(db, cast.mia)
    row = await db.get_one(AskedQuestion, number)

    def state() -> tuple[object, ...]:
        return row.is_open, row.entry_id, row.joined_at, row.joined_by, row.set_aside_why

    before, count = state(), (await find_entry(db, campaign.id, entry.id)).asked
    await join_questions(db, mia, campaign, [number], entry.id)
    await reopen(db, mia, campaign, number)
    await db.flush()
    assert (state(), (await find_entry(db, campaign.id, entry.id)).asked) == (before, count)
    await set_aside(db, mia, campaign, number, "Not about this.")
    await reopen(db, mia, campaign, number)
    assert state() == before
    # What was decided is still known.
    events = (await db.scalars(select(Event).order_by(Event.id.desc()).limit(2))).all()
    assert [event.data["why"] for event in events] == ["Not about this."] * 2


async def test_a_changed_answer_keeps_what_it_was(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    entry = await answered(db, campaign, cast.mia, [await asked(db, campaign, cast.cem)])
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/answers/{entry.id}"
    assert "Until **Friday**." in (await mia.get(at)).text
    sent = {**ANSWER, "answer": "Until Monday.", "seen": "1"}
    _page, looked = await looked_at(mia, at, sent)
    assert (await mia.post(at, {**sent, "looked": looked, "do": "send"})).status_code == 303
    page = (await (await browse(None)).get(f"{campaign.url}/questions/{entry.id}")).text
    assert "Until Monday." in page and "Until <strong>Friday</strong>." in page
    versions = (await db.scalars(select(FaqVersion).order_by(FaqVersion.version))).all()
    assert [one.answer for one in versions] == ["Until **Friday**.", "Until Monday."]


async def test_two_who_change_an_answer_at_once_are_told(db: AsyncSession, cast: Cast) -> None:
    campaign = await a_challenge(db, cast)
    entry = await answered(db, campaign, cast.mia, [])
    ann = await viewer_of(db, cast.ann)
    first = await written_answer(campaign, DATES, "When?", "On Monday.", "")
    second = await written_answer(campaign, DATES, "When?", "On Tuesday.", "")
    await change_answer(db, ann, campaign, entry.id, first, 1)
    # The same once more is no other change.
    await change_answer(db, ann, campaign, entry.id, first, 1)
    with pytest.raises(Conflict) as refused:
        await change_answer(db, ann, campaign, entry.id, second, 1)
    assert "On Monday." in refused.value.reason
    assert entry.version == 2


async def test_a_question_is_published_before_it_is_answered(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    entry = await answered(db, campaign, cast.mia, [await asked(db, campaign, cast.cem)], text="")
    await db.commit()
    at = f"{campaign.url}/questions"
    page = (await (await browse(None)).get(at)).text
    assert "Not answered yet." in page and "Until when can ideas be posted?" in page
    assert "Published, not answered yet" in (await (await browse(cast.cem)).get(at)).text
    answer = await written_answer(campaign, DATES, entry.question, "On Friday.", "")
    await change_answer(db, await viewer_of(db, cast.mia), campaign, entry.id, answer, 1)
    await db.commit()
    assert "On Friday." in (await (await browse(None)).get(at)).text
    kinds = (await db.scalars(select(Event.kind).order_by(Event.id))).all()
    assert kinds == [Kind.QUESTION_ASKED, Kind.QUESTION_PUBLISHED, Kind.QUESTION_ANSWERED]


async def test_set_aside_with_a_reason_that_only_its_asker_reads(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    number = await asked(db, campaign, cast.cem)
    await db.commit()
    mia = await browse(cast.mia)
    at = f"/management/{campaign.id}/questions"
    page = await mia.post(f"{at}/{number}/setting-aside", {"why": " "})
    assert page.status_code == 422 and "Say why: whoever asked reads it." in page.text
    assert (
        await mia.post(f"{at}/{number}/setting-aside", {"why": "Off topic."})
    ).status_code == 303
    own = (await (await browse(cast.cem)).get(f"{campaign.url}/questions")).text
    assert "Not published: Off topic." in own
    assert "Off topic." in (await mia.get(f"{at}?show=dealt-with")).text
    assert (
        "Off topic." not in (await (await browse(cast.ada)).get(f"{campaign.url}/questions")).text
    )
    assert (await mia.post(f"{at}/{number}/setting-aside", {"why": "Again."})).status_code == 409
    assert (await mia.post(f"{at}/{number}/reopening")).status_code == 303
    assert "Until when?" in (await mia.get(at)).text


async def test_the_category_is_changed(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await a_challenge(db, cast)
    number = await asked(db, campaign, cast.cem)
    await db.commit()
    mia = await browse(cast.mia)
    at = f"/management/{campaign.id}/questions/{number}/category"
    assert (await mia.post(at, {"category": "rules"})).status_code == 303
    await mia.post(at, {"category": "nonsense"})
    row = await db.get_one(AskedQuestion, number)
    await db.refresh(row)
    assert row.category == "rules"


async def test_questions_and_answers_of_another_challenge_are_unknown(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    here, there = await a_challenge(db, cast), await a_challenge(db, cast)
    number = await asked(db, there, cast.cem, "Is this a secret?")
    entry = await answered(db, there, cast.mia, [], question="Another place?")
    await db.commit()
    mia = await browse(cast.mia)
    at = f"/management/{here.id}"
    assert (await mia.get(f"{here.url}/questions/{entry.id}")).status_code == 404
    for huge in (10**30, 2**63):
        assert (await mia.get(f"{here.url}/questions/{huge}")).status_code == 404
    assert (await mia.get(f"{at}/answers/{entry.id}")).status_code == 404
    for deed in ("setting-aside", "reopening", "category"):
        sent = {"why": "So.", "category": "rules"}
        assert (await mia.post(f"{at}/questions/{number}/{deed}", sent)).status_code == 404
    joined = await mia.post(f"{at}/joined-questions", {"of": str(number), "entry": str(entry.id)})
    assert joined.status_code == 404
    assert "Is this a secret?" not in (await mia.get(f"{at}/answers/new?of={number}")).text
    sent = {**ANSWER, "of": str(number)}
    _page, looked = await looked_at(mia, f"{at}/answers", sent)
    refused = await mia.post(f"{at}/answers", {**sent, "looked": looked, "do": "send"})
    assert refused.status_code == 409
    assert "dealt with one of these questions" in refused.text


@pytest.mark.parametrize("of", ["x", "-1", "99999999999999999999999", "", "１２"])
async def test_forged_numbers_of_questions_do_no_harm(
    db: AsyncSession, cast: Cast, browse: Browse, of: str
) -> None:
    campaign = await a_challenge(db, cast)
    await db.commit()
    mia = await browse(cast.mia)
    page = await mia.get(f"/management/{campaign.id}/answers/new?of={of}")
    assert page.status_code == 200
    sent = {**ANSWER, "of": of, "do": "look"}
    page = await mia.post(f"/management/{campaign.id}/answers", sent)
    assert page.status_code == (422 if len(of) > 20 else 200)


async def test_who_does_not_manage_it_answers_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    number = await asked(db, campaign, cast.cem)
    await db.commit()
    at = f"/management/{campaign.id}"
    for person in (cast.ben, cast.cem, cast.zed):
        browser = await browse(person)
        for address in ("questions", "answers/new", "questions/templates", "announcements"):
            assert (await browser.get(f"{at}/{address}")).status_code == 403
        for address in (
            "answers",
            "joined-questions",
            "questions/templates",
            "announcements",
            f"questions/{number}/setting-aside",
            f"questions/{number}/reopening",
        ):
            assert (await browser.post(f"{at}/{address}", ANSWER)).status_code == 403
    assert (await (await browse(None)).get(f"{at}/questions")).status_code in {303, 401}


async def test_an_answer_of_twenty_thousand_characters(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/answers"
    sent = {**ANSWER, "answer": "word " * 3_999 + "last.", "letter": ""}
    _page, looked = await looked_at(mia, at, sent)
    assert (await mia.post(at, {**sent, "looked": looked, "do": "send"})).status_code == 303
    page = await mia.post(at, {**sent, "answer": "word " * 4_001, "do": "look"})
    assert page.status_code == 422 and "Shorten this to 20,000 characters" in page.text


async def test_the_draft_of_an_answer_is_kept_and_gone_once_it_is_sent(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    number = await asked(db, campaign, cast.cem)
    await db.commit()
    mia = await browse(cast.mia)
    page = (await mia.get(f"/management/{campaign.id}/answers/new?of={number}")).text
    assert f'data-draft="/drafts/answer-{number}"' in page
    await mia.post(f"/drafts/answer-{number}", {**ANSWER, "of": str(number)})
    page = (await mia.get(f"/management/{campaign.id}/answers/new?of={number}")).text
    assert "Dear {name}, thank you.</textarea>" in page
    at, sent = f"/management/{campaign.id}/answers", {**ANSWER, "of": str(number)}
    _page, looked = await looked_at(mia, at, sent)
    await mia.post(at, {**sent, "looked": looked, "do": "send"})
    assert (await db.scalars(select(Draft.form))).all() == []
