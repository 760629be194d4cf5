"""The rules of a challenge: written, published as versions, read, compared, and accepted."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.accepting_rules import (
    accept_rules,
    accepted_version,
    current_rules,
    must_have_accepted,
)
from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.queries import find_managed
from ideahub.campaigns.terms_models import RulesAcceptance, RulesVersion
from ideahub.campaigns.writing_rules import WrittenRules, publish_rules, rules_fingerprint
from ideahub.core.db import Database
from ideahub.core.events import Kind
from ideahub.core.refusals import Conflict, Invalid, NotFound
from tests.campaigns.setting_up import events
from tests.support.cast import Cast, make_campaign, make_cast, viewer_of

CHALLENGE = CampaignKind.CHALLENGE


async def publish(
    db: AsyncSession, cast: Cast, campaign: Campaign, text: str, **more: Any
) -> RulesVersion:
    """Mia publishes this text as the next version."""
    written = WrittenRules(text, f"<p>{text}</p>", more.pop("note", "A change."), **more)
    seen = await rules_fingerprint(db, campaign.id)
    return await publish_rules(db, await viewer_of(db, cast.mia), campaign, written, seen=seen)


async def accept(db: AsyncSession, cast: Cast, campaign: Campaign, number: int) -> None:
    await accept_rules(db, await viewer_of(db, cast.cem), campaign.id, number)


async def test_where_there_are_no_rules_nobody_has_to_accept_any(
    db: AsyncSession, cast: Cast
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
    assert await current_rules(db, campaign.id) is None
    await must_have_accepted(db, cast.cem.id, campaign.id)
    with pytest.raises(NotFound):
        await accept(db, cast, campaign, 1)


async def test_a_version_is_accepted_once_and_holds_until_something_material_changes(
    db: AsyncSession, cast: Cast
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
    await publish(db, cast, campaign, "Be fair.")
    with pytest.raises(Conflict, match="Accept the rules first"):
        await must_have_accepted(db, cast.cem.id, campaign.id)
    await accept(db, cast, campaign, 1)
    await accept(db, cast, campaign, 1)
    assert await db.scalar(select(func.count()).select_from(RulesAcceptance)) == 1
    assert len(await events(db, Kind.RULES_ACCEPTED)) == 1
    await must_have_accepted(db, cast.cem.id, campaign.id)
    # A change that is not material asks nobody again.
    await publish(db, cast, campaign, "Be fair, please.")
    await must_have_accepted(db, cast.cem.id, campaign.id)
    with pytest.raises(Conflict, match="version 2 holds now"):
        await accept(db, cast, campaign, 1)
    await publish(db, cast, campaign, "Be fair, or leave.", material=True)
    # Nor does a later small change undo that something material was changed before.
    await publish(db, cast, campaign, "Be fair, or leave!")
    with pytest.raises(Conflict, match="changed in substance"):
        await must_have_accepted(db, cast.cem.id, campaign.id)
    accepted = await accepted_version(db, cast.cem.id, campaign.id)
    assert accepted
    assert accepted.number == 1
    await accept(db, cast, campaign, 4)
    await must_have_accepted(db, cast.cem.id, campaign.id)
    with pytest.raises(Conflict):
        await must_have_accepted(db, cast.ada.id, campaign.id)


async def test_rules_of_one_challenge_are_not_those_of_another(
    db: AsyncSession, cast: Cast
) -> None:
    one, other = [await make_campaign(db, cast.city, kind=CHALLENGE) for _ in range(2)]
    await publish(db, cast, one, "Be fair.")
    await publish(db, cast, other, "Be quick.")
    await accept(db, cast, one, 1)
    await must_have_accepted(db, cast.cem.id, one.id)
    with pytest.raises(Conflict):
        await must_have_accepted(db, cast.cem.id, other.id)


async def test_each_version_is_one_event_with_its_number(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
    await publish(db, cast, campaign, "Be fair.", note="")
    await publish(db, cast, campaign, "Be fair, or leave.", material=True)
    found = await events(db, Kind.RULES_CHANGED)
    assert [one.data for one in found] == [
        {"number": 1, "material": False},
        {"number": 2, "material": True},
    ]
    assert {one.campaign_id for one in found} == {campaign.id}
    assert not await events(db, Kind.CAMPAIGN_CHANGED)


async def test_a_version_needs_a_text_a_note_and_a_change(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
    with pytest.raises(Invalid, match="Write the rules"):
        await publish(db, cast, campaign, "")
    await publish(db, cast, campaign, "Be fair.", note="")
    with pytest.raises(Invalid, match="Say in a sentence"):
        await publish(db, cast, campaign, "Be quick.", note="")
    with pytest.raises(Invalid, match="word for word"):
        await publish(db, cast, campaign, "Be fair.", note="Nothing.")
    assert await db.scalar(select(func.max(RulesVersion.number))) == 1


async def test_a_draft_publishes_no_rules(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE, published=False)
    with pytest.raises(Conflict, match="together with the challenge"):
        await publish(db, cast, campaign, "Be fair.")


async def test_of_two_managers_who_publish_at_once_one_is_told_of_the_other(
    committing: Database,
) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
        await publish(db, cast, campaign, "Be fair.")
        seen = await rules_fingerprint(db, campaign.id)

    async def press(text: str) -> int | str:
        try:
            async with committing.transaction() as db:
                viewer = await viewer_of(db, cast.mia)
                held = await find_managed(db, viewer, campaign.id, lock=True)
                written = WrittenRules(text, text, "Mine.")
                return (await publish_rules(db, viewer, held, written, seen=seen)).number
        except Conflict as told:
            return told.reason

    answers = await asyncio.gather(press("Be fair and quick."), press("Be fair and kind."))
    told = sorted(map(str, answers))
    assert told[0] == "2"
    assert "Somebody else changed the rules" in told[1]
