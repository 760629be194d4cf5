"""Taking a build up into the idea's text: a new revision that names whose words it takes up."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import accepted_now
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.conversation.rows import ContributionView
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.core.viewer import Viewer
from ideahub.ideas.crediting import find_name_on_idea, name_co_author
from ideahub.ideas.models import Idea, Revision
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.ideas.submitting import IdeaText, prepare_revision, revise_idea

TYPED = ("title", "body", "why", "note")


@dataclass(frozen=True, slots=True)
class Adoption:
    """The idea's text with the build taken up, and the revision it was written upon."""

    title: str
    body: str
    why: str
    note: str
    from_revision: int


async def must_be_adoptable(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, contribution: ContributionView
) -> None:
    """Raises Forbidden for anyone but the authors, Conflict for what cannot be adopted (any
    more)."""
    viewer.must_sign_in()
    if not await is_author(db, viewer, idea):
        raise Forbidden(_("Only the authors of an idea can adopt a build."))
    if contribution.kind is not ContributionKind.BUILD or contribution.parent_id is not None:
        raise Conflict(_("Only a build, “yes, and…”, can be adopted into the text."))
    if contribution.gone:
        raise Conflict(_("This build was taken back, so it cannot be adopted."))
    if not idea.is_listed:
        raise Conflict(_("This idea takes no changes any more."))


async def adopt(
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    contribution: ContributionView,
    adoption: Adoption,
) -> int:
    """Adopts a build and returns the number of the revision that holds it; once, however often.

    Raises what `must_be_adoptable` raises, for the field of the text Invalid where it is the same
    as before and Conflict where it was adopted with another one or has moved on since
    `from_revision`, and Conflict where the idea takes no changes now.
    """
    await must_be_adoptable(db, viewer, idea, contribution)
    # While nobody waits for the build.
    rewriting = await prepare_revision(idea, _text(idea, adoption))
    build = await _hold(db, contribution.id)
    if build.adopted_revision is not None:
        return await _adopted_before(db, idea, build, adoption)
    if not build.stands:
        raise Conflict(_("This build was taken back, so it cannot be adopted."))
    if (adoption.title, adoption.body, adoption.why) == (idea.title, idea.body, idea.why):
        raise Invalid(
            _("The text is the same as before. Work the build into it, then adopt it."),
            field="body",
        )
    revision = await revise_idea(
        db,
        viewer,
        idea,
        rewriting,
        from_revision=adoption.from_revision,
        note=adoption.note,
        adopted_from=build.author_id,
        during=await _phase_for_adopting(db, idea),
    )
    await _mark(db, viewer, idea, build, revision)
    return revision


async def _hold(db: AsyncSession, contribution_id: int) -> Contribution:
    # Always before the idea, so that two who hold both never wait for each other.
    return await locked(db, Contribution, contribution_id)


async def _adopted_before(
    db: AsyncSession, idea: IdeaView, build: Contribution, adoption: Adoption
) -> int:
    here = Revision.idea_id == idea.id, Revision.number == build.adopted_revision
    kept = (await db.scalars(select(Revision).where(*here))).one()
    if all(getattr(kept, name) == getattr(adoption, name) for name in TYPED):
        return kept.number
    raise Conflict(
        _(
            "%(name)s has adopted this build already, as revision %(number)s, with other words. "
            "Your text is kept below: to bring in what is missing, edit the idea.",
            name=await find_name_on_idea(db, idea, build.adopted_by),
            number=kept.number,
        ),
        field="body",
    )


async def _phase_for_adopting(db: AsyncSession, idea: IdeaView) -> Accepts:
    # While people may build, what they build can be taken up, even if new ideas are closed.
    building = Accepts.CONTRIBUTIONS in await accepted_now(db, idea.campaign_id)
    return Accepts.CONTRIBUTIONS if building else Accepts.IDEAS


def _text(idea: IdeaView, adoption: Adoption) -> IdeaText:
    return IdeaText(
        title=adoption.title,
        body=adoption.body,
        why=adoption.why,
        tags=idea.tags,
        innovation_type=idea.innovation_type,
    )


async def _mark(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, build: Contribution, revision: int
) -> None:
    await db.execute(
        update(Contribution)
        .where(Contribution.id == build.id)
        .values(adopted_at=func.now(), adopted_by=viewer.id, adopted_revision=revision)
    )
    await name_co_author(db, idea, build.author_id)
    if build.author_id != idea.author_id:
        # Gates ask for builds of others; one's own afterthoughts are welcome, but do not count.
        await db.execute(
            update(Idea).where(Idea.id == idea.id).values(adopted_count=Idea.adopted_count + 1)
        )
    await record(db, Kind.CONTRIBUTION_ADOPTED, viewer, on=idea, subject=build, revision=revision)
