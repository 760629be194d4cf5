"""Thanks: one person, one contribution, once; counted exactly."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.conversation.rows import ContributionView
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.ideas.queries import IdeaView

THANK = text("""
    with thanked as (
        insert into thanks (contribution_id, person_id) values (:contribution_id, :person_id)
        on conflict do nothing returning 1
    )
    update contribution set thanks_count = thanks_count + 1
    where id = :contribution_id and exists (select from thanked)
    returning thanks_count
""")


async def thank(db: AsyncSession, viewer: Viewer, idea: IdeaView, said: ContributionView) -> bool:
    """Thanks for a contribution; whether these thanks are new. They are never for one's own.

    Thanks are welcome after the phase has closed, too: only what is gone takes none.
    """
    person_id = viewer.person_id
    written_by = await db.get_one(Contribution, said.id)
    if written_by.author_id == person_id:
        raise Conflict(_("These are your own words: thanks are for others to give."))
    if said.gone:
        raise Conflict(_("This was taken back."))
    values = {"contribution_id": said.id, "person_id": person_id}
    if (await db.execute(THANK, values)).one_or_none() is None:
        return False
    await record(
        db,
        Kind.CONTRIBUTION_THANKED,
        actor_id=person_id,
        campaign_id=idea.campaign_id,
        idea_id=idea.id,
        subject_id=said.id,
    )
    return True
