"""What moderators hide leaves what people were told, and mail that was to tell them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Text, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.outbox import WAITS, OutgoingMail
from ideahub.core.site_keys import IN_SESSION, SiteKeys
from ideahub.following.following import follow
from ideahub.ideas.models import Idea
from ideahub.moderation.deciding import Choice, decide
from ideahub.moderation.models import Measure, ModerationCase, TextKind
from ideahub.moderation.reporting import report
from ideahub.moderation.texts import find_text
from ideahub.notifications.models import MailWish, Notification, Rhythm
from ideahub.pipeline.models import Decision, Lesson
from ideahub.questions.announcing import announce
from ideahub.questions.models import Announcement
from ideahub.responses.models import Response
from ideahub.responses.responding import answer_idea
from tests.following.test_hearing_what_became_of_it import a_walking_bus, drained
from tests.support.answering import an_answer
from tests.support.cast import Cast, viewer_of
from tests.support.ripening import found
from tests.you_said.summaries import decided

BAD = "Zappelfritz"


async def _announced(db: AsyncSession, cast: Cast, idea: Idea) -> None:
    campaign = await db.get_one(Campaign, idea.campaign_id)
    mia = await viewer_of(db, cast.mia)
    await announce(db, mia, campaign, f"On {BAD}", f"{BAD}!", f"<p>{BAD}!</p>")


async def _answered(db: AsyncSession, cast: Cast, idea: Idea) -> None:
    given = an_answer(body=f"Ask {BAD} next door.")
    await answer_idea(db, await viewer_of(db, cast.sam), await found(db, cast.sam, idea), given)


async def _stopped(db: AsyncSession, cast: Cast, idea: Idea) -> None:
    await decided(db, cast.mia, idea, Decision.STOP, lesson=f"Never trust {BAD}.")


DEEDS: dict[TextKind, tuple[Callable[..., Awaitable[None]], Any]] = {
    TextKind.ANNOUNCEMENT: (_announced, Announcement),
    TextKind.RESPONSE: (_answered, Response),
    TextKind.LESSON: (_stopped, Lesson),
}


async def _told(db: AsyncSession) -> tuple[int, int]:
    """How many notifications, and how many mails that wait, have the word."""
    words = (Notification.subject, Notification.text, Notification.did)
    told = select(func.count()).where(func.strpos(func.concat(*words), BAD) > 0)
    mail = OutgoingMail.subject, OutgoingMail.body, OutgoingMail.content.cast(Text)
    mails = select(func.count()).where(WAITS, func.strpos(func.concat(*mail), BAD) > 0)
    return await db.scalar(told) or 0, await db.scalar(mails) or 0


@pytest.mark.parametrize("kind", DEEDS)
async def test_neither_on_pages_nor_by_mail(
    committing: Database, config: Config, kind: TextKind
) -> None:
    deed, table = DEEDS[kind]
    cast, idea = await a_walking_bus(committing)
    async with committing.transaction() as db:
        campaign = await db.get_one(Campaign, idea.campaign_id)
        await follow(db, await viewer_of(db, cast.cem), campaign)
        for person in (cast.cem, cast.zed, cast.ben):
            db.add(MailWish(person_id=person.id, rhythm=Rhythm.AT_ONCE))
    async with committing.transaction() as db:
        await deed(db, cast, idea)
    await drained(committing)
    async with committing.transaction() as db:
        db.info[IN_SESSION] = SiteKeys(config)
        assert min(await _told(db)) > 0
        number = (await db.scalars(select(table.id))).one()
        cem = await viewer_of(db, cast.cem)
        await report(db, cem, await find_text(db, cem, kind, number), "hate")
        case = (await db.scalars(select(ModerationCase.id))).one()
        hide = Choice(measure=Measure.HIDE, rule="hate", words="It mocks a person.")
        await decide(db, await viewer_of(db, cast.mo), case, hide)
        assert await _told(db) == (0, 0)
        waits = select(func.count()).where(Notification.awaits_mail)
        assert await db.scalar(waits)
