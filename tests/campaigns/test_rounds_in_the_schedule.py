"""A manager says in the schedule that a later phase takes only entries invited from an earlier."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.local_time import typed_time
from ideahub.campaigns.models import Accepts, Campaign, CampaignChange, CampaignKind, Phase, Purpose
from ideahub.campaigns.phase_plan import PhasePlan
from ideahub.campaigns.rounds import round_problems
from ideahub.campaigns.schedule_words import schedule_sentence
from tests.campaigns.setting_up import phases, stored_phase
from tests.conftest import Browse, Browser
from tests.entries.entering import enter
from tests.support.cast import Cast, add, make_campaign

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


async def two_phases(
    db: AsyncSession, cast: Cast, *, published: bool = True, second_opens: timedelta = 20 * DAY
) -> Campaign:
    """A challenge with two phases that take everyone's entries."""
    campaign = await make_campaign(
        db,
        cast.city,
        kind=CampaignKind.CHALLENGE,
        accepts=[Accepts.ENTRIES],
        closes=10 * DAY,
        description="What we know.",
        published=published,
    )
    await add(
        db,
        Phase(
            campaign_id=campaign.id,
            position=2,
            name="Finals",
            opens_at=NOW + second_opens,
            closes_at=NOW + 30 * DAY,
            accepts=[Accepts.ENTRIES],
        ),
    )
    await db.commit()
    return campaign


async def replan(mia: Browser, campaign: Campaign, *rows: dict[str, Any], do: str = "save") -> Any:
    sent = {name: value for one in rows for name, value in one.items()}
    return await mia.post(f"/management/{campaign.id}/phases", {**sent, "do": do})


async def restrict(db: AsyncSession, mia: Browser, campaign: Campaign, **changed: Any) -> Any:
    """Sends the form with the second phase by invitation from the first."""
    first, second = await phases(db)
    source = {"invited_from": first.id} | changed
    return await replan(mia, campaign, stored_phase(0, first), stored_phase(1, second, **source))


async def test_chosen_in_the_schedule_and_shown_to_everyone(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await two_phases(db, cast)
    mia, guest = await browse(cast.mia), await browse(None)
    page = (await mia.get(f"/management/{campaign.id}/phases")).text
    assert 'name="phase-1-invited_from"' in page
    assert "Only those invited from “Ideas”" in page
    assert "By invitation" not in (await guest.get(campaign.url)).text
    answer = await restrict(db, mia, campaign)
    assert answer.status_code == 303, answer.text
    first, second = await phases(db)
    assert second.invited_from_id == first.id
    # The release before reads whether it is so, and may write it.
    flag = select(Phase.by_invitation).order_by(Phase.position)
    assert (await db.scalars(flag)).all() == [False, True]
    await db.execute(update(Phase).values(by_invitation=Phase.by_invitation))
    page = (await guest.get(campaign.url)).text
    assert "By invitation, from “Ideas”" in page
    # It is a change of what everyone could read.
    change = (await db.scalars(select(CampaignChange))).one()
    assert (change.old["invited_from"], change.new["invited_from"]) == ("", "Ideas")
    changes = (await guest.get(f"{campaign.url}/changes/{change.id}")).text
    assert "Invited from “" in page or "Invited from “" in changes
    # Sent once more, nothing is changed.
    assert (await restrict(db, mia, campaign)).status_code == 303
    assert len((await db.scalars(select(CampaignChange))).all()) == 1
    # And it can be opened to everyone again.
    assert (await restrict(db, mia, campaign, invited_from="")).status_code == 303
    assert (await phases(db))[1].invited_from_id is None
    assert (await db.scalars(flag)).all() == [False, False]


async def test_it_is_not_asked_where_no_other_phase_takes_entries(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(
        db, cast.city, kind=CampaignKind.CHALLENGE, accepts=[Accepts.ENTRIES]
    )
    await db.commit()
    page = (await (await browse(cast.mia)).get(f"/management/{campaign.id}/phases")).text
    assert "invited_from" not in page


async def test_the_source_must_be_over_before_it_opens(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await two_phases(db, cast, second_opens=5 * DAY)
    mia = await browse(cast.mia)
    answer = await restrict(db, mia, campaign, name="The great final")
    assert answer.status_code == 422
    assert "It opens before “" in answer.text
    # Said at the field, and nothing typed is lost.
    assert 'href="#phase-1-invited_from"' in answer.text
    assert 'value="The great final"' in answer.text
    assert (await phases(db))[1].invited_from_id is None


async def test_grace_counts_as_time_of_the_source() -> None:
    first = planned(1, NOW, NOW + DAY, grace_seconds=3600)
    assert round_problems([first, planned(2, NOW + DAY, NOW + 2 * DAY, source=1)])
    assert not round_problems(
        [first, planned(2, NOW + DAY + timedelta(hours=1), NOW + 2 * DAY, source=1)]
    )


def planned(
    number: int | None,
    opens: datetime | None,
    closes: datetime | None,
    *,
    source: int | None = None,
    accepts: Accepts = Accepts.ENTRIES,
    grace_seconds: int = 0,
) -> PhasePlan:
    return PhasePlan(
        number,
        f"Round {number}",
        opens,
        closes,
        "UTC",
        [accepts],
        Purpose.ENTRIES,
        grace_seconds=grace_seconds,
        invited_from_id=source,
    )


async def test_no_circle_no_stranger_and_nothing_without_entries() -> None:
    undated = [planned(number, None, None, source=source) for number, source in ((1, 2), (2, 1))]
    # Without dates, too, the first cannot wait for the second.
    assert list(round_problems(undated)) == [0]
    assert list(round_problems([planned(1, None, None, source=1)])) == [0]
    # A phase of another challenge is none of the plan.
    assert list(round_problems([planned(1, None, None, source=4711)])) == [0]
    ideas = planned(1, None, None, accepts=Accepts.IDEAS)
    assert list(round_problems([ideas, planned(2, None, None, source=1)])) == [1]
    votes = planned(2, None, None, source=1, accepts=Accepts.VOTES)
    assert list(round_problems([planned(1, None, None), votes])) == [1]


async def test_a_forged_source_is_refused(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await two_phases(db, cast)
    other = await make_campaign(
        db, cast.city, kind=CampaignKind.CHALLENGE, accepts=[Accepts.ENTRIES]
    )
    await db.commit()
    mia = await browse(cast.mia)
    foreign = await db.scalar(select(Phase.id).where(Phase.campaign_id == other.id))
    first, second = [one for one in await phases(db) if one.campaign_id == campaign.id]
    for forged in (foreign, second.id, "first", "9" * 19):
        row = stored_phase(1, second, invited_from=forged)
        answer = await replan(mia, campaign, stored_phase(0, first), row)
        assert answer.status_code == 422, forged
        assert "Choose a phase that takes entries and stands before this one." in answer.text


async def test_the_source_is_not_moved_behind_it_nor_removed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await two_phases(db, cast, published=False)
    mia = await browse(cast.mia)
    assert (await restrict(db, mia, campaign)).status_code == 303
    first, second = await phases(db)
    rows = stored_phase(0, first), stored_phase(1, second)
    for deed in ("up-1", "down-0", "remove-0"):
        answer = await replan(mia, campaign, *rows, do=deed)
        assert answer.status_code == 422, deed
        assert "stands before this one" in answer.text
    assert [one.id for one in await phases(db)] == [first.id, second.id]
    # Both together can go.
    assert (await replan(mia, campaign, *rows, do="remove-1")).status_code == 303
    assert (await replan(mia, campaign, rows[0], do="remove-0")).status_code == 303


async def test_who_has_entered_is_not_shut_out(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await two_phases(db, cast)
    first, second = await phases(db)
    first.closes_at, first.closing_announced_at = NOW - DAY, NOW
    first.opens_at = NOW - 9 * DAY
    second.opens_at = NOW - timedelta(hours=1)
    await db.commit()
    await enter(db, cast.ada, second)
    await db.commit()
    mia = await browse(cast.mia)
    answer = await restrict(db, mia, campaign)
    assert answer.status_code == 422
    assert "Others have entered this phase already" in answer.text
    assert (await phases(db))[1].invited_from_id is None


async def test_the_plan_in_words_tells_rounds_apart() -> None:
    first = planned(1, NOW + DAY, NOW + 2 * DAY)
    second = planned(2, NOW + 5 * DAY, NOW + 9 * DAY, source=1)
    said = schedule_sentence([first, second], NOW)
    assert "invited entries from" in said and said.count("entries from") == 2


async def test_a_copy_keeps_its_rounds(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await two_phases(db, cast)
    mia = await browse(cast.mia)
    await restrict(db, mia, campaign)
    source = campaign
    # A copy of a copy, too.
    for year in (1, 2):
        sent = {
            "title": f"Again {year}",
            "organisation_id": str(cast.city.id),
            "opens_on": (NOW + timedelta(weeks=52 * year)).date().isoformat(),
        }
        answer = await mia.post(f"/management/{source.id}/copy", sent)
        assert answer.status_code == 303, answer.text
        copied = select(Campaign).where(Campaign.copied_from_id == source.id)
        source = (await db.scalars(copied)).one()
        first, second = [one for one in await phases(db) if one.campaign_id == source.id]
        assert second.invited_from_id == first.id
        assert typed_time(second.opens_at, second.timezone)
