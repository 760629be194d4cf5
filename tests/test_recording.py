"""Every deed leaves one event that says who did it, where, and to which row of which table."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.creating_admin import create_admin
from ideahub.campaigns.models import Phase
from ideahub.conversation.models import Contribution
from ideahub.core.events import Event, Kind, Ref, record
from ideahub.core.viewer import STRANGER, Role
from ideahub.features import metadata
from ideahub.ideas.attaching import attach, prepare
from ideahub.ideas.detaching import remove
from ideahub.ideas.models import Attachment
from ideahub.ideas.queries import find_idea
from ideahub.organisations.granting import grant_role
from ideahub.organisations.models import Person
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.private_things import PDF, make_private_things


async def written(db: AsyncSession, event_id: int) -> tuple[object, ...]:
    """Who, where and what the event says."""
    row = await db.get_one(Event, event_id)
    return row.actor_id, row.campaign_id, row.idea_id, row.subject_type, row.subject_id, row.data


async def test_a_deed_on_an_idea_is_one_on_its_campaign(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    row = await make_idea(db, campaign, cast.ada)
    ben = await viewer_of(db, cast.ben)
    for idea in (row, await find_idea(db, ben, row.id)):
        made = await record(db, Kind.VOTE_CAST, ben, on=idea)
        assert await written(db, made) == (cast.ben.id, campaign.id, row.id, None, None, {})


async def test_a_deed_on_a_campaign_by_nobody(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    for nobody in (None, STRANGER):
        made = await record(
            db, Kind.PHASE_OPENED, nobody, on=campaign, subject=Ref(Phase, 7), phase="Ideas"
        )
        expected = (None, campaign.id, None, "phase", 7, {"phase": "Ideas"})
        assert await written(db, made) == expected


async def test_a_new_row_has_its_number_in_the_event(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    said = Contribution(
        idea_id=idea.id, author_id=cast.ben.id, kind="build", body="…", body_html="…"
    )
    db.add(said)
    made = await record(db, Kind.CONTRIBUTION_MADE, cast.ben, on=idea, subject=said)
    assert said.id
    assert (await written(db, made))[3:5] == ("contribution", said.id)


async def test_a_deed_is_done_on_nothing_else(db: AsyncSession, cast: Cast) -> None:
    before = await db.scalar(select(func.count(Event.id)))
    with pytest.raises(ValueError, match="not on a person"):
        await record(db, Kind.ROLE_GRANTED, None, on=cast.ada)
    assert await db.scalar(select(func.count(Event.id))) == before


async def test_roles_are_about_the_person(db: AsyncSession, cast: Cast) -> None:
    await grant_role(db, await viewer_of(db, cast.ann), cast.ben.id, Role.JUDGE, cast.city.id)
    await create_admin(db, "root@city.example", "Root")
    events = await db.scalars(
        select(Event).where(Event.kind == Kind.ROLE_GRANTED).order_by(Event.id)
    )
    root = await db.scalar(select(Person.id).where(Person.name == "Root"))
    assert [(one.actor_id, one.subject_type, one.subject_id) for one in events] == [
        (cast.ann.id, "person", cast.ben.id),
        (None, "person", root),
    ]


@pytest.mark.slow
async def test_what_an_event_is_about_is_a_row(db: AsyncSession, cast: Cast) -> None:
    await make_private_things(db, cast)
    await db.flush()
    tables = metadata.tables
    events = (await db.scalars(select(Event).where(Event.subject_id.is_not(None)))).all()
    assert len({event.subject_type for event in events}) >= 5
    for event in events:
        table = tables[event.subject_type or ""]
        found = await db.execute(select(table).where(table.c.id == event.subject_id))
        row = found.mappings().one()
        assert "idea_id" not in row or row["idea_id"] == event.idea_id, event.kind
    bare = select(func.count(Event.id)).where(
        Event.subject_type.is_not(None), Event.subject_id.is_(None)
    )
    assert await db.scalar(bare) == 0


async def test_what_is_gone_is_still_named(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ada = await viewer_of(db, cast.ada)
    found = await find_idea(db, ada, idea.id)
    number = await attach(db, ada, found, await prepare(PDF, "plan.pdf"), "The plan")
    token = await db.scalar(select(Attachment.token))
    await remove(db, ada, token or "")
    gone = (await db.scalars(select(Event).where(Event.kind == Kind.ATTACHMENT_REMOVED))).one()
    assert (gone.subject_type, gone.subject_id) == ("attachment", number)
