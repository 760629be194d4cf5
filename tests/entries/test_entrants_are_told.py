"""Entrants hear of decisions, of a new form, of their team, and of news of the challenge."""

from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.writing_rules import WrittenRules, publish_rules, rules_state
from ideahub.core.db import Database
from ideahub.entries.designing_form import prepare_version, take_up_version
from ideahub.entries.membership import hand_over
from ideahub.entries.models import EntryMember
from ideahub.entries.triage import decide_eligibility
from tests.entries.entering import enter, make_contest
from tests.notifications.test_telling import drain, told
from tests.support.cast import Cast, add, make_cast, viewer_of


async def entered(database: Database) -> tuple[Cast, Campaign, Phase, int]:
    """Cem has entered with Ada."""
    async with database.transaction() as db:
        cast = await make_cast(db)
        campaign, phase = await make_contest(db, cast.city)
        revision = await enter(db, cast.cem, phase)
        await add(db, EntryMember(entry_id=revision.entry_id, person_id=cast.ada.id))
    await drain(database)
    return cast, campaign, phase, revision.entry_id


async def test_a_decision(committing: Database) -> None:
    cast, campaign, _phase, entry_id = await entered(committing)
    async with committing.transaction() as db:
        mia = await viewer_of(db, cast.mia)
        await decide_eligibility(db, mia, campaign, [entry_id], is_eligible=True, reason="")
    await drain(committing)
    async with committing.reading() as db:
        subject = "A decision about your entry: Safer school routes"
        assert sorted(await told(db)) == [("Ada Lind", subject), ("Cem Aydin", subject)]


async def test_a_new_form_once_it_is_in_use(committing: Database) -> None:
    cast, campaign, phase, _entry = await entered(committing)
    async with committing.transaction() as db:
        mia = await viewer_of(db, cast.mia)
        await prepare_version(db, mia, campaign, phase.id)
    await drain(committing)
    async with committing.reading() as db:
        assert await told(db) == []
    async with committing.transaction() as db:
        await take_up_version(db, await viewer_of(db, cast.mia), campaign, phase.id)
    await drain(committing)
    async with committing.reading() as db:
        subject = "The questions have changed: Safer school routes"
        assert sorted(await told(db)) == [("Ada Lind", subject), ("Cem Aydin", subject)]


async def test_their_team_but_not_whoever_changed_it(committing: Database) -> None:
    cast, _campaign, _phase, entry_id = await entered(committing)
    async with committing.transaction() as db:
        await hand_over(db, await viewer_of(db, cast.cem), entry_id, cast.ada.id)
    await drain(committing)
    async with committing.reading() as db:
        assert await told(db) == [("Ada Lind", "Your team has changed: Safer school routes")]


async def test_new_rules_without_following(committing: Database) -> None:
    cast, campaign, _phase, _entry = await entered(committing)
    async with committing.transaction() as db:
        row = await db.get_one(Campaign, campaign.id)
        written = WrittenRules("Be kind.", "<p>Be kind.</p>")
        seen = (await rules_state(db, row.id)).fingerprint
        await publish_rules(db, await viewer_of(db, cast.mia), row, written, seen=seen)
    await drain(committing)
    async with committing.reading() as db:
        found = await told(db)
        assert sorted(name for name, _subject in found) == ["Ada Lind", "Cem Aydin"]
        assert all("rules" in subject for _name, subject in found)
