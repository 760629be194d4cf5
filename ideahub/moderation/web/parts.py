"""The parts of moderation on pages of other features."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Select, any_, bindparam, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution
from ideahub.core.db import rows_of
from ideahub.core.viewer import VIEWER_ID
from ideahub.http.own_parts import OwnContext, OwnPart, OwnPlace
from ideahub.http.slots import Part, PartContext
from ideahub.ideas.queries import IdeaView
from ideahub.moderation.measures import measure_done
from ideahub.moderation.models import CHANGE_WAITS, HeldChange, ModerationCase, TextKind
from ideahub.moderation.own import decisions_of_text

IDEAS = any_(bindparam("ids", type_=ARRAY(BigInteger)))
# The viewer's contributions to ideas, and changes of these, which others do not see.
_said: Select[*tuple[Any, ...]] = select(
    Contribution.idea_id,
    Contribution.body,
    Contribution.created_at,
    literal_column("false").label("is_change"),
).where(
    Contribution.idea_id == IDEAS,
    Contribution.author_id == VIEWER_ID,
    Contribution.hidden_at.is_not(None),
    Contribution.withdrawn_at.is_(None),
)
_changed: Select[*tuple[Any, ...]] = select(
    HeldChange.idea_id,
    HeldChange.columns["body"].astext,
    HeldChange.created_at,
    literal_column("true"),
).where(HeldChange.idea_id == IDEAS, HeldChange.author_id == VIEWER_ID, CHANGE_WAITS)
_kept = union_all(_said, _changed).subquery("kept_back")
KEPT_BACK = select(_kept).order_by(_kept.c.created_at)


async def on_idea(context: PartContext, idea: IdeaView) -> dict[str, Any]:
    """Why an idea is hidden, for its author and moderators: all that find it then."""
    if not idea.hidden_at:
        return {"decision": None, "waits": False}
    decisions = await decisions_of_text(context.db, TextKind.IDEA, idea.id)
    waits = await context.db.scalar(
        select(ModerationCase.id).where(
            ModerationCase.text_kind == TextKind.IDEA,
            ModerationCase.text_id == idea.id,
            ModerationCase.held_at.is_not(None),
            ModerationCase.closed_at.is_(None),
        )
    )
    return {
        "decision": decisions[0] if decisions else None,
        "waits": waits,
        "measure_done": measure_done,
    }


async def on_campaign(_context: PartContext, _campaign: Campaign) -> dict[str, Any]:
    """The ways to the rules of conduct, and to the settings: they need nothing more."""
    return {}


async def kept_back(context: OwnContext, places: Sequence[OwnPlace]) -> Mapping[int, Any]:
    """The viewer's contributions to these ideas that wait, or are hidden."""
    asked = {"ids": [place.number for place in places], VIEWER_ID.key: context.viewer.id}
    found: dict[int, list[Any]] = {}
    for row in await rows_of(context.db, KEPT_BACK, asked):
        found.setdefault(row.idea_id, []).append(row)
    return found


PARTS = (
    Part(
        page="idea",
        key="moderation",
        find=on_idea,
        templates={
            "notice": "moderation/_on_idea.html",
            "foot": "moderation/_kept_back_on_idea.html",
        },
        queries=2,
    ),
    Part(
        page="campaign",
        key="moderation",
        find=on_campaign,
        templates={"aside": "moderation/_on_campaign.html"},
        queries=0,
    ),
    Part(
        page="management",
        key="moderation",
        find=on_campaign,
        templates={"sections": "moderation/_on_management.html"},
        queries=0,
    ),
)
OWN_PARTS = (
    OwnPart(
        key="kept back",
        template="moderation/_kept_back.html",
        find=kept_back,
        values=lambda rows: {"rows": rows or ()},
        otherwise=(),
        few=False,
    ),
)
