"""A judge scores an entry: saved as one types, finished once, reopened as long as it is fair."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.judging.closing import close_panel
from ideahub.judging.models import Assignment, Score, Scorecard, ThirdReading, Unblinding
from ideahub.judging.own_queue import PAGE, Standing, queue_page, standing_of
from ideahub.judging.queries import find_own_assignment, find_own_panel
from tests.conftest import Browse, Browser, Counted
from tests.judging.panels_made import (
    Judging,
    assignments,
    declare_none,
    enter,
    enter_some,
    make_judging,
    score,
    seat,
    share_out,
)
from tests.support.cast import HOUR, Cast, add, viewer_of


async def test_from_the_panel_to_a_final_scorecard(db: AsyncSession, cast: Cast) -> None:
    judging = await make_judging(db, cast)
    await enter(db, judging, cast.cem)
    await seat(db, judging, cast.jo)
    (given,) = await share_out(db, judging, cast)
    await score(db, judging, cast.jo, given, "7", "3")
    jo = await viewer_of(db, cast.jo)
    (waiting,) = (await queue_page(db, jo, judging.panel.id, 0)).entries
    assert waiting.final_at is not None
    assert waiting.scored == 2
    scores = (await db.scalars(select(Score).order_by(Score.criterion_id))).all()
    assert [one.value for one in scores] == [Decimal("7.00"), Decimal("3.00")]
    kinds = (await db.scalars(select(Event.kind).order_by(Event.id))).all()
    assert kinds[-3:] == [Kind.ENTRIES_ASSIGNED, Kind.SCORECARD_BEGUN, Kind.SCORECARD_FINISHED]


async def test_somebody_elses_scorecard_is_not_there(db: AsyncSession, cast: Cast) -> None:
    judging = await make_judging(db, cast)
    await enter(db, judging, cast.cem)
    await seat(db, judging, cast.jo)
    await seat(db, judging, cast.zed)
    for given in await share_out(db, judging, cast):
        for person in (cast.ada, cast.mia, cast.ann, cast.jo, cast.zed):
            viewer = await viewer_of(db, person)
            own = next(one for one in judging.judges if one.id == given.judge_id)
            if own.person_id == person.id:
                await find_own_assignment(db, viewer, given.id)
                continue
            with pytest.raises(NotFound):
                await find_own_assignment(db, viewer, given.id)


async def begun(db: AsyncSession, cast: Cast, browse: Browse) -> tuple[Judging, Browser, str]:
    """Jo has one entry to score: her browser, and the address of the entry."""
    judging = await make_judging(db, cast)
    await enter(db, judging, cast.cem, team_name="The Walkers")
    await seat(db, judging, cast.jo)
    (given,) = await share_out(db, judging, cast)
    await db.commit()
    return judging, await browse(cast.jo), f"/assignments/{given.id}"


def hidden(page: str) -> dict[str, str]:
    """What the form of a scorecard says of the page that it stands on."""
    return dict(re.findall(r'name="(page|seen)" value="(\w+)"', page))


def fields(judging: Judging, *values: str, words: str = "Because.") -> dict[str, str]:
    """A scorecard as the form sends it."""
    sent: dict[str, str] = {}
    for criterion, value in zip(judging.criteria, values, strict=True):
        sent |= {f"score-{criterion.id}": value, f"entrant-{criterion.id}": words}
        sent |= {f"internal-{criterion.id}": ""}
    return sent


async def stored(db: AsyncSession) -> list[tuple[Decimal | None, str]]:
    found = select(Score.value, Score.comment_for_entrant).order_by(Score.criterion_id)
    return [(one.value, one.comment_for_entrant) for one in await db.execute(found)]


async def test_it_is_saved_as_one_types(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    judging, jo, at = await begun(db, cast, browse)
    page = (await jo.get(at)).text
    assert f'data-draft="{at}/scores"' in page
    for words in ("Be", "Because", "Because."):
        sent = hidden(page) | fields(judging, "7", "", words=words)
        assert (await jo.post(f"{at}/scores", sent)).status_code == 204
    assert await stored(db) == [(Decimal("7.00"), "Because."), (None, "Because.")]
    kinds = await db.scalars(select(Event.kind).where(Event.kind.like("scorecard%")))
    assert kinds.all() == [Kind.SCORECARD_BEGUN]
    page = (await jo.get(at)).text
    assert re.search(r'value="7"\s+checked', page)
    assert "Because." in page


async def test_what_is_not_on_the_scale_is_not_saved_and_the_rest_is(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging, jo, at = await begun(db, cast, browse)
    page = (await jo.get(at)).text
    for wrong in ("11", "-1", "7.5", "seven", "9" * 50, "NaN", "1e9"):
        sent = hidden(page) | fields(judging, wrong, "3")
        assert (await jo.post(f"{at}/scores", sent)).status_code == 422
        answer = await jo.post(at, sent | {"do": "finish"})
        assert answer.status_code == 422
        assert "field-error" in answer.text
    assert await stored(db) == [(None, "Because."), (Decimal("3.00"), "Because.")]


async def test_two_open_pages_do_not_overwrite_each_other(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging, jo, at = await begun(db, cast, browse)
    first, second = hidden((await jo.get(at)).text), hidden((await jo.get(at)).text)
    assert (await jo.post(f"{at}/scores", first | fields(judging, "7", "3"))).status_code == 204
    answer = await jo.post(f"{at}/scores", second | fields(judging, "1", "1"))
    assert answer.status_code == 409
    answer = await jo.post(at, second | fields(judging, "1", "1", words="Typed here."))
    assert answer.status_code == 409
    assert "on another page meanwhile" in answer.text
    assert "Typed here." in answer.text
    # The page that saved last goes on, also where it counts from before.
    assert (await jo.post(f"{at}/scores", first | fields(judging, "8", "3"))).status_code == 204
    assert (await stored(db))[0][0] == Decimal("8.00")


async def test_finishing_asks_for_every_score_and_required_comment(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging, jo, at = await begun(db, cast, browse)
    page = (await jo.get(at)).text
    sent = hidden(page) | fields(judging, "7", "", words="") | {"do": "finish"}
    answer = await jo.post(at, sent)
    assert answer.status_code == 422
    plain = answer.text.replace("\u2068", "").replace("\u2069", "")
    assert "“Cost” has no score yet." in plain
    assert "“Safety” needs a comment." in plain
    # What was there is saved, and not final.
    assert (await stored(db))[0][0] == Decimal("7.00")
    assert (await db.scalar(select(Scorecard.final_at))) is None
    sent = hidden(answer.text) | fields(judging, "7", "3") | {"do": "finish"}
    for _press in range(2):
        assert (await jo.post(at, sent)).status_code in {303, 409}
    assert (await db.scalar(select(Scorecard.final_at))) is not None
    answer = await jo.post(f"{at}/scores", hidden(page) | fields(judging, "1", "1"))
    assert answer.status_code == 409
    assert (await stored(db))[0][0] == Decimal("7.00")
    assert (await jo.post(f"{at}/reopening")).status_code == 303
    assert (await db.scalar(select(Scorecard.final_at))) is None


async def test_closed_is_closed(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    judging, jo, at = await begun(db, cast, browse)
    page = (await jo.get(at)).text
    sent = hidden(page) | fields(judging, "7", "3") | {"do": "finish"}
    judging.scoring_phase.closes_at = datetime.now(UTC) - HOUR / 60
    await db.commit()
    answer = await jo.post(at, sent)
    assert answer.status_code == 409
    assert "This closed on" in answer.text
    judging.scoring_phase.closes_at = datetime.now(UTC) + HOUR
    await db.commit()
    await close_panel(db, await viewer_of(db, cast.mia), judging.campaign, judging.panel.id)
    await db.commit()
    for address in (at, f"{at}/scores", f"{at}/reopening"):
        assert (await jo.post(address, sent)).status_code == 409
    assert await stored(db) == []
    page = (await jo.get(at)).text
    assert "was not finished: it does not count" in page
    assert "I cannot judge this" not in page


async def test_read_blind_nothing_says_who_it_is(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging, jo, at = await begun(db, cast, browse)
    pages = [at, f"{at}/recusal", "/judging", f"/judging/{judging.panel.id}"]
    for address in pages:
        page = (await jo.get(address)).text
        for name in (cast.cem.name, "The Walkers", "mail.example", f"/profiles/{cast.cem.id}"):
            assert name not in page, address
    entry = judging.entries[0]
    assert (await jo.get(f"/entries/{entry.id}")).status_code == 404
    # A manager shows it to her: it is an event, with a reason on the record.
    mia = await browse(cast.mia)
    names = f"/management/{judging.campaign.id}/judging/{judging.panel.id}/judges"
    names = f"{names}/{judging.judges[0].id}/names"
    assert (await mia.get(names)).status_code == 200
    for wrong in ({"entry": ""}, {"reason": ""}):
        sent = {"entry": str(entry.id), "reason": "The video shows them."} | wrong
        assert (await mia.post(names, sent)).status_code == 422
    sent = {"entry": str(entry.id), "reason": "The video shows them."}
    for _press in range(2):
        assert (await mia.post(names, sent)).status_code == 303
    assert cast.cem.name in (await jo.get(at)).text
    shown = (await db.scalars(select(Unblinding))).one()
    assert (shown.person_id, shown.shown_by) == (cast.jo.id, cast.mia.id)
    events = await db.scalars(select(Event.id).where(Event.kind == Kind.ENTRY_UNBLINDED))
    assert len(events.all()) == 1
    panel = (await mia.get(names.split("/judges/")[0])).text
    assert "The video shows them." in panel


async def test_the_queue_takes_as_many_queries_whatever_its_length(
    db: AsyncSession,
    cast: Cast,
    browse: Browse,
    count_queries: Callable[[], AbstractContextManager[Counted]],
) -> None:
    judging, jo, _at = await begun(db, cast, browse)
    taken = []
    for _round in range(2):
        counts = []
        for address in ("/judging", f"/judging/{judging.panel.id}"):
            with count_queries() as counted:
                assert (await jo.get(address)).status_code == 200
            counts.append(counted.number)
        taken.append(counts)
        await enter_some(db, judging, 20)
        await declare_none(db, judging, cast.jo)
        await share_out(db, judging, cast, seed="more")
        await db.commit()
    assert taken[0] == taken[1]
    assert max(taken[0]) <= 9
    assert (await jo.get(f"/judging/{judging.panel.id}")).text.count("/assignments/") >= 21


async def test_a_long_queue_has_pages_in_the_judges_own_order(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await make_judging(db, cast)
    await enter_some(db, judging, PAGE + 3)
    await seat(db, judging, cast.jo)
    given = await share_out(db, judging, cast)
    await score(db, judging, cast.jo, given[0], "7", "3")
    await db.commit()
    jo, at = await browse(cast.jo), f"/judging/{judging.panel.id}"
    first = (await jo.get(at)).text
    assert f"1 of {PAGE + 3} finished" in first and listed(first) == [
        one.id for one in given[:PAGE]
    ]
    # The next one to score is the same, wherever one reads.
    onward = f'<a class="btn btn-solid" href="/assignments/{given[1].id}"'
    after = re.search(rf'href="({at}\?after=\d+)" rel="next"', first)
    assert after
    second = (await jo.get(after[1])).text
    assert listed(second) == [one.id for one in given[PAGE:]]
    assert 'rel="next"' not in second and f'href="{at}"' in second
    assert f"Entry {PAGE + 3} of {PAGE + 3}" in second
    assert [page.count(onward.partition("href")[2]) for page in (first, second)] == [2, 1]
    # What is no place begins at the first.
    assert listed((await jo.get(f"{at}?after=x")).text) == [one.id for one in given[:PAGE]]


def listed(page: str) -> list[int]:
    """The assignments in the list of a judge's panel."""
    rows = page.partition('<ul class="list-rows">')[2]
    return [int(number) for number in re.findall(r'href="/assignments/(\d+)"', rows)]


async def test_what_comes_next_is_a_third_reading_then_what_is_left_after_this_one(
    db: AsyncSession, cast: Cast
) -> None:
    judging = await make_judging(db, cast)
    await enter_some(db, judging, 4)
    await seat(db, judging, cast.jo)
    await share_out(db, judging, cast)
    mine = await assignments(db, judging, judging.judges[0])
    first, second, third, last = sorted(mine, key=lambda one: (one.reading_order, one.id))
    await score(db, judging, cast.jo, third, "7", "3")
    jo = await viewer_of(db, cast.jo)

    async def standing(of: Assignment) -> Standing | None:
        own = await find_own_panel(db, jo, judging.panel.id)
        return await standing_of(db, jo, own.panel, of.id)

    assert await standing(second) == Standing(2, 4, third.id, last.id)
    assert await standing(last) == Standing(4, 4, None, first.id)
    ends = datetime.now(UTC) + timedelta(days=1)
    asked = {"asked_by": cast.mia.id, "closes_at": ends, "timezone": "UTC"}
    await add(db, ThirdReading(assignment_id=first.id, **asked))
    # Also once the panel is closed; nothing else is open then.
    assert await standing(second) == Standing(2, 4, third.id, first.id)
    judging.panel.closed_at = datetime.now(UTC)
    await db.flush()
    assert await standing(last) == Standing(4, 4, None, first.id)
    await db.execute(update(ThirdReading).values(closes_at=ends - timedelta(days=2)))
    assert await standing(second) == Standing(2, 4, third.id, None)
