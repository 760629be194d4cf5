"""What was taken out of a text goes from what people were told of that text, and of no other."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.config import Config
from ideahub.core.events import Kind, record
from ideahub.core.outbox import OutgoingMail
from ideahub.core.site_keys import IN_SESSION, SiteKeys
from ideahub.ideas.models import Idea
from ideahub.moderation.models import ModerationDecision
from ideahub.notifications.models import Notification
from tests.conftest import Browse
from tests.moderation.test_holding_texts import newest_case
from tests.moderation.test_masking_everywhere import PHONE, mailed
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.moderating import decide_case
from tests.support.talking import say

OF_IDEA, OF_BEN, OF_CEM = "of the idea", "of what Ben said", "of what Cem said"


@pytest.fixture(autouse=True)
def sealed_by(db: AsyncSession, config: Config) -> None:
    """The test's session has the keys that those of requests have."""
    db.info[IN_SESSION] = SiteKeys(config)


async def told_of_each(db: AsyncSession, cast: Cast, idea: Idea) -> tuple[int, int]:
    """Somebody was told of the idea, and of two contributions; all have the number. Returns those
    of the contributions."""
    ada = await viewer_of(db, cast.ada)
    said = [await say(db, who, idea.id, f"Ring {PHONE}.") for who in (cast.ben, cast.cem)]
    subjects = {OF_IDEA: None, **dict(zip((OF_BEN, OF_CEM), said, strict=True))}
    for words, number in subjects.items():
        row = await db.get_one(Contribution, number) if number else None
        kind = Kind.CONTRIBUTION_MADE if row else Kind.IDEA_POSTED
        event = await record(db, kind, ada, on=idea, subject=row)
        told = {"subject": idea.title, "text": f"{words}: {PHONE}", "kind": kind}
        await mailed(db, Notification(person_id=cast.zed.id, event_id=event, **told))
    return said[0], said[1]


async def masked(db: AsyncSession, of: str) -> set[str]:
    """Which notifications do not have the number any more; their mails neither."""
    told = (await db.scalars(select(Notification.text))).all()
    mails = "\n".join((await db.scalars(select(OutgoingMail.body))).all())
    gone = {text.partition(":")[0] for text in told if PHONE not in text}
    assert {one for one in gone if f"{one}: {PHONE}" in mails} == set(), of
    return gone


async def test_of_a_contribution_only_what_speaks_of_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Lanterns")
    bens, _cems = await told_of_each(db, cast, idea)
    ben = await browse(cast.ben)
    sent = {"parts": [PHONE]}
    at = f"/moderation/own-texts/contribution/{bens}/masking"
    assert (await ben.post(at, sent)).status_code == 303
    assert await masked(db, "Ben's") == {OF_BEN}


@pytest.mark.parametrize("is_in_title", [False, True])
async def test_of_an_idea_its_title_goes_wherever_it_names_the_idea(
    db: AsyncSession, cast: Cast, browse: Browse, is_in_title: bool
) -> None:
    title = f"Ring {PHONE}" if is_in_title else "Lanterns"
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, title)
    idea.body = f"Or {PHONE}."
    await told_of_each(db, cast, idea)
    ada = await browse(cast.ada)
    at = f"/moderation/own-texts/idea/{idea.id}/masking"
    assert (await ada.post(at, {"parts": [PHONE]})).status_code == 303
    assert await masked(db, "Ada's") == {OF_IDEA, *([OF_BEN, OF_CEM] if is_in_title else [])}
    assert PHONE not in str((await db.scalars(select(Notification.subject))).all())


async def test_what_its_author_was_told_of_an_earlier_decision_goes_too(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Lanterns")
    said = await say(db, cast.ben, idea.id, f"Ring {PHONE}.")
    cem, mo = await browse(cast.cem), await browse(cast.mo)
    await cem.post(f"/reports/contribution/{said}", {"rule": "personal"})
    warn = {"measure": "warn", "rule": "personal", "words": "Name nobody."}
    await decide_case(mo, (await newest_case(db)).id, warn)
    decision = (await db.scalars(select(ModerationDecision))).one()
    warned = await record(
        db, Kind.PERSON_WARNED, await viewer_of(db, cast.mo), subject=decision, decision=decision.id
    )
    told = {"subject": "Warned", "text": f"Your text: {PHONE}", "kind": Kind.PERSON_WARNED}
    await mailed(db, Notification(person_id=cast.ben.id, event_id=warned, **told))
    await cem.post(f"/reports/contribution/{said}", {"rule": "personal"})
    mask = {"measure": "mask", "rule": "personal", "parts": [PHONE]}
    assert (await decide_case(mo, (await newest_case(db)).id, mask)).status_code == 303
    assert await masked(db, "Ben's") == {"Your text"}
