"""A team: invitations by address, joining, handing over, leaving; and who may see what."""

import re

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Phase
from ideahub.core.outbox import OutgoingMail
from ideahub.entries.models import Entry, EntryInvitation, EntryMember
from ideahub.organisations.models import Person
from tests.conftest import Browse, Browser
from tests.entries.entering import begin, enter, hidden, make_contest
from tests.support.cast import Cast, make_person


async def link_to(db: AsyncSession, address: str | None) -> str:
    """The link in the newest mail to this address."""
    newest = select(OutgoingMail.body).where(OutgoingMail.to == address)
    body = await db.scalar(newest.order_by(OutgoingMail.id.desc()).limit(1))
    assert body
    found = re.search(r"/invitations/[\w-]+", body)
    assert found
    return found[0]


async def invited(db: AsyncSession, cast: Cast, browse: Browse) -> tuple[Browser, str, str]:
    """Cem has invited Ada to his entry: his browser, the entry's page, the link."""
    _campaign, phase = await make_contest(db, cast.city)
    entry_id = await begin(db, cast.cem, phase)
    cem, at = await browse(cast.cem), f"/entries/{entry_id}"
    answer = await cem.post(f"{at}/invitations", {"address": f" {cast.ada.email} "})
    assert answer.status_code == 303, answer.text
    return cem, at, await link_to(db, cast.ada.email)


async def test_the_mail_says_by_the_clocks_of_the_challenge_how_long_the_link_works(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    cem, at, _link = await invited(db, cast, browse)
    await db.execute(update(Phase).values(timezone="Europe/Berlin"))
    await db.commit()
    await cem.post(f"{at}/invitations", {"address": cast.ben.email or ""})
    body = await db.scalar(select(OutgoingMail.body).where(OutgoingMail.to == cast.ben.email))
    assert body is not None
    (until,) = (line for line in body.splitlines() if line.startswith("The link works until"))
    assert "(Berlin time)" in until


async def test_joining_handing_over_and_leaving(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    cem, at, link = await invited(db, cast, browse)
    ada = await browse(cast.ada)
    assert (await ada.get(at)).status_code == 404
    page = (await ada.get(link)).text
    assert "Join the team" in page
    joined = await ada.post(f"{link}/acceptance")
    assert joined.headers["location"] == at
    again = await ada.post(f"{link}/acceptance")
    assert again.status_code == 409
    assert "This invitation was used before." in again.text
    page = (await ada.get(f"{at}/draft")).text
    assert "The captain of your team submits the entry." in page
    form = hidden(page)
    refused = await ada.post(f"{at}/draft", form | {"title": "Ours", "do": "submit"})
    assert refused.status_code == 403
    stuck = await cem.post(f"{at}/departure")
    assert stuck.status_code == 409
    assert "hand the entry over to somebody first" in stuck.text
    assert (await ada.post(f"{at}/captain", {"person": str(cast.ada.id)})).status_code == 403
    assert (await cem.post(f"{at}/captain", {"person": str(cast.ben.id)})).status_code == 404
    assert (await cem.post(f"{at}/captain", {"person": str(cast.ada.id)})).status_code == 303
    assert (await cem.post(f"{at}/departure")).status_code == 303
    assert (await cem.get(at)).status_code == 404
    roles = await db.execute(
        select(EntryMember.person_id, EntryMember.role, EntryMember.left_at.is_(None))
    )
    assert {tuple(row) for row in roles} == {
        (cast.ada.id, "captain", True),
        (cast.cem.id, "member", False),
    }


async def test_an_expired_used_foreign_or_unknown_invitation(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    cem, at, link = await invited(db, cast, browse)
    ben = await browse(cast.ben)
    for answer in (await ben.get(link), await ben.post(f"{link}/acceptance")):
        assert answer.status_code == 403
        assert "sent to another address than yours" in answer.text
        assert "Safer school routes" not in answer.text.split("<main")[1]
    assert (await ben.get(f"{link}x")).status_code == 404
    await db.execute(update(EntryInvitation).values(expires_at=func.now()))
    await db.commit()
    ada = await browse(cast.ada)
    assert "This invitation has expired. Ask Cem Aydin for a new one." in unfolded(
        (await ada.get(link)).text
    )
    late = await ada.post(f"{link}/acceptance")
    assert late.status_code == 409
    # An expired one does not stand in the way of a new one.
    again = await cem.post(f"{at}/invitations", {"address": cast.ada.email or ""})
    assert again.status_code == 303
    new = await link_to(db, cast.ada.email)
    assert new != link
    assert (await ada.post(f"{new}/refusal")).status_code == 303
    assert (await ada.post(f"{new}/acceptance")).status_code == 409
    assert (await ada.get(at)).status_code == 404


def unfolded(html: str) -> str:
    """Without the marks that isolate names."""
    return html.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Fill this in."),
        ("ada", "Enter a mail address"),
        ("cem@mail.example", "This address belongs to your team already."),
        ("ADA@mail.example", "This address is invited already."),
    ],
)
async def test_whom_one_cannot_invite(
    db: AsyncSession, cast: Cast, browse: Browse, typed: str, said: str
) -> None:
    cem, at, _link = await invited(db, cast, browse)
    answer = await cem.post(f"{at}/invitations", {"address": typed})
    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert f'value="{typed}"' in answer.text


async def test_an_invitation_is_taken_back(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    cem, at, link = await invited(db, cast, browse)
    number = await db.scalar(select(EntryInvitation.id))
    other = await make_contest(db, cast.city)
    foreign = await begin(db, cast.ben, other[1])
    ben = await browse(cast.ben)
    answer = await ben.post(f"/entries/{foreign}/invitations/{number}/withdrawal")
    assert answer.status_code == 404
    assert (await cem.post(f"{at}/invitations/{number}/withdrawal")).status_code == 303
    ada = await browse(cast.ada)
    assert (await ada.post(f"{link}/acceptance")).status_code == 409


async def test_anothers_entry_by_number_is_not_there(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _campaign, phase = await make_contest(db, cast.city)
    draft = await begin(db, cast.cem, phase)
    submitted = await enter(db, cast.ada, phase)
    stranger = await make_person(db, "Una Else")
    await db.commit()
    # Managers see a submitted entry, but no draft.
    for person, one, expected in (
        (cast.mia, draft, 404),
        (cast.ann, draft, 404),
        (cast.mia, submitted.entry_id, 200),
        (stranger, draft, 404),
        (stranger, submitted.entry_id, 404),
        (cast.zed, submitted.entry_id, 404),
        (None, draft, 303),
    ):
        browser = await browse(person)
        assert (await browser.get(f"/entries/{one}")).status_code == expected, (person, one)
    una, mia = await browse(stranger), await browse(cast.mia)
    at = f"/entries/{submitted.entry_id}"
    for path in (f"{at}/draft", f"{at}/receipts/1", f"{at}/receipts/1/content"):
        assert (await una.get(path)).status_code == 404, path
    assert (await mia.get(f"{at}/draft")).status_code == 404
    assert (await mia.get(f"{at}/receipts/1")).status_code == 200
    for path in ("draft", "withdrawal", "departure", "captain", "invitations", "confirmation"):
        for one in (draft, submitted.entry_id):
            sent = {"address": "a@b.example", "person": str(stranger.id), "do": "save"}
            answer = await una.post(f"/entries/{one}/{path}", sent)
            assert answer.status_code == 404, (path, one)
    kept = await db.get_one(Entry, draft, populate_existing=True)
    assert (kept.withdrawn_at, kept.saved) == (None, 0)


async def test_an_invitation_is_also_said_among_ones_own_entries(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _cem, at, link = await invited(db, cast, browse)
    said = "invites you to their team"
    ada, ben = await browse(cast.ada), await browse(cast.ben)
    await db.execute(update(EntryInvitation).values(address=str(cast.ada.email).capitalize()))
    await db.commit()
    page = (await ada.get("/entries")).text
    assert said in page and str(cast.ada.email).capitalize() in page
    # The mail alone has the secret.
    assert link not in page and at not in page
    assert said not in (await ben.get("/entries")).text
    # An address that nobody has proved may be anybody's.
    ada_herself = update(Person).where(Person.id == cast.ada.id)
    await db.execute(ada_herself.values(email_proved_at=None))
    await db.commit()
    assert said not in (await ada.get("/entries")).text
    await db.execute(ada_herself.values(email_proved_at=func.now()))
    await db.commit()
    assert (await ada.post(f"{link}/refusal")).status_code == 303
    assert said not in (await ada.get("/entries")).text


async def test_what_has_expired_waits_no_longer(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await invited(db, cast, browse)
    await db.execute(update(EntryInvitation).values(expires_at=func.now()))
    await db.commit()
    assert "invites you" not in (await (await browse(cast.ada)).get("/entries")).text
