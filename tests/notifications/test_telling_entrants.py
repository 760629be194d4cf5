"""Everyone who takes part is told what happens to a challenge, once, also where they follow it."""

from sqlalchemy import func, select, update

from ideahub.campaigns.archiving import archive, unarchive
from ideahub.campaigns.models import Campaign
from ideahub.core.db import Database
from ideahub.core.events import Kind, record
from ideahub.entries.models import Entry, EntryMember
from ideahub.notifications.models import Notification
from tests.entries.entering import LONG, ask, begin, make_contest
from tests.notifications.test_telling import drain, follows, mailed, news, told
from tests.notifications.test_telling_followers import publish
from tests.support.cast import Cast, make_cast, viewer_of


async def entered(database: Database) -> tuple[Cast, Campaign]:
    """A challenge that Cem, Ada and Ben enter; Ada follows it, too, as Sam does."""
    async with database.transaction() as db:
        cast = await make_cast(db)
        campaign, phase = await make_contest(db, cast.city)
        await ask(db, cast, campaign, phase, [LONG])
    async with database.transaction() as db:
        for person in (cast.cem, cast.ada, cast.ben):
            await begin(db, person, phase)
        await follows(db, campaign, cast.ada, cast.sam)
    return cast, campaign


async def test_entrants_and_followers_are_told_of_changed_rules(committing: Database) -> None:
    cast, campaign = await entered(committing)
    await publish(committing, cast.mia, campaign.id)
    await drain(committing)
    await publish(committing, cast.mia, campaign.id, note="Eight people.", material=True)
    await drain(committing)
    async with committing.reading() as db:
        subject = "The rules of “Safer school routes” were changed"
        names = [name for name, what in await told(db) if what == subject]
        assert names == ["Ada Lind", "Ben Okoye", "Cem Aydin", "Sam Hart"]
        assert len(await mailed(db)) == 8
        each = (
            select(func.count())
            .select_from(Notification)
            .group_by(Notification.person_id, Notification.event_id)
        )
        assert set(await db.scalars(each)) == {1}


async def test_who_withdrew_or_left_is_not_told(committing: Database) -> None:
    cast, campaign = await entered(committing)
    async with committing.transaction() as db:
        of_cem = select(EntryMember.entry_id).where(EntryMember.person_id == cast.cem.id)
        withdrawn = update(Entry).where(Entry.id.in_(of_cem)).values(withdrawn_at=func.now())
        await db.execute(withdrawn)
        ben = EntryMember.person_id == cast.ben.id
        await db.execute(update(EntryMember).where(ben).values(left_at=func.now()))
    async with committing.transaction() as db:
        await news(db, campaign, cast.mia)
        await record(db, Kind.CAMPAIGN_CHANGED, cast.mia, on=campaign, changed=["phases"])
    await drain(committing)
    async with committing.reading() as db:
        assert {name for name, _ in await told(db)} == {"Ada Lind", "Sam Hart"}


async def test_entrants_and_followers_are_told_what_archiving_means(committing: Database) -> None:
    cast, campaign = await entered(committing)
    async with committing.transaction() as db:
        await archive(db, await viewer_of(db, cast.mia), campaign.id, "The council decided.")
    await drain(committing)
    async with committing.transaction() as db:
        await unarchive(db, await viewer_of(db, cast.mia), campaign.id)
    await drain(committing)
    everyone = ["Ada Lind", "Ben Okoye", "Cem Aydin", "Sam Hart"]
    async with committing.reading() as db:
        rows = await told(db)
        for subject in (
            "“Safer school routes” is archived",
            "“Safer school routes” is out of the archive again",
        ):
            assert [name for name, what in rows if what == subject] == everyone
        said = (await db.scalars(select(Notification).order_by(Notification.id))).first()
        assert said and said.path == campaign.url
        assert "All its pages can still be read, and so can what you sent in." in said.text
        assert said.text.endswith("The reason: The council decided.")
        assert len(await mailed(db)) == 8
