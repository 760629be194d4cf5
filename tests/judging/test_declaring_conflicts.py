"""A judge declares conflicts of interest before any entry opens, and is told only who entered."""

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.entries.models import EntryMember
from ideahub.ideas.models import CoAuthor
from ideahub.judging.entrants import PAGE
from ideahub.judging.hints import Hint, hints_about
from ideahub.judging.models import ConflictDeclaration, PanelJudge
from tests.conftest import Browse, Browser
from tests.judging.panels_made import (
    ANSWER,
    Judging,
    assignments,
    declare_none,
    enter,
    enter_some,
    make_judging,
    seat,
    share_out,
)
from tests.support.cast import Cast, add, make_campaign, make_idea, make_person


async def asked(db: AsyncSession, cast: Cast, browse: Browse) -> tuple[Judging, Browser, str]:
    """Jo is a judge and has declared nothing; Cem and Zed have entered, and Ada with Ben."""
    judging = await make_judging(db, cast)
    await enter(db, judging, cast.cem, title="Yellow feet")
    await enter(db, judging, cast.zed, title="Slow streets")
    await enter(db, judging, cast.ada, cast.ben, title="Two together", team_name="The Walkers")
    await seat(db, judging, cast.jo, declared=False)
    await db.commit()
    return judging, await browse(cast.jo), f"/judging/{judging.panel.id}"


async def declare(jo: Browser, at: str, person: int, **fields: str) -> None:
    sent = {"category": "friendship", "reason": "We row together."} | fields
    answer = await jo.post(f"{at}/conflicts/{person}", sent)
    assert answer.status_code == 303, answer.text


async def test_the_list_says_who_and_never_what(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _judging, jo, at = await asked(db, cast, browse)
    page = (await jo.get(f"{at}/conflicts")).text
    people = [cast.ada.name, cast.ben.name, cast.cem.name, cast.zed.name]
    places = [page.index(name) for name in people]
    assert places == sorted(places)
    assert "Ministry" in page
    titles = ("Yellow feet", "Slow streets", "Two together", "The Walkers")
    for hidden in (*titles, ANSWER, "/entries/"):
        assert hidden not in page


async def test_many_entrants_are_declared_about_in_portions(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await make_judging(db, cast)
    people = await enter_some(db, judging, PAGE + 2)
    await seat(db, judging, cast.jo, declared=False)
    await db.commit()
    jo, at = await browse(cast.jo), f"/judging/{judging.panel.id}"
    first = (await jo.get(f"{at}/conflicts")).text
    shown = re.findall(r'name="shown" value="(\d+)"', first)
    by_name = sorted(people, key=lambda person: person.name)
    assert shown == [str(person.id) for person in by_name[:PAGE]]
    assert "2 more people are shown after these." in first
    sent = {"shown": [*shown, "9" * 20], "goes_on": "yes"}
    answer = await jo.post(f"{at}/declaration", sent)
    assert answer.headers["location"].partition("?")[0] == f"{at}/conflicts"
    moment = select(PanelJudge.declared_at)
    assert await db.scalar(moment) is None
    second = (await jo.get(f"{at}/conflicts")).text
    shown = re.findall(r'name="shown" value="(\d+)"', second)
    # Those that are left come first, and what was declared stays below them.
    assert shown[:2] == [str(person.id) for person in by_name[PAGE:]]
    assert "goes_on" not in second and f'href="{at}/conflicts?after=' in second
    await jo.post(f"{at}/declaration", {"shown": shown})
    assert await db.scalar(moment) is not None
    await db.refresh(judging.judges[0])
    assert set(judging.judges[0].declared_for) == {person.id for person in people}
    done = (await jo.get(f"{at}/conflicts")).text
    onward = re.search(r'href="([^"]+)" rel="next"', done)
    assert onward and "/declaration" not in done
    rest = (await jo.get(onward[1])).text
    assert [person.name in rest for person in (by_name[-1], by_name[0])] == [True, False]


async def test_no_entry_opens_before_all_is_declared(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging, jo, at = await asked(db, cast, browse)
    # Assigned by another way, as if a manager's run had been wrong.
    await seat(db, judging, cast.sam)
    await share_out(db, judging, cast)
    given = (await assignments(db, judging))[0]
    given.judge_id = judging.judges[0].id
    await db.commit()
    for address in (at, "/judging"):
        page = (await jo.get(address)).text
        assert "Yellow feet" not in page
        assert "Declare conflicts" in page
    answer = await jo.get(f"/assignments/{given.id}")
    assert answer.headers["location"] == f"{at}/conflicts"
    for address in ("", "/scores"):
        answer = await jo.post(f"/assignments/{given.id}{address}", {"score-1": "3"})
        assert answer.status_code == 409
    await jo.post(f"{at}/declaration", {"shown": [str(cast.cem.id)]})
    # Only Cem was shown: the others are still to be asked about.
    assert "Yellow feet" not in (await jo.get(at)).text
    people = [str(one.id) for one in (cast.cem, cast.zed, cast.ada, cast.ben)]
    assert (await jo.post(f"{at}/declaration", {"shown": people})).status_code == 303
    assert (await jo.get(f"/assignments/{given.id}")).status_code == 200


async def test_a_declared_conflict_keeps_every_entry_of_that_person_away(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging, jo, at = await asked(db, cast, browse)
    await declare(jo, at, cast.ben.id)
    page = (await jo.get(f"{at}/conflicts")).text
    assert "We row together." in page
    assert "These are all my conflicts" in page
    people = [str(one.id) for one in (cast.cem, cast.zed, cast.ada, cast.ben)]
    for _press in range(2):
        await jo.post(f"{at}/declaration", {"shown": people})
    await share_out(db, judging, cast)
    titles = {judging.entries[0].id, judging.entries[1].id}
    assert {one.entry_id for one in await assignments(db, judging)} == titles
    events = await db.scalars(select(Event.data).where(Event.kind == Kind.CONFLICTS_DECLARED))
    assert events.all() == [{}]


async def test_it_can_be_changed_and_taken_back_until_all_is_declared(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _judging, jo, at = await asked(db, cast, browse)
    await declare(jo, at, cast.cem.id)
    await declare(jo, at, cast.cem.id, category="family", reason="")
    stored = (await db.execute(select(ConflictDeclaration.category))).scalars().all()
    assert stored == ["family"]
    assert (await jo.post(f"{at}/conflicts/{cast.cem.id}/removal")).status_code == 303
    assert (await db.execute(select(ConflictDeclaration.id))).all() == []
    people = [str(one.id) for one in (cast.cem, cast.zed, cast.ada, cast.ben)]
    await jo.post(f"{at}/declaration", {"shown": people})
    answer = await jo.post(
        f"{at}/conflicts/{cast.cem.id}", {"category": "family", "reason": "Kept as typed."}
    )
    assert answer.status_code == 409
    assert "Kept as typed." in answer.text
    answer = await jo.post(f"{at}/conflicts/{cast.cem.id}", {"category": "", "reason": "Kept."})
    assert answer.status_code == 422


async def test_who_enters_later_is_asked_about_anew(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging, jo, at = await asked(db, cast, browse)
    await declare_none(db, judging, cast.jo)
    (first, *_others) = await share_out(db, judging, cast)
    await db.commit()
    assert (await jo.get(f"/assignments/{first.id}")).status_code == 200
    late = await make_person(db, "Lara Late")
    await enter(db, judging, late, title="Just in time")
    await db.commit()
    # All are locked until she has answered: only one would tell which one is Lara's.
    assert (await jo.get(f"/assignments/{first.id}")).headers["location"] == f"{at}/conflicts"
    page = (await jo.get(f"{at}/conflicts")).text
    assert page.count("I have a conflict with") == 1
    await declare(jo, at, late.id)
    await jo.post(f"{at}/declaration", {"shown": [str(late.id)]})
    assert (await jo.get(f"/assignments/{first.id}")).status_code == 200
    await share_out(db, judging, cast, seed="again")
    assert judging.entries[-1].id not in {one.entry_id for one in await assignments(db, judging)}


async def test_nobody_judges_what_they_entered_themselves(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await make_judging(db, cast)
    own = await enter(db, judging, cast.cem, cast.jo)
    other = await enter(db, judging, cast.zed)
    await seat(db, judging, cast.jo)
    given = await share_out(db, judging, cast)
    assert {one.entry_id for one in given} == {other.id}
    assert own.id != other.id


async def test_who_did_not_enter_is_nobody_to_declare(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _judging, jo, at = await asked(db, cast, browse)
    for number in (cast.sam.id, cast.jo.id, 999_999):
        assert (await jo.get(f"{at}/conflicts/{number}")).status_code == 404
        sent = {"category": "family"}
        assert (await jo.post(f"{at}/conflicts/{number}", sent)).status_code == 404
    for person in (cast.cem, cast.mia, cast.ann):
        browser = await browse(person)
        assert (await browser.get(f"{at}/conflicts")).status_code == 404


async def test_hints_come_from_what_the_site_knows(db: AsyncSession, cast: Cast) -> None:
    judging = await make_judging(db, cast)
    before = await enter(db, judging, cast.zed)
    await add(db, EntryMember(entry_id=before.id, person_id=cast.jo.id))
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.cem)
    await add(db, CoAuthor(idea_id=idea.id, person_id=cast.jo.id))
    nobody = await make_person(db, "Nobody Known")
    cast.jo.email = "jo@city.example"
    cast.ada.email = "ada@city.example"
    await db.flush()
    people = [cast.ada.id, cast.ben.id, cast.cem.id, cast.zed.id, cast.jo.id, nobody.id]
    assert await hints_about(db, cast.jo.id, people) == {
        cast.ada.id: [Hint.DOMAIN],
        cast.ben.id: [Hint.ORGANISATION],
        cast.cem.id: [Hint.IDEA],
        cast.zed.id: [Hint.TEAM],
    }
    nobody.email, cast.jo.email = "nobody@gmail.com", "jo@gmail.com"
    await db.flush()
    assert nobody.id not in await hints_about(db, cast.jo.id, people)


async def test_who_joins_an_entry_later_takes_it_away_from_a_judge_in_conflict(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging, jo, at = await asked(db, cast, browse)
    await declare_none(db, judging, cast.jo)
    await seat(db, judging, cast.sam)
    await share_out(db, judging, cast, 1)
    mine = (await assignments(db, judging, judging.judges[0]))[0]
    late = await make_person(db, "Lara Late")
    await add(db, EntryMember(entry_id=mine.entry_id, person_id=late.id))
    await db.commit()
    await declare(jo, at, late.id)
    assert (await jo.post(f"{at}/declaration", {"shown": [str(late.id)]})).status_code == 303
    page = await jo.get(f"/assignments/{mine.id}")
    assert "You stepped back from this entry" in page.text
    theirs = await assignments(db, judging, judging.judges[1])
    assert mine.entry_id in {one.entry_id for one in theirs}
