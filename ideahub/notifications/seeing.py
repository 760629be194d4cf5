"""Who may see what was done: only they are told of it, and only as long as they may."""

from collections.abc import Mapping, Sequence

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    SQLColumnExpression,
    and_,
    any_,
    bindparam,
    case,
    exists,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import somebody
from ideahub.campaigns.models import Audience, Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
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
from ideahub.notifications.readable import READS_SUBJECT, ROWS

# Of a campaign that is not published any more: who could see it as long as it was.
_could_see = or_(
    Campaign.audience == constant(Audience.PUBLIC),
    Campaign.organisation_id == any_(VIEWER_ORGANISATIONS),
    viewer_holds(Role.MANAGER, Campaign.organisation_id),
)
# The titles of an event's idea and campaign where the viewer may see them, for `Viewer.bound`.
IDEA_TITLE = (
    select(Idea.title)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Idea.id == Event.idea_id, VISIBLE_IDEAS)
    .correlate(Event)
    .scalar_subquery()
)
_of_event = select(Campaign.title).where(Campaign.id == Event.campaign_id)
CAMPAIGN_TITLE = _of_event.where(VISIBLE_CAMPAIGNS).correlate(Event).scalar_subquery()
_saw_campaign = exists().where(Campaign.id == Event.campaign_id, _could_see).correlate(Event)


def sees_event(although_gone: SQLColumnExpression[bool]) -> ColumnElement[bool]:
    """The only condition for whether the viewer may be told of an event, on their page, by mail,
    and whenever either is shown or sent: they may see its place, and read what it is about. Whoever
    runs a statement with it passes `Viewer.bound`.

    What somebody is told `although_gone` is for them alone, such as why a text of theirs was
    hidden: it stays when the idea is out of their sight, and, of a campaign that is not published
    any more, for whoever could see it before.
    """
    place = case(
        (Event.idea_id.is_not(None), or_(although_gone, IDEA_TITLE.is_not(None))),
        (
            Event.campaign_id.is_not(None),
            or_(CAMPAIGN_TITLE.is_not(None), and_(although_gone, _saw_campaign)),
        ),
        else_=true(),
    )
    return and_(place, or_(although_gone, READS_SUBJECT))


# Beside a notification, for what its reader was told.
SEES_EVENT = sees_event(Notification.although_gone)
_gone = bindparam("although_gone", type_=Boolean)
SEES = select(Event.id).where(
    Event.id == bindparam("event_id", type_=BigInteger), sees_event(_gone)
)


async def those_who_see(
    db: AsyncSession, event: Event, people: Sequence[Recipient], *, although_gone: bool
) -> list[Recipient]:
    """Those of the people who may be told of the event now."""
    about = {"event_id": event.id, "although_gone": although_gone}
    if await _sees(db, STRANGER, about):
        return list(people)
    alike: dict[object, bool] = {}
    found = []
    for person in people:
        # What all see who belong to the same organisation and hold no roles is seen by each of
        # them; others may see it because of who they are, such as the author of a hidden idea.
        key = None if person.has_roles else (person.organisation_id,)
        if key is not None and key not in alike:
            one = await somebody(db, person.id)
            alike[key] = await _sees(db, one, about, by_name=False)
        sees = key is not None and alike[key]
        if sees or await _sees_by_themselves(db, event, person, about):
            found.append(person)
    return found


async def _sees_by_themselves(
    db: AsyncSession, event: Event, person: Recipient, about: Mapping[str, object]
) -> bool:
    # Campaigns are nobody's own.
    if event.idea_id is None and event.subject_type not in ROWS and not person.has_roles:
        return False
    return await _sees(db, await somebody(db, person.id), about)


async def _sees(
    db: AsyncSession, viewer: Viewer, about: Mapping[str, object], *, by_name: bool = True
) -> bool:
    asked = {**viewer.bound, **about}
    if not by_name:
        asked[VIEWER_ID.key] = None
    return bool(await rows_of(db, SEES, asked))
