"""Who may see where a deed was done: only they are told of it, and only as long as they may."""

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Select,
    and_,
    any_,
    bindparam,
    case,
    exists,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import somebody
from ideahub.campaigns.models import Audience, Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.conversation.models import Contribution
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Event
from ideahub.core.viewer import (
    STRANGER,
    VIEWER_ID,
    VIEWER_ORGANISATIONS,
    Role,
    Viewer,
    viewer_holds,
)
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import VISIBLE_IDEAS
from ideahub.notifications.addressing import Recipient
from ideahub.notifications.models import Notification

NUMBER = bindparam("number", type_=BigInteger)
SEES_CAMPAIGN = select(Campaign.id).where(Campaign.id == NUMBER, VISIBLE_CAMPAIGNS)
SEES_IDEA = (
    select(Idea.id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Idea.id == NUMBER, VISIBLE_IDEAS)
)
# Of a campaign that is not published any more: who could see it as long as it was.
_could_see = or_(
    Campaign.audience == constant(Audience.PUBLIC),
    Campaign.organisation_id == any_(VIEWER_ORGANISATIONS),
    viewer_holds(Role.MANAGER, Campaign.organisation_id),
)
COULD_SEE_CAMPAIGN = select(Campaign.id).where(Campaign.id == NUMBER, _could_see)
# The same for what somebody was told, beside its event, for `Viewer.bound`: the titles of idea and
# campaign where they can be seen, and whether the event's place can.
IDEA_TITLE = (
    select(Idea.title)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Idea.id == Event.idea_id, VISIBLE_IDEAS)
    .correlate(Event)
    .scalar_subquery()
)
_of_event = select(Campaign.title).where(Campaign.id == Event.campaign_id)
CAMPAIGN_TITLE = _of_event.where(VISIBLE_CAMPAIGNS).correlate(Event).scalar_subquery()
_place = Campaign.id == Event.campaign_id
# What somebody wrote and a moderator hid is shown to its author only.
_is_hidden = exists().where(
    Event.subject_type == literal_column("'contribution'"),
    Contribution.id == Event.subject_id,
    or_(Contribution.hidden_at.is_not(None), Contribution.withdrawn_at.is_not(None)),
    Contribution.author_id.is_distinct_from(VIEWER_ID),
)
_sees_place = case(
    (Event.idea_id.is_not(None), IDEA_TITLE.is_not(None)),
    (
        Event.campaign_id.is_not(None),
        or_(
            CAMPAIGN_TITLE.is_not(None),
            and_(Notification.although_gone, exists().where(_place, _could_see).correlate(Event)),
        ),
    ),
    else_=true(),
)
SEES_EVENT = and_(_sees_place, ~_is_hidden.correlate(Event))


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
    alike: dict[object, bool] = {}
    found = []
    for person in people:
        # What all see who belong to the same organisation and hold no roles is seen by each of
        # them; others may see it because of who they are, such as the author of a hidden idea.
        key = None if person.has_roles else (person.organisation_id,)
        if key is not None and key not in alike:
            one = await somebody(db, person.id)
            alike[key] = await _sees(db, statement, number, one, by_name=False)
        sees = key is not None and alike[key]
        if sees or await _sees_by_themselves(db, event, statement, number, person):
            found.append(person)
    return found


async def _sees_by_themselves(
    db: AsyncSession, event: Event, statement: Select[int], number: int, person: Recipient
) -> bool:
    if event.idea_id is None and not person.has_roles:
        # Campaigns are nobody's own.
        return False
    return await _sees(db, statement, number, await somebody(db, person.id))


def _question(event: Event, *, although_gone: bool) -> tuple[Select[int], int] | None:
    if event.idea_id is not None:
        return SEES_IDEA, event.idea_id
    if event.campaign_id is not None:
        return (COULD_SEE_CAMPAIGN if although_gone else SEES_CAMPAIGN), event.campaign_id
    return None


async def _sees(
    db: AsyncSession, statement: Select[int], number: int, viewer: Viewer, *, by_name: bool = True
) -> bool:
    asked = {**viewer.bound, NUMBER.key: number}
    if not by_name:
        asked[VIEWER_ID.key] = None
    return bool(await rows_of(db, statement, asked))
