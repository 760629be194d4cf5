"""The statements of the queries for contributions, made once at import."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    String,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution, Thanks
from ideahub.conversation.rows import CONTRIBUTIONS, HAS_PLACE, REPLIES
from ideahub.core.db import constant
from ideahub.core.viewer import VIEWER_ID
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import IDEA_ID, VISIBLE_IDEAS

PAGE = 50
CONTRIBUTION_ID = bindparam("contribution_id", type_=BigInteger)
IDS = bindparam("ids", type_=ARRAY(BigInteger))
BEFORE = Contribution.id < bindparam("before", type_=BigInteger)
OF_KIND = Contribution.kind == bindparam("kind", type_=String)
_newest: Select[Any] = (
    CONTRIBUTIONS.where(Contribution.idea_id == IDEA_ID, Contribution.parent_id.is_(None))
    # Of many letters with one text one stands for all.
    .where(HAS_PLACE, Contribution.letter_of.is_(None))
    .order_by(Contribution.id.desc())
    .limit(constant(PAGE + 1))
)
# The selects of a page, by whether they are of one kind, and whether before a number.
NEWEST = {
    (False, False): _newest,
    (True, False): _newest.where(OF_KIND),
    (False, True): _newest.where(BEFORE),
    (True, True): _newest.where(OF_KIND, BEFORE),
}
_known = CONTRIBUTIONS.join(Campaign, Campaign.id == Idea.campaign_id).where(
    Contribution.id == CONTRIBUTION_ID, VISIBLE_IDEAS
)
FIND = _known.where(HAS_PLACE)
FIND_OWN = _known.where(
    or_(
        HAS_PLACE,
        and_(Contribution.author_id == VIEWER_ID, Contribution.withdrawn_at.is_not(None)),
    )
)
BY_ID = CONTRIBUTIONS.where(Contribution.id == CONTRIBUTION_ID)
FOR_ROOM = BY_ID.where(HAS_PLACE)
REPLIES_TO = (
    CONTRIBUTIONS.where(Contribution.parent_id == CONTRIBUTION_ID, Contribution.is_listed)
    .order_by(Contribution.id.desc())
    .limit(constant(PAGE + 1))
)
EARLIER_REPLIES_TO = REPLIES_TO.where(BEFORE)
KINDS = (
    select(Contribution.kind, func.count())
    .where(
        Contribution.idea_id == IDEA_ID, Contribution.parent_id.is_(None), Contribution.is_listed
    )
    .group_by(Contribution.kind)
)
_ranked = (
    select(
        Contribution.id,
        func.row_number()
        .over(partition_by=Contribution.parent_id, order_by=Contribution.id.desc())
        .label("place"),
    )
    .where(Contribution.parent_id == any_(IDS), Contribution.is_listed)
    .subquery()
)
# The latest replies to each contribution, the oldest first.
LATEST_REPLIES = CONTRIBUTIONS.where(
    Contribution.id.in_(select(_ranked.c.id).where(_ranked.c.place <= constant(REPLIES)))
).order_by(Contribution.id)
# Nobody can thank for what they wrote themselves.
OWN_DEEDS = union_all(
    select(Contribution.id, literal_column("'wrote'", String).label("deed")).where(
        Contribution.id == any_(IDS), Contribution.author_id == VIEWER_ID
    ),
    select(Thanks.contribution_id, literal_column("'thanked'", String)).where(
        Thanks.person_id == VIEWER_ID, Thanks.contribution_id == any_(IDS)
    ),
)
