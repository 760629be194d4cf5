"""Which of many people may see where a deed was done: only they are told of it."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Select, any_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import somebody
from ideahub.campaigns.models import Audience, Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Event
from ideahub.core.viewer import STRANGER, VIEWER_ORGANISATIONS, Role, Viewer, viewer_holds
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import VISIBLE_IDEAS
from ideahub.notifications.addressing import Recipient

NUMBER = bindparam("number", type_=BigInteger)
SEES_CAMPAIGN = select(Campaign.id).where(Campaign.id == NUMBER, VISIBLE_CAMPAIGNS)
SEES_IDEA = (
    select(Idea.id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Idea.id == NUMBER, VISIBLE_IDEAS)
)
# Of a campaign that is not published any more: who could see it as long as it was.
COULD_SEE_CAMPAIGN = select(Campaign.id).where(
    Campaign.id == NUMBER,
    or_(
        Campaign.audience == constant(Audience.PUBLIC),
        Campaign.organisation_id == any_(VIEWER_ORGANISATIONS),
        viewer_holds(Role.MANAGER, Campaign.organisation_id),
    ),
)


async def those_who_see(
    db: AsyncSession, event: Event, people: Sequence[Recipient], *, although_gone: bool
) -> list[Recipient]:
    """Those of the people who may see the idea or the campaign of the event now."""
    asked = _question(event, although_gone=although_gone)
    if asked is None:
        return list(people)
    statement, number = asked
    if await _sees(db, statement, number, STRANGER):
        return list(people)
    known: dict[int | None, bool] = {}
    found = []
    for person in people:
        # People without roles and of one organisation see the same campaigns; ideas are seen by
        # their authors as well.
        alike = event.idea_id is None and not person.has_roles
        sees = known.get(person.organisation_id) if alike else None
        if sees is None:
            sees = await _sees(db, statement, number, await somebody(db, person.id))
        if alike:
            known[person.organisation_id] = sees
        if sees:
            found.append(person)
    return found


def _question(event: Event, *, although_gone: bool) -> tuple[Select[int], int] | None:
    if event.idea_id is not None:
        return SEES_IDEA, event.idea_id
    if event.campaign_id is not None:
        return (COULD_SEE_CAMPAIGN if although_gone else SEES_CAMPAIGN), event.campaign_id
    return None


async def _sees(db: AsyncSession, statement: Select[int], number: int, viewer: Viewer) -> bool:
    return bool(await rows_of(db, statement, {NUMBER.key: number, **viewer.bound}))
