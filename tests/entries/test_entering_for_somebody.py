"""A manager enters for somebody: it counts once that person confirms, before the phase closes."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Phase
from ideahub.core.outbox import OutgoingMail
from ideahub.entries.models import Entry, EntryInvitation, EntryMember, EntryRevision
from ideahub.judging.judged_entries import judged_entries
from tests.conftest import Browse, Browser
from tests.entries.entering import LONG, ask, hidden, make_contest
from tests.entries.test_working_as_a_team import link_to
from tests.support.cast import Cast


async def made_for(
    db: AsyncSession, cast: Cast, browse: Browse, address: str | None
) -> tuple[Browser, Phase, str]:
    """Mia has submitted an entry for this address: her browser, the phase, the entry's page."""
    campaign, phase = await make_contest(db, cast.city)
    (text,) = await ask(db, cast, campaign, phase, [LONG])
    mia = await browse(cast.mia)
    at = f"/management/{campaign.id}/entries/new"
    assert "Their mail address" in (await mia.get(at)).text
    wrong = await mia.post(at, {"address": "no address", "phase": str(phase.id)})
    assert wrong.status_code == 422
    assert 'value="no address"' in wrong.text
    begun = await mia.post(at, {"address": address or "", "phase": str(phase.id)})
    draft = begun.headers["location"]
    typed = hidden((await mia.get(draft)).text)
    sent = await mia.post(draft, typed | {"title": "By letter", text: "Trees.", "do": "submit"})
    assert sent.status_code == 303, sent.text
    return mia, phase, draft.removesuffix("/draft")


async def test_it_counts_once_it_is_confirmed(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    mia, phase, at = await made_for(db, cast, browse, cast.cem.email)
    assert await judged_entries(db, phase.id) == []
    assert "It waits to be confirmed" in (await mia.get(at)).text
    link = await link_to(db, cast.cem.email)
    assert (await mia.get(link)).status_code == 403
    cem = await browse(cast.cem)
    assert (await cem.get(at)).status_code == 404
    page = (await cem.get(link)).text
    assert "Trees." in page
    assert "Confirm this entry" in page
    confirmed = await cem.post(f"{link}/acceptance")
    assert confirmed.headers["location"] == f"{at}/receipts/2"
    [counts] = await judged_entries(db, phase.id)
    assert (counts.people, counts.title) == ([cast.cem.id], "By letter")
    newest = (await db.scalars(select(EntryRevision).order_by(EntryRevision.id.desc()))).first()
    assert newest
    assert [one["name"] for one in newest.people] == ["Cem Aydin"]
    assert (newest.submitted_by, newest.answers) == (cast.cem.id, {"q1": "Trees."})
    # From then on it is theirs alone to write.
    assert (await mia.get(f"{at}/draft")).status_code == 404
    assert (await mia.get(at)).status_code == 200
    subjects = await db.scalars(
        select(OutgoingMail.subject).where(OutgoingMail.to == cast.cem.email)
    )
    assert [one.partition(":")[0].split(" ")[0] for one in subjects] == ["Please", "Receipt"]


async def test_after_the_phase_has_closed_nobody_confirms(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _mia, phase, at = await made_for(db, cast, browse, cast.cem.email)
    link = await link_to(db, cast.cem.email)
    await db.execute(update(Phase).values(closes_at=func.now()))
    await db.commit()
    cem = await browse(cast.cem)
    refused = await cem.post(f"{link}/acceptance")
    assert refused.status_code == 409
    assert "This closed on" in refused.text
    assert await judged_entries(db, phase.id) == []
    assert (await db.scalars(select(EntryMember))).all() == []
    assert (await cem.get(at)).status_code == 404


async def test_the_mail_is_sent_once_more_and_the_earlier_link_is_dead(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia, _phase, at = await made_for(db, cast, browse, cast.cem.email)
    first = await link_to(db, cast.cem.email)
    await db.execute(update(EntryInvitation).values(expires_at=func.now()))
    await db.commit()
    assert (await mia.post(f"{at}/confirmation")).status_code == 303
    second = await link_to(db, cast.cem.email)
    cem = await browse(cast.cem)
    assert (await cem.get(first)).status_code == 404
    assert (await cem.post(f"{second}/refusal")).status_code == 303
    assert (await cem.post(f"{second}/acceptance")).status_code == 409
    row = (await db.scalars(select(Entry))).one()
    assert row.confirmed_at is None


async def test_who_declines_is_asked_anew_and_that_they_declined_is_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia, phase, at = await made_for(db, cast, browse, cast.cem.email)
    cem = await browse(cast.cem)
    await cem.post(f"{await link_to(db, cast.cem.email)}/refusal")
    for path in (at, "/entries"):
        page = (await mia.get(path)).text
        assert "Declined" in page and "so it does not count" in page, path
    assert "Ask them once more" in (await mia.get(at)).text
    await mia.post(f"{at}/confirmation")
    assert "It waits to be confirmed" in (await mia.get(at)).text
    await cem.post(f"{await link_to(db, cast.cem.email)}/acceptance")
    assert [one.people for one in await judged_entries(db, phase.id)] == [[cast.cem.id]]
    asked = (await db.scalars(select(EntryInvitation).order_by(EntryInvitation.id))).all()
    assert [(bool(one.declined_at), bool(one.accepted_at)) for one in asked] == [
        (True, False),
        (False, True),
    ]


async def test_only_managers_enter_for_others(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign, _phase = await make_contest(db, cast.city)
    at = f"/management/{campaign.id}/entries/new"
    for person in (cast.ada, cast.zed, cast.jo):
        browser = await browse(person)
        assert (await browser.get(at)).status_code == 403
        assert (await browser.post(at, {"address": "a@b.example"})).status_code == 403
    assert (await db.scalars(select(Entry))).all() == []
