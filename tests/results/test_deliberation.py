"""A panel meets: entries in question, who says what, decisions, signatures, and the minutes."""

import re
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Role
from ideahub.entries.models import EntryContributor, EntryMember, MemberRole
from ideahub.judging.models import Panel
from ideahub.organisations.models import RoleGrant
from ideahub.results.models import DeliberationDecision, DeliberationItem, DeliberationNote
from tests.conftest import Browse, Browser
from tests.results.judged import Judged, judged, recuse
from tests.results.test_the_rule import add_judge
from tests.support.cast import Cast, add, make_person


async def raised(db: AsyncSession, browser: Browser, made: Judged, number: int = 3) -> str:
    """An entry is in question; the address of its item."""
    at = f"/deliberation/{made.panel.id}"
    answer = await browser.post(f"{at}/entries", {"number": str(number), "why": "Far apart."})
    assert answer.status_code == 303, answer.text
    item = await db.scalar(select(DeliberationItem.id).order_by(DeliberationItem.id.desc()))
    return f"{at}/entries/{item}"


async def test_what_is_said_decided_and_signed_becomes_the_minutes(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    jo, mia = await browse(cast.jo), await browse(cast.mia)
    at = f"/deliberation/{made.panel.id}"
    item = await raised(db, jo, made)
    assert (await jo.post(f"{item}/notes", {"text": "I like the *drawings*."})).status_code == 303
    sent = {"kind": "confirm", "reason": "The scores are right as they are."}
    assert (await mia.post(f"{item}/decisions", sent)).status_code == 303
    decision = await db.scalar(select(DeliberationDecision.id))
    assert (await jo.post(f"{at}/decisions/{decision}/signature")).status_code == 303
    minutes = (await mia.get(f"{at}/minutes")).text
    words = " ".join(re.sub(r"<[^>]+>", " ", minutes).split())
    assert "Decided: The score is confirmed" in words
    assert "The scores are right as they are." in words
    assert "<em>drawings</em>" in minutes
    assert re.search(r"signed off by \W?Jo Klein\W? on", words)
    assert "Not signed off yet by" in words
    assert "Judge2 Number" in words


async def test_a_judge_signs_and_a_manager_does_not(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    item = await raised(db, mia, made)
    await mia.post(f"{item}/decisions", {"kind": "advance", "reason": "Good."})
    decision = await db.scalar(select(DeliberationDecision.id))
    at = f"/deliberation/{made.panel.id}/decisions/{decision}/signature"
    assert (await mia.post(at)).status_code == 403


async def test_who_stepped_back_says_nothing_about_the_entry_and_reads_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    await recuse(db, made, 2, 0)
    await db.commit()
    mia, jo = await browse(cast.mia), await browse(cast.jo)
    item = await raised(db, mia, made)
    await mia.post(f"{item}/notes", {"text": "A secret of the others."})
    at = f"/deliberation/{made.panel.id}"
    assert (await jo.post(f"{item}/notes", {"text": "But I know them!"})).status_code == 403
    assert (await jo.post(f"{at}/entries", {"number": "3"})).status_code == 403
    for page in (at, f"{at}/minutes"):
        text = (await jo.get(page)).text
        assert "A secret of the others." not in text
        assert "Secret title 3" not in text
    assert len((await db.scalars(select(DeliberationNote.id))).all()) == 1


async def test_who_is_behind_an_entry_hears_nothing_of_what_is_said_about_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """Ann, who manages it, belongs to the entry; Jo, who judges, wrote the idea that it is of."""
    made = await judged(db, cast)
    number = made.entries[2].id
    await add(db, EntryMember(entry_id=number, person_id=cast.ann.id, role=MemberRole.MEMBER))
    await add(db, EntryContributor(entry_id=number, person_id=cast.jo.id, role="author"))
    await db.commit()
    mia, at = await browse(cast.mia), f"/deliberation/{made.panel.id}"
    item = await raised(db, mia, made)
    await mia.post(f"{item}/notes", {"text": "A secret of the others."})
    for person in (cast.ann, cast.jo):
        browser = await browse(person)
        assert (await browser.post(f"{item}/notes", {"text": "It is good!"})).status_code == 403
        assert (await browser.post(f"{at}/entries", {"number": "3"})).status_code == 403
        for page in (at, f"{at}/minutes"):
            answer = await browser.get(page)
            assert answer.status_code == 200
            assert "A secret of the others." not in answer.text
            assert "Secret title 3" not in answer.text
    assert "Secret title 3" in (await mia.get(at)).text


async def test_nobody_else_is_there_and_no_judge_before_scoring_is_closed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast, closed=False)
    at = f"/deliberation/{made.panel.id}"
    assert (await (await browse(cast.jo)).get(at)).status_code == 404
    assert (await (await browse(cast.mia)).get(at)).status_code == 409
    made.panel.closed_at = datetime.now(UTC)
    await db.commit()
    for person in (cast.ada, cast.zed, made.captains[0]):
        assert (await (await browse(person)).get(at)).status_code == 404
    assert (await (await browse(cast.jo)).get(at)).status_code == 200


async def test_a_manager_who_reads_without_names_in_another_panel_stays_outside(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast, judges=[await make_person(db, "Other Judge")])
    await add(db, RoleGrant(person_id=cast.jo.id, role=Role.MANAGER, organisation_id=cast.city.id))
    await db.commit()
    at, jo = f"/deliberation/{made.panel.id}", await browse(cast.jo)
    assert (await jo.get(at)).status_code == 200
    other = await add(
        db,
        Panel(
            campaign_id=made.campaign.id,
            phase_id=made.panel.phase_id,
            entries_phase_id=made.phase.id,
            name="Second panel",
            created_by=cast.mia.id,
            blind=True,
        ),
    )
    await add_judge(db, other, cast.jo.id)
    await db.commit()
    for page in (at, f"{at}/minutes"):
        assert (await jo.get(page)).status_code == 404
    assert (await jo.post(f"{at}/entries", {"number": "1"})).status_code == 404


async def test_an_entry_about_which_judges_differ_is_proposed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast, divergence_bound=30)
    mia = await browse(cast.mia)
    await mia.post(f"{made.at}/runs")
    page = (await mia.get(f"/deliberation/{made.panel.id}")).text
    assert "The judges are far apart about these" in page
    assert "Entry 3: from 24.00 to 84.00 points" in page
    assert "Entry 1: from" not in page


async def test_a_later_decision_replaces_none_in_the_record(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia, jo = await browse(cast.mia), await browse(cast.jo)
    item = await raised(db, mia, made)
    await mia.post(f"{item}/decisions", {"kind": "advance", "reason": "Good."})
    first = await db.scalar(select(DeliberationDecision.id))
    await mia.post(f"{item}/decisions", {"kind": "advance", "reason": "Very good."})
    at = f"/deliberation/{made.panel.id}"
    assert (await jo.post(f"{at}/decisions/{first}/signature")).status_code == 409
    minutes = (await mia.get(f"{at}/minutes")).text
    assert "Good." in minutes
    assert "Very good." in minutes
    assert "replaced by a later decision" in minutes


async def test_nothing_typed_is_lost(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    item = await raised(db, mia, made)
    answer = await mia.post(f"{item}/decisions", {"kind": "", "reason": "My long reason."})
    assert answer.status_code == 422
    assert "My long reason." in answer.text
