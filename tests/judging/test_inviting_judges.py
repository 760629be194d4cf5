"""A manager invites judges by mail; whoever has the link accepts with any account, or declines."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.outbox import OutgoingMail
from ideahub.judging.models import PanelJudge
from tests.conftest import Browse, Browser
from tests.judging.panels_made import Judging, make_judging
from tests.judging.test_the_way_of_a_panel import invitation_of
from tests.support.cast import Cast
from tests.support.letters import notice_of

ACCEPTS = {"accepts": "yes", "expertise": "Roads, roads ,Schools"}


async def invited(
    db: AsyncSession, cast: Cast, browse: Browse, address: str = "guest@expert.example"
) -> tuple[Judging, Browser, str]:
    """Mia has invited this address; her browser, and the address of the invitation."""
    judging = await make_judging(db, cast, terms="Keep it confidential.")
    await db.commit()
    mia = await browse(cast.mia)
    answer = await mia.post(at(judging, "/judges"), {"addresses": address})
    assert answer.status_code == 303, answer.text
    return judging, mia, await invitation_of(db, address)


def at(judging: Judging, more: str = "") -> str:
    return f"/management/{judging.campaign.id}/judging/{judging.panel.id}{more}"


async def only_judge(db: AsyncSession) -> PanelJudge:
    found = select(PanelJudge).execution_options(populate_existing=True)
    return (await db.scalars(found)).one()


async def kinds(db: AsyncSession) -> list[Kind]:
    found = select(Event.kind).where(Event.kind.like("judge %")).order_by(Event.id)
    return list(await db.scalars(found))


async def test_accepted_once_with_another_address(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging, mia, url = await invited(db, cast, browse)
    stranger = await browse(None)
    page = (await stranger.get(url)).text
    assert "Sign in to accept" in page
    assert (await stranger.post(url, ACCEPTS)).status_code in {303, 401}
    ada = await browse(cast.ada)
    assert "You accept as" in (await ada.get(url)).text
    assert (await ada.post(url, {})).status_code == 422
    for _press in range(2):
        answer = await ada.post(url, ACCEPTS)
        assert answer.status_code == 303, answer.text
    judge = await only_judge(db)
    assert (judge.person_id, judge.expertise) == (cast.ada.id, ["Roads", "roads", "Schools"])
    assert judge.terms_hash == sha256(b"Keep it confidential.").hexdigest()
    assert await kinds(db) == [Kind.JUDGE_INVITED, Kind.JUDGE_ACCEPTED]
    assert 'href="/judging"' in (await ada.get("/account")).text
    # The link works once, and shows nobody else who has accepted.
    zed = await browse(cast.zed)
    page = (await zed.get(url)).text
    assert "It works once" in page
    assert cast.ada.name not in page
    assert (await zed.post(url, ACCEPTS)).status_code == 404
    assert (await zed.get(f"/judging/{judging.panel.id}")).status_code == 404
    assert cast.ada.name in (await mia.get(at(judging))).text


async def test_what_is_stored_does_not_open_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _judging, _mia, url = await invited(db, cast, browse)
    judge = await only_judge(db)
    assert url.rpartition("/")[2].encode() not in judge.secret_hash
    ada = await browse(cast.ada)
    for secret in ("x", judge.secret_hash.hex(), "%00", "a" * 2_000):
        assert (await ada.get(f"/judging/invitations/{secret}")).status_code in {400, 404}


async def test_an_expired_invitation(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    judging, mia, url = await invited(db, cast, browse)
    judge = await only_judge(db)
    judge.expires_at = datetime.now(UTC) - timedelta(seconds=1)
    await db.commit()
    ada = await browse(cast.ada)
    assert "This invitation expired on" in (await ada.get(url)).text
    answer = await ada.post(url, ACCEPTS)
    assert answer.status_code == 409
    assert "expired on" in answer.text
    assert (await only_judge(db)).person_id is None
    # The manager sends a new link; the older one is nothing any more.
    answer = await mia.post(at(judging, f"/judges/{judge.id}/invitation"))
    assert "A new link is sent" in notice_of(answer)
    assert (await ada.get(url)).status_code == 404
    newer = await invitation_of(db, judge.address)
    assert newer != url
    assert (await ada.post(newer, ACCEPTS)).status_code == 303


async def test_declining_needs_no_account(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    judging, mia, url = await invited(db, cast, browse)
    stranger = await browse(None)
    for _press in range(2):
        assert (await stranger.post(f"{url}/refusal")).status_code == 303
    assert "declined" in (await stranger.get(url)).text
    assert await kinds(db) == [Kind.JUDGE_INVITED, Kind.JUDGE_DECLINED]
    answer = await (await browse(cast.ada)).post(url, ACCEPTS)
    assert answer.status_code == 409
    assert "Declined" in (await mia.get(at(judging))).text


async def test_who_sees_names_cannot_judge_blind(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _judging, mia, url = await invited(db, cast, browse)
    answer = await mia.post(url, ACCEPTS)
    assert answer.status_code == 409
    assert "somebody else has to judge" in answer.text
    assert (await only_judge(db)).person_id is None


async def test_one_person_is_one_judge(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    judging, mia, url = await invited(db, cast, browse)
    await mia.post(at(judging, "/judges"), {"addresses": "second@expert.example"})
    second = await invitation_of(db, "second@expert.example")
    ada = await browse(cast.ada)
    assert (await ada.post(url, ACCEPTS)).status_code == 303
    answer = await ada.post(second, ACCEPTS)
    assert answer.status_code == 409
    assert "already, by another invitation" in answer.text


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Enter at least one mail address."),
        ("nobody", "nobody: Enter a mail address"),
        ("a@b.example, no@", "no@: Enter a mail address"),
        ("guest@expert.example", "Already in this panel"),
        ("GUEST@Expert.example", "Already in this panel"),
        (" ".join(f"a{n}@b.example" for n in range(51)), "Invite at most 50 people at once."),
    ],
)
async def test_addresses_that_cannot_be_used(
    db: AsyncSession, cast: Cast, browse: Browse, typed: str, error: str
) -> None:
    judging, mia, _url = await invited(db, cast, browse)
    answer = await mia.post(at(judging, "/judges"), {"addresses": typed})
    assert answer.status_code == 422
    assert error in answer.text
    assert typed[:200] in answer.text
    assert len((await db.scalars(select(OutgoingMail.id))).all()) == 1


async def test_only_managers_invite(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    judging = await make_judging(db, cast)
    await db.commit()
    for person in (cast.ada, cast.jo, cast.zed):
        browser = await browse(person)
        for address in (at(judging), at(judging, "/criteria"), at(judging, "/assignment")):
            assert (await browser.get(address)).status_code in {403, 404}
        answer = await browser.post(at(judging, "/judges"), {"addresses": "a@b.example"})
        assert answer.status_code in {403, 404}
    other = at(judging).replace(f"/judging/{judging.panel.id}", "/judging/999999")
    assert (await (await browse(cast.mia)).get(other)).status_code == 404
