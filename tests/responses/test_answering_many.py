"""Many ideas are answered together: written once, each looked at, and sent in one press."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import Database
from ideahub.core.drafts import save_draft
from ideahub.core.events import Event, Kind
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea
from ideahub.questions.models import TemplateUse
from ideahub.questions.templates import TemplateText, keep_template, templates_for
from ideahub.responses.batch_models import AnswerBatch, BatchAnswer
from ideahub.responses.batches.batching import begin_batch, discard_batch, write_words
from ideahub.responses.batches.sending import note_sent
from ideahub.responses.batches.telling import tell_prepared
from ideahub.responses.crossing import owe_for_crossings
from ideahub.responses.models import Response, Verdict
from ideahub.responses.responding import answer_idea
from ideahub.responses.web.batches import looking, sending
from ideahub.responses.web.batches.made import MadeAnswer
from tests.conftest import Browse, Browser
from tests.support.answering import an_answer, back, make_leader, with_clock
from tests.support.cast import Cast, make_cast, make_idea, viewer_of
from tests.support.ripening import found
from tests.support.visiting import counting

TITLES = ("A bench", "A *second* bench", "A third bench")
NO = {
    "verdict": "no",
    "reason_kind": "cost",
    "body": "Dear {name}, “{title}” is not possible: {reason}.",
    "would_change": "Cheaper benches than {supporters}.",
    "do": "keep",
}


async def three_owed(db: AsyncSession, cast: Cast) -> tuple[Campaign, list[Idea]]:
    """Three ideas of Ada's, for which Sam owes an answer."""
    campaign = await with_clock(db, cast)
    ideas = [await make_idea(db, campaign, cast.ada, title) for title in TITLES]
    for idea in ideas:
        await back(db, idea, cast.ben, cast.cem)
    await owe_for_crossings(db)
    await db.commit()
    return campaign, ideas


async def begun(sam: Browser, ideas: Sequence[Idea]) -> str:
    """The address of a batch of these, with its common words."""
    begin = {"ideas": [str(idea.id) for idea in ideas]}
    at = str((await sam.post("/batches-of-answers", begin)).headers["location"])
    kept = await sam.post(at, NO)
    assert kept.headers["location"] == f"{at}/answers"
    return at


async def look(sam: Browser, at: str) -> str:
    """Looks at the answers on the first page; returns it."""
    page = (await sam.get(f"{at}/answers")).text
    seals = re.findall(r'name="looked" value="([^"]+)"', page)
    assert (await sam.post(f"{at}/answers", {"looked": seals, "after": "0"})).status_code == 303
    return page


async def said(db: AsyncSession) -> list[str]:
    """What was answered, in the order of the ideas."""
    return list(await db.scalars(select(Response.body).order_by(Response.idea_id)))


async def test_each_is_filled_in_shown_and_sent_in_one_press(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _campaign, ideas = await three_owed(db, cast)
    sam = await browse(cast.sam)
    page = (await sam.get("/owed-answers")).text
    assert all(title in page for title in TITLES)
    at = await begun(sam, ideas)
    unseen = await sam.post(f"{at}/publication")
    assert (unseen.status_code, await said(db)) == (303, [])
    page = await look(sam, at)
    assert "Dear Ada Lind, “A *second* bench” is not possible: It costs too much." in page
    assert "Cheaper benches than 2." in page
    for notice in ("3 answers are public", "3 answers were sent before."):
        sent = await sam.post(f"{at}/publication")
        assert sent.headers["location"] == "/owed-answers"
        assert notice in (await sam.get("/owed-answers")).text
    bodies = await said(db)
    assert bodies[0] == "Dear Ada Lind, “A bench” is not possible: It costs too much."
    assert len(bodies) == 3
    kinds = list(await db.scalars(select(Event.kind)))
    assert kinds.count(Kind.RESPONSE_GIVEN) == 3
    assert "No answer is owed" in (await sam.get("/owed-answers")).text


async def test_one_may_have_words_of_its_own_and_is_looked_at_again(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _campaign, ideas = await three_owed(db, cast)
    sam = await browse(cast.sam)
    at = await begun(sam, ideas[:2])
    await look(sam, at)
    row = (await db.scalars(select(BatchAnswer.id).order_by(BatchAnswer.id))).first()
    form = (await sam.get(f"{at}/answers/{row}")).text
    assert "Dear Ada Lind, “A bench”" in form
    own = {"verdict": "yes", "body": "This one we do.", "seen_response": "0", "seen_version": "0"}
    wrong = await sam.post(f"{at}/answers/{row}", own | {"body": ""})
    assert wrong.status_code == 422
    assert (await sam.post(f"{at}/answers/{row}", own)).status_code == 303
    page = (await sam.get(f"{at}/answers")).text
    assert "This one we do." in page and "I have looked at these" in page
    await look(sam, at)
    await sam.post(f"{at}/publication")
    verdicts = list(await db.scalars(select(Response.verdict).order_by(Response.idea_id)))
    assert verdicts == [Verdict.YES, Verdict.NO]


async def test_changed_common_words_are_looked_at_again(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _campaign, ideas = await three_owed(db, cast)
    sam = await browse(cast.sam)
    at = await begun(sam, ideas)
    await look(sam, at)
    await sam.post(at, NO | {"body": "Other words."})
    assert (await sam.post(f"{at}/publication")).headers["location"].startswith(f"{at}/answers")
    assert await said(db) == []


async def test_what_another_answered_meanwhile_is_named_and_nothing_is_lost(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _campaign, ideas = await three_owed(db, cast)
    await make_leader(db, cast, cast.ben)
    await db.commit()
    sam = await browse(cast.sam)
    at = await begun(sam, ideas)
    await look(sam, at)
    ben, view = await viewer_of(db, cast.ben), await found(db, cast.ben, ideas[1])
    await answer_idea(db, ben, view, an_answer())
    await db.commit()
    left = await sam.post(f"{at}/publication")
    assert left.status_code == 409
    assert "2 answers are public" in left.text
    assert "Ben Okoye has answered it meanwhile." in left.text
    row = await db.scalar(select(BatchAnswer.id).where(BatchAnswer.sent_at.is_(None)))
    form = (await sam.get(f"{at}/answers/{row}")).text
    assert "Dear Ada Lind" in form and "Read that answer" in form
    assert len(await said(db)) == 3
    assert (await sam.post(f"{at}/answers/{row}/omission")).status_code == 303
    assert "Nothing is left here" in (await sam.get(f"{at}/answers")).text


async def test_letters_with_nearly_the_same_text_are_one_group(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await with_clock(db, cast)
    ideas = [await make_idea(db, campaign, one, "A letter") for one in (cast.ada, cast.ben)]
    grouped = update(Idea).where(Idea.id == ideas[1].id).values(letter_of=ideas[0].id)
    await db.execute(grouped)
    await db.execute(update(Idea).where(Idea.id == ideas[0].id).values(letters=2))
    await db.commit()
    sam = await browse(cast.sam)
    assert "All 2 letters with nearly this text" in (await sam.get("/owed-answers")).text
    at = str(
        (await sam.post("/batches-of-answers", {"letters": [str(ideas[0].id)]})).headers["location"]
    )
    await sam.post(at, NO)
    await look(sam, at)
    await sam.post(f"{at}/publication")
    assert [body.split(",")[0] for body in await said(db)] == ["Dear Ada Lind", "Dear Ben Okoye"]


async def test_a_manager_prepares_and_the_leader_looks_and_sends(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _campaign, ideas = await three_owed(db, cast)
    mia, sam = await browse(cast.mia), await browse(cast.sam)
    chosen = {"ideas": [str(ideas[0].id)]}
    nobody = await mia.post("/batches-of-answers", chosen)
    assert nobody.status_code == 422 and "Choose a leader" in nobody.text
    begin = chosen | {"sender": str(cast.sam.id)}
    at = str((await mia.post("/batches-of-answers", begin)).headers["location"])
    await mia.post(at, NO)
    assert (await mia.post(f"{at}/publication")).status_code == 403
    assert (await mia.post(f"{at}/request")).status_code == 303
    event = (await db.scalars(select(Event).where(Event.kind == Kind.ANSWERS_PREPARED))).one()
    (message,) = await tell_prepared(db, event)
    assert list(await db.scalars(message.to)) == [cast.sam.id]
    assert "has prepared 1 answer for you" in (await sam.get("/owed-answers")).text
    await look(sam, at)
    await sam.post(f"{at}/publication")
    assert len(await said(db)) == 1


async def test_nobody_else_knows_of_it(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    _campaign, ideas = await three_owed(db, cast)
    await make_leader(db, cast, cast.ben)
    await db.commit()
    at = await begun(await browse(cast.sam), ideas)
    ben, ada = await browse(cast.ben), await browse(cast.ada)
    for address in (at, f"{at}/answers"):
        assert (await ben.get(address)).status_code == 404
    assert (await ben.post(f"{at}/publication")).status_code == 404
    assert (await ada.get("/owed-answers")).status_code == 403
    begin = {"ideas": [str(ideas[0].id)], "sender": str(cast.ada.id)}
    assert (await ada.post("/batches-of-answers", begin)).status_code == 403
    assert (await (await browse(None)).get("/owed-answers")).status_code == 303


async def test_a_template_of_the_managers_begins_it_and_drafts_are_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, ideas = await three_owed(db, cast)
    mia = await viewer_of(db, cast.mia)
    words = "Thanks", "Thank you for {title}.", ""
    await keep_template(db, mia, campaign, TemplateText(*words), use=TemplateUse.IDEAS)
    assert await templates_for(db, campaign) == []
    (template,) = await templates_for(db, campaign, TemplateUse.IDEAS)
    await db.commit()
    page = await (await browse(cast.mia)).get(
        f"/management/{campaign.id}/leaders-answers/templates"
    )
    assert "Thank you for {title}." in page.text
    sam = await browse(cast.sam)
    begin = {"ideas": [str(ideas[0].id)]}
    at = str((await sam.post("/batches-of-answers", begin)).headers["location"])
    put = (await sam.post(at, {"template": str(template.id), "do": "template"})).text
    assert "\nThank you for {title}.</textarea>" in put
    number = at.rpartition("/")[2]
    typed = {"body": ["Half an answ"]}
    await save_draft(db, await viewer_of(db, cast.sam), f"answers-together-{number}", typed)
    await db.commit()
    assert "\nHalf an answ</textarea>" in (await sam.get(at)).text


async def test_what_was_given_up_meanwhile_ends_at_once_and_is_counted(
    db: AsyncSession, cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    _campaign, ideas = await three_owed(db, cast)
    sam = await browse(cast.sam)
    at = await begun(sam, ideas)
    await look(sam, at)

    async def note_then_give_up(session: AsyncSession, gone: Sequence[int]) -> None:
        await note_sent(session, gone)
        batch = await session.get_one(AnswerBatch, int(at.rpartition("/")[2]))
        await discard_batch(session, batch)

    monkeypatch.setattr(sending, "IN_ONE_TRANSACTION", 1)
    monkeypatch.setattr(sending, "note_sent", note_then_give_up)
    sent = await sam.post(f"{at}/publication")
    assert sent.headers["location"] == "/owed-answers"
    page = (await sam.get("/owed-answers")).text
    assert "1 answer is public" in page and "was given up meanwhile" in page
    assert len(await said(db)) == 1


async def test_giving_up_says_what_was_sent_before(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _campaign, ideas = await three_owed(db, cast)
    sam = await browse(cast.sam)
    at = await begun(sam, ideas)
    sent = update(BatchAnswer).where(BatchAnswer.idea_id == ideas[0].id).values(sent_at=func.now())
    await db.execute(sent)
    await db.commit()
    await sam.post(f"{at}/discarding")
    assert "1 answer was sent before, and stays public." in (await sam.get("/owed-answers")).text


async def test_what_went_in_another_press_is_not_counted_as_of_this_one(
    db: AsyncSession, cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    _campaign, ideas = await three_owed(db, cast)
    sam = await browse(cast.sam)
    at = await begun(sam, ideas)
    await look(sam, at)

    async def made_and_gone(session: AsyncSession, *of: Any) -> list[MadeAnswer]:
        made = await looking.all_made(session, *of)
        gone = update(BatchAnswer).where(BatchAnswer.idea_id == ideas[0].id)
        await session.execute(gone.values(sent_at=func.now()))
        return made

    monkeypatch.setattr(sending, "all_made", made_and_gone)
    await sam.post(f"{at}/publication")
    page = (await sam.get("/owed-answers")).text
    assert "2 answers are public" in page and "1 answer was sent before." in page


async def test_whoever_overtook_another_unseen_looks_again(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _campaign, ideas = await three_owed(db, cast)
    await make_leader(db, cast, cast.ben)
    await db.commit()
    mia, sam = await browse(cast.mia), await browse(cast.sam)
    begin = {"ideas": [str(ideas[0].id)], "sender": str(cast.sam.id)}
    at = str((await mia.post("/batches-of-answers", begin)).headers["location"])
    await mia.post(at, NO)
    await look(sam, at)
    ben, view = await viewer_of(db, cast.ben), await found(db, cast.ben, ideas[0])
    theirs = await answer_idea(db, ben, view, an_answer())
    await db.commit()
    # The manager, who has seen Ben's answer, keeps the same words.
    row = await db.scalar(select(BatchAnswer.id))
    form = (await mia.get(f"{at}/answers/{row}")).text
    (body,) = re.findall(r'<textarea[^>]*name="body"[^>]*>\n?([^<]*)<', form)
    (change,) = re.findall(r'<textarea[^>]*name="would_change"[^>]*>\n?([^<]*)<', form)
    seen = {"seen_response": str(theirs.id), "seen_version": "1"}
    own = NO | seen | {"body": body, "would_change": change}
    assert (await mia.post(f"{at}/answers/{row}", own)).status_code == 303
    assert (await sam.post(f"{at}/publication")).headers["location"].startswith(f"{at}/answers")
    assert await said(db) == [an_answer().body]
    assert "Read the answer that stands" in await look(sam, at)
    await sam.post(f"{at}/publication")
    assert [one for one in await said(db) if one == body]


async def test_what_is_hidden_while_they_are_sent_is_left_out_and_the_rest_goes(
    db: AsyncSession, cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    _campaign, ideas = await three_owed(db, cast)
    sam = await browse(cast.sam)
    at = await begun(sam, ideas)
    await look(sam, at)

    async def made_and_hidden(session: AsyncSession, *of: Any) -> list[MadeAnswer]:
        made = await looking.all_made(session, *of)
        hidden = update(Idea).where(Idea.id == ideas[1].id).values(hidden_at=func.now())
        await session.execute(hidden)
        return made

    monkeypatch.setattr(sending, "all_made", made_and_hidden)
    sent = await sam.post(f"{at}/publication")
    assert sent.headers["location"] == "/owed-answers"
    page = (await sam.get("/owed-answers")).text
    assert "2 answers are public" in page
    assert "1 idea was withdrawn or hidden meanwhile, and is left out." in page
    assert TITLES[1] not in page
    assert len(await said(db)) == 2
    fresh = {"populate_existing": True}
    batch = await db.scalar(select(AnswerBatch), execution_options=fresh)
    assert batch and batch.sent_at


async def one_begun(committing: Database) -> tuple[Viewer, AnswerBatch, list[MadeAnswer]]:
    """A batch of Sam's with one answer."""
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await with_clock(db, cast), cast.ada)
        sam = await viewer_of(db, cast.sam)
        batch = await begin_batch(db, sam, [idea.id])
        await write_words(db, batch, NO)
        return sam, batch, await looking.all_made(db, sam, batch)


async def test_of_two_presses_at_once_each_answer_goes_once(committing: Database) -> None:
    sam, batch, made = await one_begun(committing)
    sent = await asyncio.gather(
        *(sending.send_all(committing, sam, batch.id, made) for _ in range(3))
    )
    assert sorted(sent) == [0, 0, 1]
    async with committing.reading() as db:
        kinds = list(await db.scalars(select(Event.kind)))
        assert kinds.count(Kind.RESPONSE_GIVEN) == 1


async def test_nothing_is_asked_twice_for_one_answer(committing: Database) -> None:
    """Two hundred go in one press."""
    sam, batch, made = await one_begun(committing)
    assert isinstance(committing.bind, AsyncEngine)
    with counting(committing.bind.sync_engine) as counted:
        assert await sending.send_all(committing, sam, batch.id, made) == 1
    assert counted.repeated == ()
