"""Where mail came back, one proves on the page of choices that it arrives, and gets it again."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.mail_refusals import STANDS, MailRefusal, note_refusal
from ideahub.core.mailing import kept_mail
from tests.conftest import Browse
from tests.support.cast import Cast
from tests.support.letters import newest_code

PAGE = "/notifications/choices"


async def refused(db: AsyncSession) -> list[str]:
    return list(await db.scalars(select(MailRefusal.address).where(STANDS)))


@pytest.fixture
async def came_back(db: AsyncSession, cast: Cast) -> None:
    for person in (cast.cem, cast.ada):
        assert person.email
        await note_refusal(db, person.email, "5.1.1 no such mailbox")
    await db.commit()


async def test_a_code_to_the_address_lets_mail_come_again(
    came_back: None, db: AsyncSession, cast: Cast, browse: Browse, config: Config
) -> None:
    cem = await browse(cast.cem)
    page = (await cem.get(PAGE)).text
    assert f"Mail to {cast.cem.email} came back" in page and f'action="{PAGE}/code"' in page
    sent = await cem.post(f"{PAGE}/code")
    assert sent.headers["location"] == f"{PAGE}#refused"
    wrong = await cem.post(f"{PAGE}/proof", {"code": "AAAA-AAAA"})
    assert wrong.status_code == 422 and "AAAA-AAAA" in wrong.text and "is not right" in wrong.text
    code = newest_code(config)
    # In another browser it proves nothing.
    other = await browse(cast.cem)
    assert (await other.post(f"{PAGE}/proof", {"code": code})).status_code == 422
    assert (await cem.post(f"{PAGE}/proof", {"code": code})).headers["location"] == PAGE
    assert await refused(db) == [cast.ada.email]
    assert "came back" not in (await cem.get(PAGE)).text
    # Once more it is as it was.
    assert (await cem.post(f"{PAGE}/proof", {"code": code})).status_code == 303


async def test_nothing_is_sent_where_no_mail_came_back(
    db: AsyncSession, cast: Cast, browse: Browse, config: Config
) -> None:
    before = kept_mail(config)
    cem, stranger = await browse(cast.cem), await browse(None)
    assert (await cem.post(f"{PAGE}/code")).headers["location"] == PAGE
    for more in ("code", "proof"):
        answer = await stranger.post(f"{PAGE}/{more}", {"code": "AAAA-AAAA"})
        assert answer.headers["location"].startswith("/sign-in")
    assert kept_mail(config) == before
