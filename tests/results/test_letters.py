"""Letters to many from a template: each is seen before it goes, and goes once."""

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.outbox import OutgoingMail
from ideahub.results.models import EntrantLetter
from tests.conftest import Browse
from tests.results.judged import judged
from tests.results.test_from_run_to_final import publish
from tests.support.cast import Cast

SENT = {
    "recipients": "others",
    "subject": "Entry {number} of {challenge}",
    "text": "Dear {names},\n\n{entry} is in place {place}, with { points } points.",
}


async def test_each_letter_is_seen_before_it_goes(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    before = len((await db.scalars(select(OutgoingMail.id))).all())
    answer = await mia.post(f"{made.at}/letters", SENT)
    assert answer.status_code == 303, answer.text
    at = answer.headers["location"]
    page = (await mia.get(at)).text
    assert "Dear Captain1 Smith," in re.sub("[\u2066-\u2069]", "", page)
    assert "Secret title 3 is in place 2, with 59.33 points." in page
    assert len((await db.scalars(select(OutgoingMail.id))).all()) == before
    seen = re.findall(r'name="seen"\s+value="(\d+)"', page)
    assert len(seen) == 3
    sent = {"seen": seen, "left_out": seen[1]}
    for _press in range(2):
        assert (await mia.post(at, sent)).status_code == 303
    mails = (await db.scalars(select(OutgoingMail).order_by(OutgoingMail.id))).all()[before:]
    assert [mail.to for mail in mails] == ["captain1@mail.example", "captain3@mail.example"]
    assert mails[0].subject == "Entry 1 of Safer school routes"
    assert "All letters are done" in (await mia.get(at)).text
    states = await db.execute(
        select(EntrantLetter.sent_at, EntrantLetter.left_out_at).order_by(EntrantLetter.id)
    )
    assert [(bool(gone), bool(left)) for gone, left in states] == [
        (True, False),
        (False, True),
        (True, False),
    ]


async def test_an_unknown_placeholder_is_named_and_nothing_is_lost(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    for text, said in (
        ("Dear {name}, hello.", "“{name}” is no placeholder"),
        ("Dear {first name}, hello.", "“{first name}” is no placeholder"),
        ("Dear {}, hello.", "“{}” is no placeholder"),
        ("Dear {names, hello.", "A brace has no other half"),
        ("Dear {names}}, hello.", "A brace has no other half"),
    ):
        answer = await mia.post(f"{made.at}/letters", SENT | {"text": text})
        assert answer.status_code == 422, text
        assert said in re.sub("[\u2066-\u2069]", "", answer.text)
        assert text in answer.text
    assert await db.scalar(select(EntrantLetter.id)) is None


async def test_nobody_would_get_it(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    answer = await mia.post(f"{made.at}/letters", SENT | {"recipients": "winners"})
    assert answer.status_code == 422
    assert "Nobody would get this letter." in answer.text


async def test_templates_to_begin_with(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    for name in ("winners", "invited", "others"):
        page = (await mia.get(f"{made.at}/letters?template={name}")).text
        assert "Dear {names}," in page
        assert re.search(rf'value="{name}"\s+checked', page)


async def test_only_managers_write_and_send(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    at = (await mia.post(f"{made.at}/letters", SENT)).headers["location"]
    for person in (cast.jo, cast.zed, made.captains[0]):
        browser = await browse(person)
        assert (await browser.get(at)).status_code in (403, 404)
        assert (await browser.post(at, {"seen": "1"})).status_code in (403, 404)
