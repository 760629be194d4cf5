"""The SQL conditions for what is owed now, and for who may give the answer."""

from sqlalchemy import Date, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import NOW
from ideahub.core.db import constant
from ideahub.core.viewer import VIEWER_ID
from ideahub.ideas.models import Idea, Stage
from ideahub.organisations.models import Organisation, Person
from ideahub.responses.leaders import leads, leads_anything
from ideahub.responses.models import OwedResponse, OwnerSource, ResponseOwner
from ideahub.responses.owner_models import StandIn

# Nothing is owed for what was collected elsewhere, withdrawn, hidden or stopped, nor in a campaign
# that is archived. The statement joins `idea` and `campaign`.
CAN_OWE = and_(
    Idea.is_listed,
    Idea.source_ref.is_(None),
    Idea.stage != constant(Stage.LEARNED),
    Campaign.is_published,
    Campaign.archived_at.is_(None),
    Campaign.source_ref.is_(None),
)
IS_OWED = and_(OwedResponse.is_open, CAN_OWE)
IS_OVERDUE = and_(OwedResponse.is_open, OwedResponse.due_at <= NOW)
# A stand-in answers from the first until the last day, by the clocks of its zone.
_today = cast(func.timezone(StandIn.timezone, NOW), Date)
STANDS_IN_NOW = and_(
    StandIn.ended_at.is_(None), StandIn.from_on <= _today, StandIn.until_on >= _today
)
Owner = aliased(ResponseOwner, name="owner")
OWNS = and_(Owner.owed_id == OwedResponse.id, Owner.ended_at.is_(None))
VIEWER_OWNS = exists().where(OWNS, Owner.person_id == VIEWER_ID).correlate(OwedResponse)
# They took it over, perhaps as a leader of another organisation.
VIEWER_TOOK_OVER = (
    exists()
    .where(OWNS, Owner.person_id == VIEWER_ID, Owner.source == constant(OwnerSource.HANDED_OVER))
    .correlate(OwedResponse)
)
# The names of those who owe it, who came first first; with the organisation of whoever took it over
# from another one. The statement joins `campaign`.
_from_elsewhere = and_(
    Owner.source == constant(OwnerSource.HANDED_OVER),
    Person.organisation_id != Campaign.organisation_id,
)
OWNER_NAMES = (
    select(
        case(
            (_from_elsewhere, func.concat(Person.name, " (", Organisation.name, ")")),
            else_=Person.name,
        )
    )
    .join(Owner, Owner.person_id == Person.id)
    .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    .where(OWNS)
    .order_by(Owner.id)
    .correlate(OwedResponse, Campaign)
)
_OwedIdea = aliased(Idea, name="owed_idea")
_OwedIn = aliased(Campaign, name="owed_in")
_OwedBy = aliased(Person, name="owed_by")
# Whoever owes it leads still: who does not may not answer, nor may anybody in their place.
_STILL_LEADS = and_(
    _OwedBy.disabled_at.is_(None),
    or_(
        leads(_OwedBy.id, _OwedIn.organisation_id),
        and_(Owner.source == constant(OwnerSource.HANDED_OVER), leads_anything(_OwedBy.id)),
    ),
)
# The leader for whom the viewer stands in, where they do.
STOOD_IN_FOR = (
    select(func.min(StandIn.leader_id))
    .join(Owner, Owner.person_id == StandIn.leader_id)
    .join(_OwedBy, _OwedBy.id == StandIn.leader_id)
    .join(_OwedIdea, _OwedIdea.id == OwedResponse.idea_id)
    .join(_OwedIn, _OwedIn.id == _OwedIdea.campaign_id)
    .where(OWNS, StandIn.person_id == VIEWER_ID, STANDS_IN_NOW, _STILL_LEADS)
    .correlate(OwedResponse)
    .scalar_subquery()
)
VIEWER_ANSWERS = or_(VIEWER_OWNS, STOOD_IN_FOR.is_not(None))
