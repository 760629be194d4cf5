"""Open pages of a team and of managers hear of deeds; nobody else may listen."""

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Forbidden, NotFound, SignInNeeded
from ideahub.entries.inviting import hash_of, join_team
from ideahub.entries.live import entry_room, managed_entries_room
from ideahub.entries.models import EntryInvitation
from ideahub.entries.triage import decide_eligibility
from ideahub.realtime.push import Refresh, RoomMessage
from tests.entries.entering import begin, enter, make_contest
from tests.support.cast import Cast, add, viewer_of


async def told(db: AsyncSession, app: Litestar) -> dict[str, list[RoomMessage]]:
    """What open pages hear of each deed on an entry, by its kind."""
    found: dict[str, list[RoomMessage]] = {}
    for event in await db.scalars(select(Event).where(Event.kind.like("entry %"))):
        for show in app.state.hub.shows[Kind(event.kind)]:
            found.setdefault(event.kind, []).extend(await show(db, event))
    return found


async def test_the_team_and_the_managers_hear_of_it(
    db: AsyncSession, cast: Cast, app: Litestar
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    entry = (await enter(db, cast.cem, phase)).entry_id
    await add(
        db,
        EntryInvitation(
            entry_id=entry,
            address=cast.ada.email or "",
            secret_hash=hash_of("word"),
            invited_by=cast.cem.id,
            expires_at=phase.closes_at,
        ),
    )
    await join_team(db, await viewer_of(db, cast.ada), "word")
    mia = await viewer_of(db, cast.mia)
    await decide_eligibility(db, mia, campaign, [entry], is_eligible=True, reason="")
    heard = await told(db, app)
    team, managers = Refresh(f"entry:{entry}"), Refresh(f"entries:{campaign.id}")
    for kind in (
        Kind.ENTRY_BEGUN,
        Kind.ENTRY_SUBMITTED,
        Kind.ENTRY_TEAM_CHANGED,
        Kind.ENTRY_TRIAGED,
    ):
        assert team in heard[kind], kind
        assert managers in heard[kind], kind
    # While somebody writes, managers see nothing of it.
    assert team in heard[Kind.ENTRY_CHANGED]
    assert managers not in heard[Kind.ENTRY_CHANGED]


async def test_who_may_listen(db: AsyncSession, cast: Cast) -> None:
    campaign, phase = await make_contest(db, cast.city)
    draft = await begin(db, cast.cem, phase)
    submitted = (await enter(db, cast.ada, phase)).entry_id
    cem, mia = await viewer_of(db, cast.cem), await viewer_of(db, cast.mia)
    assert (await entry_room(db, cem, draft)).campaign == campaign.id
    assert (await entry_room(db, mia, submitted)).campaign == campaign.id
    for viewer, number in ((mia, draft), (cem, submitted), (mia, 0), (mia, 2**63)):
        with pytest.raises(NotFound):
            await entry_room(db, viewer, number)
    with pytest.raises(SignInNeeded):
        await entry_room(db, await viewer_of(db, None), submitted)
    assert (await managed_entries_room(db, mia, campaign.id)).campaign == campaign.id
    with pytest.raises(Forbidden):
        await managed_entries_room(db, cem, campaign.id)
