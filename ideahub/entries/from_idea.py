"""Makes an entry of an idea: its text as it is in this revision, and everyone who contributed."""

from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    String,
    and_,
    bindparam,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.conversation.models import Contribution
from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Forbidden
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.entries.entering import begin_entry
from ideahub.entries.form_versions import form_by_id
from ideahub.entries.models import Entry, EntryContributor, FieldKind
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.ideas.pseudonyms import unless_concealed
from ideahub.ideas.queries import IdeaView, find_idea, is_author
from ideahub.ideas.taking_new import lock_open_idea


class OwnIdea(msgspec.Struct, frozen=True):
    """An idea of which the viewer can make an entry."""

    id: int
    title: str


_is_own = or_(
    Idea.author_id == VIEWER_ID,
    Idea.id.in_(select(CoAuthor.idea_id).where(CoAuthor.person_id == VIEWER_ID)),
)
# What only staff sees goes to no other organisation: with the text travel the names of colleagues.
_may_travel = or_(
    Idea.campaign_id == bindparam("campaign_id", type_=BigInteger),
    Campaign.audience == constant(Audience.PUBLIC),
    and_(
        Campaign.organisation_id == bindparam("organisation_id", type_=BigInteger),
        bindparam("audience", type_=String) == constant(Audience.INTERNAL),
    ),
)
OWN_IDEAS = (
    select(Idea.id, Idea.title)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Idea.is_listed, _is_own, VISIBLE_CAMPAIGNS, _may_travel)
    .order_by(Idea.campaign_id != bindparam("campaign_id", type_=BigInteger), Idea.id.desc())
    .limit(constant(20))
)
IDEA_ID = bindparam("idea_id", type_=BigInteger)
# Each person once, by what they are first.
CONTRIBUTORS: CompoundSelect[Any] = union_all(
    select(unless_concealed(Idea.author_id, Idea.author_id), literal("author"), literal(1)).where(
        Idea.id == IDEA_ID
    ),
    select(CoAuthor.person_id, literal("co-author"), literal(2)).where(CoAuthor.idea_id == IDEA_ID),
    select(
        unless_concealed(Contribution.author_id, Contribution.author_id),
        Contribution.kind,
        literal(3),
    )
    .join(Idea, Idea.id == Contribution.idea_id)
    .where(Contribution.idea_id == IDEA_ID, Contribution.is_listed),
)


async def own_ideas_for(db: AsyncSession, viewer: Viewer, campaign: Campaign) -> list[OwnIdea]:
    """The viewer's ideas that can be entered in this challenge: its own first, the newest first."""
    asked = {
        "campaign_id": campaign.id,
        "organisation_id": campaign.organisation_id,
        "audience": campaign.audience,
    }
    return [OwnIdea(*row) for row in await rows_of(db, OWN_IDEAS, asked | viewer.bound)]


async def begin_with_idea(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, phase_id: int, idea_id: int
) -> int:
    """Begins an entry with the text of an idea, as it stands now, and returns its number; the
    viewer's draft in this phase, where it has no text yet or was made of this idea.

    Raises NotFound, Forbidden for whoever is not an author of the idea, and Conflict where it was
    withdrawn or hidden, where the viewer is writing something else there, and where the phase takes
    no entries now.
    """
    idea = await find_idea(db, viewer, idea_id)
    if not await is_author(db, viewer, idea):
        raise Forbidden(_("Only the authors of an idea can enter it."))
    _must_travel(idea, campaign)
    await lock_open_idea(db, idea.id)
    # As it stands now that nobody changes it.
    idea = await find_idea(db, viewer, idea.id)
    entry_id = await begin_entry(db, viewer, campaign.id, phase_id)
    row = await db.get_one(Entry, entry_id)
    if row.idea_id == idea.id:
        return entry_id
    if row.saved or row.idea_id:
        raise Conflict(
            _(
                "You are writing another entry for this phase already. Submit or withdraw that one "
                "first, then begin with your idea."
            )
        )
    await _fill(db, row, idea)
    return entry_id


def _must_travel(idea: IdeaView, campaign: Campaign) -> None:
    same = campaign.organisation_id == idea.organisation_id
    if campaign.id == idea.campaign_id or idea.in_public_campaign:
        return
    if not (same and campaign.audience == Audience.INTERNAL):
        raise Forbidden(
            _(
                "Only staff of %(name)s can see this idea, so it cannot be entered in a challenge "
                "that others see.",
                name=idea.organisation_name,
            )
        )


async def _fill(db: AsyncSession, row: Entry, idea: IdeaView) -> None:
    form = await form_by_id(db, row.form_id)
    long = next((one.key for one in form.fields if one.kind is FieldKind.LONG_TEXT), None)
    row.idea_id, row.idea_revision, row.title = idea.id, idea.revision, idea.title
    if long:
        row.answers = {long: "\n\n".join(filter(None, [idea.body, idea.why]))}
    row.saved += 1
    await db.flush()
    found = await rows_of(db, CONTRIBUTORS, {"idea_id": idea.id})
    roles: dict[int, str] = {}
    # Who posted it under another name is named by nothing here.
    named = [one for one in found if one[0] is not None]
    for person_id, role, _order in sorted(named, key=lambda one: (one[2], one[0])):
        roles.setdefault(person_id, str(role))
    rows = [
        {"entry_id": row.id, "person_id": person_id, "role": role}
        for person_id, role in roles.items()
    ]
    if rows:
        await db.execute(insert(EntryContributor).values(rows).on_conflict_do_nothing())
