"""The rule for adopting a build: a new revision of the idea that names the build's contributor."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import accepted_now
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.conversation.rows import ContributionView
from ideahub.conversation.taking_new import lock_standing, must_stand
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.core.viewer import Viewer
from ideahub.ideas.crediting import find_name_on_idea, name_co_author
from ideahub.ideas.models import Idea, Revision
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.ideas.submitting import (
    WAITS,
    AdoptedBuild,
    Author,
    IdeaText,
    prepare_revision,
    revise_idea,
)
from ideahub.ideas.taking_new import must_take_new

TYPED = ("title", "body", "why", "note")


@dataclass(frozen=True, slots=True)
class Adoption:
    """The idea's new text with the build in it, and the revision that its author saw."""

    title: str
    body: str
    why: str
    note: str
    from_revision: int


async def must_be_adoptable(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, contribution: ContributionView
) -> None:
    """Raises SignInNeeded, Forbidden for anyone but the idea's authors, and Conflict for what
    cannot be adopted (any more); not for a build that is adopted already."""
    viewer.must_sign_in()
    if not await is_author(db, viewer, idea):
        raise Forbidden(_("Only the authors of an idea can adopt a build."))
    if contribution.kind is not ContributionKind.BUILD or contribution.parent_id is not None:
        raise Conflict(_("Only a build, “yes, and…”, can be adopted into the text."))
    must_stand(contribution)
    must_take_new(idea)


async def adopt(
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    contribution: ContributionView,
    adoption: Adoption,
) -> int:
    """Adopts a build and returns the number of the new revision; for a build that was adopted with
    the same text, returns the number of that revision; WAITS where a moderator has to look at the
    text first, as it says more than the idea and the build.

    Raises what `must_be_adoptable` and `revise_idea` raise; for the field of the text, Invalid
    where it is not changed, and Conflict where the build was adopted with another text.
    """
    await must_be_adoptable(db, viewer, idea, contribution)
    # Prepared before the build's row is locked.
    rewriting = await prepare_revision(idea, _text(idea, adoption))
    build = await lock_standing(db, contribution.id)
    if build.adopted_revision is not None:
        return await _adopted_before(db, idea, build, adoption)
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
        adopts=AdoptedBuild(build.id, build.author_id, build.body),
        during=await _phase_for_adopting(db, idea),
    )
    if revision != WAITS:
        await mark_adopted(db, viewer, idea, build, revision)
    return revision


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
    # While a phase accepts builds they can be adopted, even where none accepts ideas.
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


async def mark_adopted(
    db: AsyncSession,
    viewer: Viewer | Author,
    idea: IdeaView | Idea,
    build: Contribution,
    revision: int,
) -> None:
    """Notes that the build is in the idea's text since this revision; its author is named on it."""
    await db.execute(
        update(Contribution)
        .where(Contribution.id == build.id)
        .values(adopted_at=func.now(), adopted_by=viewer.id, adopted_revision=revision)
    )
    await name_co_author(db, idea, build.author_id)
    if build.author_id != idea.author_id:
        # Gates ask for builds of others, so the author's own are not counted.
        await db.execute(
            update(Idea).where(Idea.id == idea.id).values(adopted_count=Idea.adopted_count + 1)
        )
    await record(db, Kind.CONTRIBUTION_ADOPTED, viewer, on=idea, subject=build, revision=revision)
