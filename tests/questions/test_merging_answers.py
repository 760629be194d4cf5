"""Two answers become one: all who asked either are told, the old address leads to it, and it can be
undone."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict, NotFound
from ideahub.notifications.models import Notification
from ideahub.questions.answering import change_answer, join_questions, written_answer
from ideahub.questions.hiding import hide_answer
from ideahub.questions.merging import Merge, merge_answers, separate_answers
from ideahub.questions.models import AskedQuestion, FaqEntry, FaqWithdrawal
from ideahub.questions.queries import count_entries, entries_of, find_entry
from tests.conftest import Browse
from tests.notifications.test_telling import drain, mailed, told
from tests.questions.faq import DATES, a_challenge, answered, asked
from tests.support.cast import Cast, make_cast, viewer_of

JOINED = "Until Friday, at noon."


async def two(db: AsyncSession, cast: Cast, campaign: Campaign) -> tuple[FaqEntry, FaqEntry]:
    """Cem's question and that of Ada and Ben, each answered by itself."""
    cem = await asked(db, campaign, cast.cem, "Until when?")
    first = await answered(db, campaign, cast.mia, [cem], text="Until Friday.")
    others = [
        await asked(db, campaign, person, f"At what hour, {person.name}?")
        for person in (cast.ada, cast.ben)
    ]
    second = await answered(
        db, campaign, cast.mia, others, question="At what hour does it close?", text="At noon."
    )
    return first, second


async def merged(
    db: AsyncSession, cast: Cast, campaign: Campaign, gone: FaqEntry, kept: FaqEntry
) -> FaqEntry:
    answer = await written_answer(campaign, DATES, "Until when, exactly?", JOINED, "")
    merge = Merge(gone.id, gone.version, kept.id, kept.version)
    return await merge_answers(db, await viewer_of(db, cast.mia), campaign, merge, answer)


async def questions_of(db: AsyncSession, entry: FaqEntry) -> int:
    found = select(AskedQuestion.id).where(AskedQuestion.entry_id == entry.id)
    return len((await db.scalars(found)).all())


async def test_a_manager_merges_two_after_looking_at_the_result(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    first, second = await two(db, cast, campaign)
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}"
    assert "Merge the two chosen" in (await mia.get(f"{at}/answers")).text
    page = (await mia.get(f"{at}/merged-answers?of={first.id}&of={second.id}")).text
    # Both texts together, in the entry that more people asked.
    assert "\nUntil Friday.\n\nAt noon.</textarea>" in page
    assert re.search(rf'<option value="{second.id}" selected', page)
    sent = {
        "of": [str(first.id), str(second.id)],
        "versions": ["1", "1"],
        "into": str(second.id),
        "category": "dates",
        "question": "Until when, exactly?",
        "answer": JOINED,
    }
    one = await mia.post(f"{at}/merged-answers", {**sent, "do": "first"})
    assert "\nUntil Friday.</textarea>" in one.text
    unseen = await mia.post(f"{at}/merged-answers", {**sent, "do": "send"})
    assert unseen.status_code == 200 and "Nothing is sent yet." in unseen.text
    assert "By mail, to 3 people" in unseen.text
    looked = re.search(r'name="looked" value="([^"]+)"', unseen.text)
    assert looked
    for _press in range(2):
        done = await mia.post(f"{at}/merged-answers", {**sent, "do": "send", "looked": looked[1]})
        assert done.status_code == 303
    assert len((await db.scalars(select(FaqWithdrawal))).all()) == 1
    reader = await browse(None)
    read = (await reader.get(f"{campaign.url}/questions")).text
    assert JOINED in read and "Asked by 3 people" in read and "1 question<" in read
    assert "At noon." not in read
    old = await reader.get(f"{campaign.url}/questions/{first.id}")
    assert old.status_code == 303
    assert old.headers["location"] == f"{campaign.url}/questions/{second.id}"
    feed = (await reader.get(f"{campaign.url}/feed.atom")).text
    assert feed.count("#answer-") == 1 and JOINED in feed
    managed = (await mia.get(f"{at}/answers")).text
    assert "Separate them again" in managed


async def test_separated_again_each_has_its_questions_and_the_old_answer(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    first, second = await two(db, cast, campaign)
    mia = await viewer_of(db, cast.mia)
    await merged(db, cast, campaign, first, second)
    assert await questions_of(db, second) == 3
    # One that was put to it meanwhile stays there.
    later = await asked(db, campaign, cast.sam, "And on holidays?")
    await join_questions(db, mia, campaign, [later], second.id)
    await db.commit()
    browser = await browse(cast.mia)
    for _press in range(2):
        done = await browser.post(f"/management/{campaign.id}/answers/{first.id}/separation")
        assert done.status_code == 303
    assert (await questions_of(db, first), await questions_of(db, second)) == (1, 3)
    listed = (await entries_of(db, campaign)).entries
    assert [(one.id, one.answer) for one in listed] == [
        (first.id, "Until Friday."),
        (second.id, JOINED),
    ]
    withdrawal = (await db.scalars(select(FaqWithdrawal))).one()
    assert withdrawal.ended_at and withdrawal.made_by == withdrawal.ended_by == cast.mia.id
    kinds = (await db.scalars(select(Event.kind).order_by(Event.id))).all()
    assert kinds.count(Kind.ANSWERS_MERGED) == kinds.count(Kind.ANSWERS_SEPARATED) == 1


async def test_an_address_leads_on_over_several_merges(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    first, second = await two(db, cast, campaign)
    third = await answered(db, campaign, cast.mia, [], question="When?", text="Soon.")
    await merged(db, cast, campaign, first, second)
    await merged(db, cast, campaign, second, third)
    await db.commit()
    answer = await (await browse(None)).get(f"{campaign.url}/questions/{first.id}")
    assert answer.headers["location"] == f"{campaign.url}/questions/{third.id}"
    assert await count_entries(db, campaign.id) == 1


async def test_what_changed_meanwhile_is_not_merged(db: AsyncSession, cast: Cast) -> None:
    campaign = await a_challenge(db, cast)
    first, second = await two(db, cast, campaign)
    mia = await viewer_of(db, cast.mia)
    answer = await written_answer(campaign, DATES, "When?", JOINED, "")
    stale = Merge(first.id, first.version, second.id, second.version)
    other = await written_answer(campaign, DATES, second.question, "At one.", "")
    await change_answer(db, mia, campaign, second.id, other, second.version)
    with pytest.raises(Conflict, match="changed meanwhile"):
        await merge_answers(db, mia, campaign, stale, answer)
    await hide_answer(db, mia, campaign, second.id, "It was wrong.")
    now = Merge(first.id, first.version, second.id, second.version)
    with pytest.raises(Conflict, match="hidden meanwhile"):
        await merge_answers(db, mia, campaign, now, answer)
    with pytest.raises(Conflict, match="two different"):
        await merge_answers(db, mia, campaign, Merge(first.id, 1, first.id, 1), answer)
    with pytest.raises(Conflict, match="hidden, and not merged"):
        await separate_answers(db, mia, campaign, second.id)


async def test_only_entries_of_the_same_challenge(db: AsyncSession, cast: Cast) -> None:
    campaign = await a_challenge(db, cast)
    other = await a_challenge(db, cast, title="Another one")
    first, _second = await two(db, cast, campaign)
    foreign = await answered(db, other, cast.mia, [], question="Where?", text="Here.")
    with pytest.raises(NotFound):
        await merged(db, cast, campaign, first, foreign)


async def test_who_does_not_manage_it_finds_none_of_this(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    first, second = await two(db, cast, campaign)
    await db.commit()
    cem, at = await browse(cast.cem), f"/management/{campaign.id}"
    assert (await cem.get(f"{at}/answers")).status_code == 403
    assert (await cem.get(f"{at}/merged-answers?of={first.id}&of={second.id}")).status_code == 403
    for deed in ("hiding", "showing", "separation"):
        refused = await cem.post(f"{at}/answers/{first.id}/{deed}", {"why": "Because."})
        assert refused.status_code == 403
    assert (await db.scalars(select(FaqWithdrawal))).all() == []


async def test_not_exactly_two_lead_back_to_the_list(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    first, _second = await two(db, cast, campaign)
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}"
    for chosen in ("", f"?of={first.id}", f"?of={first.id}&of=999999", "?of=x&of=y"):
        answer = await mia.get(f"{at}/merged-answers{chosen}")
        assert answer.headers["location"] == f"{at}/answers"


async def test_askers_of_both_are_told_once(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await a_challenge(db, cast)
        first, second = await two(db, cast, campaign)
    await drain(committing)
    async with committing.transaction() as db:
        await merged(db, cast, campaign, first, second)
    await drain(committing)
    subject = "Answered together with a similar question: Until when, exactly?"
    names = ["Ada Lind", "Ben Okoye", "Cem Aydin"]
    async with committing.reading() as db:
        assert [name for name, what in await told(db) if what == subject] == names
        assert len([to for to, what in await mailed(db) if what == subject]) == 3
        said = select(Notification).where(Notification.subject == subject)
        for one in await db.scalars(said):
            assert JOINED in one.text and one.path == f"{campaign.url}/questions/{second.id}"
    async with committing.transaction() as db:
        await separate_answers(db, await viewer_of(db, cast.mia), campaign, first.id)
    await drain(committing)
    async with committing.reading() as db:
        subject = "Answered by itself again: Until when can ideas be posted?"
        assert [name for name, what in await told(db) if what == subject] == ["Cem Aydin"]
        assert (await find_entry(db, campaign.id, first.id)).is_listed


async def test_questions_come_back_over_two_merges(db: AsyncSession, cast: Cast) -> None:
    campaign = await a_challenge(db, cast)
    first, second = await two(db, cast, campaign)
    third = await answered(db, campaign, cast.mia, [], question="Where?", text="Here.")
    await merged(db, cast, campaign, first, second)
    await merged(db, cast, campaign, second, third)
    mia = await viewer_of(db, cast.mia)
    await separate_answers(db, mia, campaign, first.id)
    assert [await questions_of(db, one) for one in (first, second, third)] == [1, 0, 2]
    # The other two can be separated as before.
    await separate_answers(db, mia, campaign, second.id)
    assert [await questions_of(db, one) for one in (first, second, third)] == [1, 2, 0]
