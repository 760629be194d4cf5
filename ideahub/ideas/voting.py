"""Support: one person, one idea, one vote, counted exactly."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import must_accept
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.ideas.queries import IdeaView

# Ten times the votes weigh as much as being a month younger: the scale on which ideas rise
# and sink, after the "hot" order that Reddit published, which uses 12.5 hours.
MONTH = 30 * 24 * 3600
RISING = f"log(greatest(votes_count, 1)) + extract(epoch from created_at) / {MONTH}"

# The only thing put into these texts is the constant above.
CAST = text(f"""
    with cast_now as (
        insert into vote (idea_id, person_id) values (:idea_id, :person_id)
        on conflict do nothing returning 1
    )
    update idea set
        votes_count = votes_count + 1,
        rising = {RISING.replace("votes_count", "votes_count + 1")}
    where id = :idea_id and exists (select from cast_now)
    returning votes_count
""")  # noqa: S608
TAKE_BACK = text(f"""
    with taken_back as (
        delete from vote where idea_id = :idea_id and person_id = :person_id returning 1
    )
    update idea set
        votes_count = votes_count - 1,
        rising = {RISING.replace("votes_count", "votes_count - 1")}
    where id = :idea_id and exists (select from taken_back)
    returning votes_count
""")  # noqa: S608


async def vote(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> bool:
    """Casts the viewer's vote; whether it is new. Raises Conflict outside a voting phase."""
    person_id = viewer.person_id
    await must_accept(db, idea.campaign_id, Accepts.VOTES)
    if idea.withdrawn_at or idea.hidden_at:
        raise Conflict(_("This idea is not open for support any more."))
    if person_id == idea.author_id:
        raise Conflict(_("This is your own idea: its support is what others give it."))
    return await _count(db, CAST, Kind.VOTE_CAST, person_id, idea)


async def withdraw_vote(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> bool:
    """Takes the viewer's vote back; whether there was one. Raises Conflict when it is too late."""
    person_id = viewer.person_id
    await must_accept(db, idea.campaign_id, Accepts.VOTES)
    return await _count(db, TAKE_BACK, Kind.VOTE_WITHDRAWN, person_id, idea)


async def has_voted(db: AsyncSession, viewer: Viewer, idea_id: int) -> bool:
    """Whether the viewer supports the idea."""
    if viewer.id is None:
        return False
    found = text("select exists (select from vote where idea_id = :i and person_id = :p)")
    return bool((await db.execute(found, {"i": idea_id, "p": viewer.id})).scalar_one())


async def _count(
    db: AsyncSession, statement: object, kind: Kind, person_id: int, idea: IdeaView
) -> bool:
    values = {"idea_id": idea.id, "person_id": person_id}
    changed = (await db.execute(statement, values)).one_or_none()  # type: ignore[call-overload]
    if changed is None:
        return False
    await record(db, kind, actor_id=person_id, campaign_id=idea.campaign_id, idea_id=idea.id)
    return True
