"""Whoever judges without names and becomes a manager meanwhile sees no names before scoring is
over, on no surface."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.outbox import OutgoingMail
from ideahub.core.refusals import Forbidden, NotFound
from ideahub.core.viewer import Role
from ideahub.entries.live import ROOMS as ENTRY_ROOMS
from ideahub.judging.closing import close_panel
from ideahub.judging.live import ROOMS as JUDGING_ROOMS
from ideahub.judging.models import Panel, PanelJudge
from ideahub.organisations.models import RoleGrant
from ideahub.results.live import ROOMS as RESULT_ROOMS
from tests.conftest import Browse
from tests.judging.panels_made import (
    Judging,
    assignments,
    enter,
    make_judging,
    score,
    seat,
    share_out,
)
from tests.support.cast import Cast, add, make_person, viewer_of

NAME = "Oluchi Nwosu"
TEAM = "The Lanterns of Nwosu"


async def with_a_judge_who_manages(
    db: AsyncSession, cast: Cast, role: Role = Role.MANAGER, *, blind: bool = True
) -> Judging:
    """A panel with an entry of a person and team of their own; Jo, who judges it, gets a role."""
    judging = await make_judging(db, cast, blind=blind)
    await enter(db, judging, await make_person(db, NAME), team_name=TEAM)
    await seat(db, judging, cast.jo)
    await share_out(db, judging, cast)
    await add(db, RoleGrant(person_id=cast.jo.id, role=role, organisation_id=cast.city.id))
    await db.commit()
    return judging


def surfaces(judging: Judging) -> list[str]:
    """Every page of managers that could name who is behind an entry, and the public ones."""
    at, panel = f"/management/{judging.campaign.id}", judging.panel.id
    results = f"{at}/results"
    return [
        at,
        *(f"{at}/{page}" for page in ("entries", "entries/new", "form", "judging", "results")),
        *(f"{at}/judging/{panel}{page}" for page in ("", "/assignment", "/settings", "/criteria")),
        *(f"{at}/judging/{panel}/judges/{one.id}{page}"
          for one in judging.judges for page in ("", "/names")),
        *(f"{results}/{panel}/{page}" for page in ("exports", "exports/entries.csv", "letters",
          "answers", "awards", "appeals", "runs/1", "publication", "readings")),
        *(f"/entries/{entry.id}{page}" for entry in judging.entries for page in ("", "/receipt")),
        f"/deliberation/{panel}",
        f"/challenges/{judging.campaign.id}",
        f"/challenges/{judging.campaign.id}/results",
        "/", "/management", "/entries", "/notifications", "/account", "/my-page", "/ideas?q=Nwosu",
        "/challenges?q=Nwosu", f"/judging/{panel}",
    ]  # fmt: skip


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
async def test_no_page_names_who_is_behind_an_entry(
    db: AsyncSession, cast: Cast, browse: Browse, role: Role
) -> None:
    judging = await with_a_judge_who_manages(db, cast, role)
    browser = await browse(cast.jo)
    assignment = (await assignments(db, judging))[0]
    pages = [*surfaces(judging), f"/assignments/{assignment.id}"]
    answers = {page: await browser.get(page) for page in pages}
    for page, answer in answers.items():
        assert NAME not in answer.text, page
        assert TEAM not in answer.text, page
    assert answers[f"/entries/{judging.entries[0].id}"].status_code == 404
    managed = answers[f"/management/{judging.campaign.id}/entries"]
    assert managed.status_code == 403
    assert "You judge entries of this challenge without names" in managed.text
    # They go on judging.
    assert answers[pages[-1]].status_code == 200


async def test_others_who_manage_see_them_meanwhile(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await with_a_judge_who_manages(db, cast)
    page = await (await browse(cast.mia)).get(f"/entries/{judging.entries[0].id}")
    assert NAME in page.text


async def test_in_a_panel_with_names_they_manage_at_once(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await with_a_judge_who_manages(db, cast, blind=False)
    page = await (await browse(cast.jo)).get(f"/entries/{judging.entries[0].id}")
    assert NAME in page.text


async def test_nothing_is_done_by_address_either(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await with_a_judge_who_manages(db, cast)
    at = f"/management/{judging.campaign.id}"
    browser = await browse(cast.jo)
    names = f"{at}/judging/{judging.panel.id}/judges/{judging.judges[0].id}/names"
    for deed, sent in {
        f"{at}/judging/{judging.panel.id}/closing": {},
        names: {"entry": str(judging.entries[0].id), "reason": "I am curious."},
        f"{at}/entries/triage": {"entries": str(judging.entries[0].id), "eligible": "no"},
    }.items():
        assert (await browser.post(deed, sent)).status_code == 403, deed
    panel = await db.get_one(Panel, judging.panel.id, populate_existing=True)
    assert panel.closed_at is None


async def test_no_room_of_managers_lets_them_in(db: AsyncSession, cast: Cast) -> None:
    judging = await with_a_judge_who_manages(db, cast)
    jo = await viewer_of(db, cast.jo)
    number = judging.campaign.id
    for room in (JUDGING_ROOMS["judging"], RESULT_ROOMS["results"], ENTRY_ROOMS["entries"]):
        with pytest.raises(Forbidden):
            await room(db, jo, number)
    with pytest.raises(NotFound):
        await ENTRY_ROOMS["entry"](db, jo, judging.entries[0].id)
    with pytest.raises(NotFound):
        await RESULT_ROOMS["deliberation"](db, jo, judging.panel.id)


async def test_no_mail_to_them_has_a_name(db: AsyncSession, cast: Cast) -> None:
    judging = await with_a_judge_who_manages(db, cast)
    (assignment,) = await assignments(db, judging)
    await score(db, judging, cast.jo, assignment, "5", "2")
    sent = await db.scalars(select(OutgoingMail).where(OutgoingMail.person_id == cast.jo.id))
    mails = [f"{mail.subject} {mail.body}" for mail in sent]
    assert mails
    assert not [mail for mail in mails if "Nwosu" in mail]


async def test_they_manage_once_the_panel_is_closed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await with_a_judge_who_manages(db, cast)
    await close_panel(db, await viewer_of(db, cast.mia), judging.campaign, judging.panel.id)
    await db.commit()
    page = await (await browse(cast.jo)).get(f"/entries/{judging.entries[0].id}")
    assert NAME in page.text


async def test_they_manage_once_they_are_out_of_the_panel(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await with_a_judge_who_manages(db, cast)
    await db.execute(update(PanelJudge).values(removed_at=judging.panel.created_at))
    await db.commit()
    at = f"/management/{judging.campaign.id}/entries"
    assert NAME in (await (await browse(cast.jo)).get(at)).text


async def test_no_page_shows_them_a_way_that_is_closed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await with_a_judge_who_manages(db, cast)
    at = f"/challenges/{judging.campaign.id}"
    jo, mia = await browse(cast.jo), await browse(cast.mia)
    for page in ("questions", "announcements", "rules"):
        way = f'href="/management/{judging.campaign.id}'
        assert way in (await mia.get(f"{at}/{page}")).text, page
        assert way not in (await jo.get(f"{at}/{page}")).text, page
