"""Everyone who follows a challenge is told when a phase is extended and when its rules change, by
the deeds of those who manage it themselves."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phase_plan import PhasePlan
from ideahub.campaigns.phases import PhaseNow, phases_now
from ideahub.campaigns.scheduling import plan_phases
from ideahub.campaigns.unpublishing import unpublish
from ideahub.campaigns.writing_rules import WrittenRules, publish_rules, rules_state
from ideahub.core.db import Database
from ideahub.notifications.models import Notification
from ideahub.organisations.models import Person
from tests.notifications.test_telling import drain, follows, mailed, told
from tests.questions.faq import a_challenge
from tests.support.cast import Cast, make_cast, viewer_of

PLANNED = (
    "id",
    "name",
    "opens_at",
    "closes_at",
    "timezone",
    "accepts",
    "purpose",
    "opens_local",
    "closes_local",
    "grace_seconds",
)


async def followed(database: Database) -> tuple[Cast, Campaign]:
    """A challenge with a closing time that Cem and Mia follow."""
    async with database.transaction() as db:
        cast = await make_cast(db)
        campaign = await a_challenge(db, cast, closes=timedelta(days=3), description="Why not?")
    async with database.transaction() as db:
        await follows(db, campaign, cast.cem, cast.mia)
    return cast, campaign


async def publish(database: Database, manager: Person, number: int, **more: object) -> None:
    async with database.transaction() as db:
        campaign = await db.get_one(Campaign, number)
        text = f"Be kind, {more.get('note', '')}"
        written = WrittenRules(text, f"<p>{text}</p>", **more)  # type: ignore[arg-type]
        seen = (await rules_state(db, number)).fingerprint
        await publish_rules(db, await viewer_of(db, manager), campaign, written, seen=seen)


def later(phase: PhaseNow, days: int, **changed: Any) -> PhasePlan:
    """A plan by which a phase closes so many days later."""
    assert phase.closes_at
    columns = {name: getattr(phase, name) for name in PLANNED}
    columns["closes_at"] = phase.closes_at + timedelta(days=days)
    return PhasePlan(**columns | changed)


async def test_an_extension_is_told_with_both_ends_and_the_reason(committing: Database) -> None:
    cast, campaign = await followed(committing)
    async with committing.transaction() as db:
        (phase,) = await phases_now(db, campaign.id)
        row = await db.get_one(Campaign, campaign.id)
        plan = later(phase, 7, reason="Snow in the mountains.")
        await plan_phases(db, await viewer_of(db, cast.mia), row, [plan])
    await drain(committing)
    async with committing.reading() as db:
        subject = "In “Safer school routes”: Extended: “Ideas”"
        assert await told(db) == [("Cem Aydin", subject)]
        assert await mailed(db) == [("cem@mail.example", subject)]
        said = (await db.scalars(select(Notification))).one()
        assert said.text.startswith("It closes on ") and ", not on " in said.text
        assert "The reason: Snow in the mountains." in said.text
        assert said.path == campaign.url


async def test_what_else_was_changed_with_an_extension_is_told_too(committing: Database) -> None:
    cast, campaign = await followed(committing)
    async with committing.transaction() as db:
        (phase,) = await phases_now(db, campaign.id)
        row = await db.get_one(Campaign, campaign.id)
        jury = later(phase, 20, id=None, name="Jury", opens_at=phase.closes_at)
        await plan_phases(db, await viewer_of(db, cast.mia), row, [later(phase, 0), jury])
    await drain(committing)
    async with committing.transaction() as db:
        ideas, jury_now = await phases_now(db, campaign.id)
        row = await db.get_one(Campaign, campaign.id)
        plans = [later(ideas, 7), later(jury_now, -3, reason="The jury is quick.")]
        await plan_phases(db, await viewer_of(db, cast.mia), row, plans)
    await drain(committing)
    async with committing.reading() as db:
        # Of the new phase; then of the extension, and of the jury that ends earlier.
        changed, extended = "“Safer school routes” was changed", "Extended: “Ideas”"
        subjects = [
            subject.removeprefix("In “Safer school routes”: ") for _, subject in await told(db)
        ]
        assert subjects == [extended, changed, changed]


async def test_changed_rules_are_told_with_what_is_changed(committing: Database) -> None:
    cast, campaign = await followed(committing)
    await publish(committing, cast.mia, campaign.id)
    await drain(committing)
    note = "Teams may have eight people."
    await publish(committing, cast.mia, campaign.id, note=note, material=True)
    await drain(committing)
    async with committing.reading() as db:
        rows = (await db.scalars(select(Notification).order_by(Notification.id))).all()
        assert [one.person_id for one in rows] == [cast.cem.id] * 2
        assert "Version 2 of the rules holds now. The change is material" in rows[1].text
        assert rows[1].text.startswith(note)
        assert [one.path for one in rows] == [f"{campaign.url}/rules/{n}" for n in (1, 2)]
        assert [one.subject for one in rows] == [
            "“Safer school routes” has rules now",
            "The rules of “Safer school routes” were changed",
        ]
        assert len(await mailed(db)) == 2


async def test_followers_are_told_why_it_was_taken_off_the_site(committing: Database) -> None:
    cast, campaign = await followed(committing)
    async with committing.transaction() as db:
        await unpublish(db, await viewer_of(db, cast.mia), campaign.id, "The prize was wrong.")
    await drain(committing)
    async with committing.reading() as db:
        subject = "“Safer school routes” is not published any more"
        assert await told(db) == [("Cem Aydin", subject)]
        said = (await db.scalars(select(Notification))).one()
        assert said.text.endswith("The reason: The prize was wrong.")
        assert said.path == ""
