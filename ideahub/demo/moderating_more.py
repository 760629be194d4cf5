"""More of moderation in the demo: an organisation's rules in two versions, and a change of an idea
that waits."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import somebody
from ideahub.core.viewer import Viewer
from ideahub.demo.telling import DemoContext
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.ideas.submitting import IdeaText, revise_idea
from ideahub.moderation.conduct import Rule, conduct_of, write_conduct

CHALLENGE, ADMIN = "schools", "ines"
COUNTER = Rule(
    "counter",
    "As at the counter",
    "Say it as you would to somebody in front of you at the counter.",
)
NOTE = "“As at the counter” is new, after the talk with the youth council."
ADDED = (
    "Vests and lamps: https://vests.example/a https://vests.example/b https://vests.example/c "
    "https://vests.example/d"
)


async def fill_more_moderation(db: AsyncSession, context: DemoContext) -> None:
    """Adds them to one challenge and to the organisation that asks."""
    campaign = context.campaigns[CHALLENGE]
    await _write_rules(db, context, campaign.organisation_id)
    idea, author = await _idea_without_a_role(db, campaign.id)
    changed = IdeaText(idea.title, f"{idea.body}\n\n{ADDED}", idea.why, list(idea.tags))
    await revise_idea(db, author, idea, changed, from_revision=idea.revision)


async def _write_rules(db: AsyncSession, context: DemoContext, organisation_id: int) -> None:
    admin = context.viewers[ADMIN]
    rules = list((await conduct_of(db, None, organisation_id)).rules)
    for written, note in ((rules, ""), ([COUNTER, *rules], NOTE)):
        await write_conduct(db, admin, written, organisation_id=organisation_id, note=note)


async def _idea_without_a_role(db: AsyncSession, campaign_id: int) -> tuple[IdeaView, Viewer]:
    """An idea of the campaign whose author holds no role, and the author."""
    listed = select(Idea.id, Idea.author_id).where(Idea.campaign_id == campaign_id, Idea.is_listed)
    for number, author_id in (await db.execute(listed.order_by(Idea.id))).all():
        author = await somebody(db, author_id)
        if not author.grants:
            return await find_idea(db, author, number), author
    raise LookupError("Each idea's author holds a role.")
