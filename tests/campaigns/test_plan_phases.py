"""A manager plans phases: adding, moving and removing without scripts; local times; the past."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.local_time import known_zones, moment_of, offered_zones, typed_time
from ideahub.campaigns.models import Accepts, Campaign, CampaignKind, Phase
from ideahub.campaigns.web.phase_rows import phase_fingerprint
from ideahub.core.events import Event, Kind
from ideahub.judging.models import Panel
from tests.campaigns.setting_up import LATER, begin, phase, phases
from tests.conftest import Browse, Browser
from tests.support.cast import HOUR, Cast, add, make_campaign


async def in_steps(db: AsyncSession, cast: Cast, browse: Browse) -> tuple[Browser, str]:
    """Mia at the phases of a new challenge."""
    mia = await browse(cast.mia)
    return mia, await begin(mia, cast.city.id) + "/phases"


def sent(*rows: dict[str, object]) -> dict[str, object]:
    return {name: value for row in rows for name, value in row.items()}


async def names(db: AsyncSession) -> list[str]:
    return [one.name for one in await phases(db)]


async def changes(db: AsyncSession) -> int:
    found = await db.scalars(select(Event).where(Event.kind == Kind.CAMPAIGN_CHANGED))
    return len(found.all())


async def test_add_move_and_remove_keep_what_is_typed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia, at = await in_steps(db, cast, browse)
    answer = await mia.post(at, {**phase(name="Ideas"), "do": "add"})
    assert answer.headers["location"] == f"{at}#phase-1"
    assert await names(db) == ["Ideas", ""]
    ideas, vote = await phases(db)
    first, second = ideas.id, vote.id
    rows = sent(stored_row(0, ideas), stored_row(1, vote, name="Vote"))
    await mia.post(at, {**rows, "do": "down-0"})
    assert await names(db) == ["Vote", "Ideas"]
    assert [one.id for one in await phases(db)] == [second, first]
    rows = sent(stored_row(0, vote), stored_row(1, ideas, name="Ideas!"))
    await mia.post(at, {**rows, "do": "up-1"})
    assert await names(db) == ["Ideas!", "Vote"]
    await phases(db)
    rows = sent(stored_row(0, ideas), stored_row(1, vote))
    await mia.post(at, {**rows, "do": "remove-0"})
    assert await names(db) == ["Vote"]
    assert [one.position for one in await phases(db)] == [1]


@pytest.mark.parametrize("deed", ["save", "next", "add", "remove-1", "up-1"])
async def test_each_button_pressed_twice_does_it_once(
    db: AsyncSession, cast: Cast, browse: Browse, deed: str
) -> None:
    mia, at = await in_steps(db, cast, browse)
    await mia.post(at, phase(0))
    (first,) = (one.id for one in await phases(db))
    # A row that came back with an error has no number yet.
    rows = sent(phase(0, id=first), phase(1, name="Vote"))
    answers = [await mia.post(at, {**rows, "do": deed}) for _press in range(2)]
    assert [one.headers["location"] for one in answers] == [answers[0].headers["location"]] * 2
    expected = {"add": ["Ideas", "Vote", ""], "remove-1": ["Ideas"], "up-1": ["Vote", "Ideas"]}
    assert await names(db) == expected.get(deed, ["Ideas", "Vote"])


async def test_forged_rows_and_deeds(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    other = await make_campaign(db, cast.ministry, kind=CampaignKind.CHALLENGE)
    await db.commit()
    foreign = (await phases(db))[0]
    mia, at = await in_steps(db, cast, browse)
    for deed in ("remove-7", "up-0", "down-0", "remove-", "explode", "up-x"):
        answer = await mia.post(at, {**phase(id=foreign.id, name="Mine"), "do": deed})
        assert answer.status_code == 303
    await db.refresh(foreign)
    assert (foreign.name, foreign.campaign_id) == ("Ideas", other.id)
    many = sent(*(phase(index) for index in range(14)))
    await mia.post(at, {**many, "do": "add"})
    here = select(Phase).where(Phase.campaign_id != other.id)
    assert len((await db.scalars(here)).all()) <= 20


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"opens": LATER, "closes": "2026-01-01T08:00"}, "It must close after it opens."),
        ({"opens": LATER, "closes": LATER}, "It must close after it opens."),
        ({"opens": "soon"}, "Enter a date and time"),
        ({"opens": "0001-01-01T00:00"}, "Enter a year from 2000 to 2099."),
        ({"closes": "9999-12-31T23:59"}, "Enter a year from 2000 to 2099."),
        ({"timezone": "Mars/Olympus"}, "Choose a time zone from the list."),
        ({"timezone": "Europe"}, "Choose a time zone from the list."),
        ({"timezone": "../etc/passwd"}, "Choose a time zone from the list."),
        ({"accepts": ["bribes"]}, "Choose from what is offered."),
        ({"name": "n" * 121}, "Shorten this to 120 characters"),
    ],
)
async def test_what_cannot_be_used_is_shown_and_kept(
    db: AsyncSession, cast: Cast, browse: Browse, fields: dict[str, str | list[str]], error: str
) -> None:
    mia, at = await in_steps(db, cast, browse)
    rows = sent(phase(0, name="Kept as typed"), phase(1, **fields))
    answer = await mia.post(at, {**rows, "do": "add"})
    assert answer.status_code == 422
    assert error in answer.text
    assert "Kept as typed" in answer.text
    for value in fields.values():
        assert isinstance(value, list) or value in answer.text
    assert await phases(db) == []


async def test_a_half_planned_phase_is_kept_and_accepts_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia, at = await in_steps(db, cast, browse)
    answer = await mia.post(at, phase(opens="", closes="", name="Later"))
    assert answer.status_code == 303
    (one,) = await phases(db)
    assert (one.opens_at, one.closes_at, one.dates_known) == (None, None, False)


async def test_local_times_are_stored_as_moments(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia, at = await in_steps(db, cast, browse)
    await mia.post(
        at, phase(opens="2027-01-10T09:00", closes="2027-07-10T09:00:30", timezone="Europe/Berlin")
    )
    (one,) = await phases(db)
    assert one.opens_at == datetime(2027, 1, 10, 8, tzinfo=UTC)
    assert one.closes_at == datetime(2027, 7, 10, 7, 0, 30, tzinfo=UTC)
    page = (await mia.get(at)).text
    assert 'value="2027-01-10T09:00"' in page
    assert 'value="2027-07-10T09:00:30"' in page


async def test_times_at_clock_changes_say_what_was_understood(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia, at = await in_steps(db, cast, browse)
    answer = await mia.post(at, phase(opens="2027-03-28T02:30", closes="2027-10-31T02:30"))
    page = (await mia.get(answer.headers["location"].partition("#")[0])).text
    assert "28 Mar 2027, 02:30 does not exist in Europe/Berlin" in page
    assert "We understood 03:30 (01:30 UTC)" in page
    assert "31 Oct 2027, 02:30 comes twice in Europe/Berlin" in page
    assert "We understood the second time (01:30 UTC)" in page
    (one,) = await phases(db)
    assert one.opens_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert one.closes_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


async def test_saving_again_moves_no_moment(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city, published=False, kind=CampaignKind.CHALLENGE)
    # The first of the two half past twos, which a form would read as the second.
    first = datetime(2027, 10, 31, 0, 30, 15, 250_000, tzinfo=UTC)
    (stored,) = await phases(db)
    stored.closes_at, stored.timezone = first, "Europe/Berlin"
    await db.commit()
    mia = await browse(cast.mia)
    row = phase(
        id=stored.id,
        name=stored.name,
        opens=typed_time(stored.opens_at, stored.timezone),
        closes=typed_time(first, stored.timezone),
        accepts=stored.accepts,
        seen=phase_fingerprint(stored),
    )
    before = stored.opens_at
    assert (await mia.post(f"/management/{campaign.id}/phases", row)).status_code == 303
    await db.refresh(stored)
    assert (stored.opens_at, stored.closes_at) == (before, first)


def test_every_zone_goes_there_and_back() -> None:
    local = datetime(2027, 6, 1, 12)  # noqa: DTZ001  local by nature
    for name in offered_zones():
        assert name in known_zones()
        meant = moment_of(local, name)
        assert meant.note == ""
        assert typed_time(meant.at, name) == "2027-06-01T12:00"


def test_an_hour_that_comes_twice() -> None:
    local = datetime(2027, 10, 31, 2, 30)  # noqa: DTZ001  local by nature
    opens, closes = moment_of(local, "Europe/Berlin"), moment_of(local, "Europe/Berlin", last=True)
    assert closes.at - opens.at == timedelta(hours=1)
    assert opens.note
    assert closes.note


async def published_with_a_past_phase(
    db: AsyncSession, cast: Cast
) -> tuple[Campaign, Phase, Phase]:
    campaign = await make_campaign(
        db,
        cast.city,
        kind=CampaignKind.CHALLENGE,
        opens=-3 * HOUR,
        closes=-HOUR,
        description="What we know.",
    )
    now = datetime.now(UTC)
    running = await add(
        db,
        Phase(
            campaign_id=campaign.id,
            position=2,
            name="More ideas",
            opens_at=now - HOUR,
            closes_at=now + 48 * HOUR,
            accepts=[Accepts.IDEAS],
        ),
    )
    await db.commit()
    past = (await phases(db))[0]
    return campaign, past, running


def stored_row(index: int, one: Phase, **changed: object) -> dict[str, object]:
    """A stored phase as its row would be sent."""
    fields: dict[str, object] = {
        "id": one.id,
        "name": one.name,
        "opens": typed_time(one.opens_at, one.timezone),
        "closes": typed_time(one.closes_at, one.timezone),
        "timezone": one.timezone,
        "accepts": one.accepts,
        "seen": phase_fingerprint(one),
    }
    return phase(index, **(fields | changed))


async def test_a_closed_phase_stays_as_it_was(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign, past, running = await published_with_a_past_phase(db, cast)
    mia = await browse(cast.mia)
    at = f"/management/{campaign.id}/phases"
    page = await mia.get(at)
    assert "People relied on it" in page.text
    assert 'name="phase-0-name"' not in page.text
    for changed in ({"name": "Again"}, {"closes": LATER}, {"accepts": ["ideas", "scoring"]}):
        rows = sent(stored_row(0, past, **changed), stored_row(1, running))
        answer = await mia.post(at, rows)
        assert answer.status_code == 422
        assert "This phase closed on" in answer.text
    rows = sent({"phase-0-id": past.id}, stored_row(1, running))
    answer = await mia.post(at, {**rows, "do": "remove-0"})
    assert answer.status_code == 422
    assert "This phase closed on" in answer.text
    assert await names(db) == ["Ideas", "More ideas"]
    assert await changes(db) == 0
    # The untouched rows alone are no change.
    assert (await mia.post(at, rows)).status_code == 303
    assert await changes(db) == 0


async def test_a_running_phase_of_a_published_challenge_can_be_prolonged(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, past, running = await published_with_a_past_phase(db, cast)
    mia = await browse(cast.mia)
    running.closing_announced_at = datetime.now(UTC)
    await db.commit()
    rows = sent({"phase-0-id": past.id}, stored_row(1, running, closes="2099-01-01T00:00"))
    assert (await mia.post(f"/management/{campaign.id}/phases", rows)).status_code == 303
    await db.refresh(running)
    assert running.closes_at == datetime(2099, 1, 1, tzinfo=UTC)
    assert (await phases(db))[1].closing_announced_at is None
    assert await changes(db) == 1


async def test_a_published_challenge_keeps_what_it_needs(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, past, running = await published_with_a_past_phase(db, cast)
    mia = await browse(cast.mia)
    at = f"/management/{campaign.id}/phases"
    rows = sent({"phase-0-id": past.id}, stored_row(1, running, name=""))
    answer = await mia.post(at, rows)
    assert answer.status_code == 422
    assert "Name phase 2." in answer.text
    await db.refresh(running)
    assert running.name == "More ideas"
    assert await changes(db) == 0


async def test_phases_that_another_manager_added_stay(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia, at = await in_steps(db, cast, browse)
    await mia.post(at, phase(name="Ideas"))
    (first,) = await phases(db)
    ann = await browse(cast.ann)
    await ann.post(at, sent(stored_row(0, first), phase(1, name="Vote")))
    await mia.post(at, stored_row(0, first, name="Ideas again"))
    assert await names(db) == ["Ideas again", "Vote"]


async def test_nobody_replaces_a_phase_of_another_unseen(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia, at = await in_steps(db, cast, browse)
    await mia.post(at, phase(name="Ideas"))
    (first,) = await phases(db)
    older = stored_row(0, first, name="What Mia means")
    ann = await browse(cast.ann)
    longer = stored_row(0, first, name="Ideas and plans")
    assert [(await ann.post(at, longer)).status_code for _press in range(2)] == [303, 303]
    answer = await mia.post(at, older)
    assert answer.status_code == 409
    assert "Somebody else changed this phase" in answer.text
    assert "Ideas and plans ·" in answer.text
    assert "What Mia means" in answer.text
    assert await names(db) == ["Ideas and plans"]
    seen = re.search(r'name="phase-0-seen" value="(\w+)"', answer.text)
    assert seen
    assert (await mia.post(at, {**older, "phase-0-seen": seen[1]})).status_code == 303
    assert await names(db) == ["What Mia means"]


async def test_nobody_brings_back_what_another_removed_unseen(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia, at = await in_steps(db, cast, browse)
    await mia.post(at, sent(phase(0, name="Ideas"), phase(1, name="Vote")))
    first, second = await phases(db)
    older = sent(stored_row(0, first, name="Ideas again"), stored_row(1, second))
    ann = await browse(cast.ann)
    await ann.post(at, {**older, "phase-0-name": "Ideas", "do": "remove-1"})
    assert await names(db) == ["Ideas"]
    answer = await mia.post(at, older)
    assert answer.status_code == 409
    assert "Somebody else removed this phase" in answer.text
    assert "Ideas again" in answer.text
    assert await names(db) == ["Ideas"]
    assert 'name="phase-1-id" value=""' in answer.text
    again = {name: older[name] for name in older if name not in {"phase-1-id", "phase-1-seen"}}
    assert (await mia.post(at, again)).status_code == 303
    assert await names(db) == ["Ideas again", "Vote"]


async def test_a_phase_on_which_a_panel_depends_is_not_removed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia, at = await in_steps(db, cast, browse)
    await mia.post(at, {**phase(name="Entries", accepts=["entries"]), "do": "save"})
    (one,) = await phases(db)
    await add(
        db,
        Panel(
            campaign_id=one.campaign_id,
            phase_id=one.id,
            entries_phase_id=one.id,
            name="Jury",
            created_by=cast.mia.id,
        ),
    )
    await db.commit()
    answer = await mia.post(at, {**stored_row(0, one), "do": "remove-0"})
    assert answer.status_code == 422
    assert "a panel of judges depend on this phase" in answer.text
    assert await names(db) == ["Entries"]
