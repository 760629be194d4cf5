"""Rules for saying something under a chosen name: the same as for everybody, done as that name."""

from dataclasses import replace

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.contributing import contribute
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.core.barring import must_not_be_barred
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Forbidden
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.submitting import IdeaText, post_idea
from ideahub.ideas.voting import vote, withdraw_vote
from ideahub.moderation.appealing import appeal
from ideahub.moderation.models import ModerationDecision
from ideahub.moderation.own import find_decision_view
from ideahub.moderation.suspending import suspended_in
from ideahub.safe_space.finding import VoiceStanding
from ideahub.safe_space.names import VoiceView


def as_voice(viewer: Viewer, voice: VoiceView) -> Viewer:
    """How the rules see the viewer while they speak under a chosen name: with no role, and as
    suspended where either of them is; from a part of the site, where the name is."""
    ends = [until for until in (viewer.suspended_until, voice.suspended_until) if until]
    return replace(
        viewer,
        id=voice.person_id,
        name=voice.name,
        title="",
        session_id=None,
        organisation_id=None,
        grants=(),
        judges=False,
        suspended_until=max(ends, default=None),
        # `must_speak` asks for the viewer's own before.
        partly_suspended_until=voice.partly_suspended_until,
    )


async def say(
    db: AsyncSession,
    viewer: Viewer,
    found: VoiceStanding,
    idea: IdeaView,
    kind: ContributionKind,
    body: str,
    remedy: str = "",
    *,
    from_experience: bool = False,
) -> int:
    """Adds a contribution under the name; returns its number. Raises what `must_speak` and
    `contribute` raise."""
    speaker = await must_speak(db, viewer, found, idea.campaign_id)
    number = await contribute(db, speaker, idea, kind, body, remedy)
    if from_experience:
        said = Contribution.id == number
        await db.execute(update(Contribution).where(said).values(from_experience=True))
    return number


async def post(
    db: AsyncSession,
    viewer: Viewer,
    found: VoiceStanding,
    written: IdeaText,
    *,
    from_experience: bool = False,
) -> Idea:
    """Posts an idea under the name. Raises what `must_speak` and `post_idea` raise. Whoever hides
    behind the name cannot support it: see `must_take_vote`."""
    speaker = await must_speak(db, viewer, found, found.voice.campaign_id)
    idea = await post_idea(db, speaker, found.standing.campaign, written)
    if from_experience:
        await db.execute(update(Idea).where(Idea.id == idea.id).values(from_experience=True))
    return idea


async def support(
    db: AsyncSession, viewer: Viewer, found: VoiceStanding, idea: IdeaView, *, more: bool
) -> bool:
    """Casts, or without `more` withdraws, the vote of somebody for whom the viewer speaks; returns
    whether that changed anything. Raises what `must_speak` and `vote` raise, and Forbidden for
    one's own chosen name, as one has a vote already."""
    speaker = await must_speak(db, viewer, found, idea.campaign_id)
    if not found.voice.is_spoken_for:
        raise Forbidden(_("Support it under your own name: you have one vote."))
    return await (vote if more else withdraw_vote)(db, speaker, idea)


async def appeal_as(
    db: AsyncSession, viewer: Viewer, found: VoiceStanding, decision_id: int, text: str
) -> None:
    """Appeals against a decision about what was said under the name, also where it is suspended.
    Raises Forbidden for who does not write under it, NotFound, and what `appeal` raises."""
    if not found.speaks:
        raise Forbidden(_("You cannot say something under this name here."))
    speaker = as_voice(viewer, found.voice)
    decision = await find_decision_view(db, speaker, decision_id)
    await appeal(db, speaker, await db.get_one(ModerationDecision, decision.id), text)


async def must_speak(
    db: AsyncSession, viewer: Viewer, found: VoiceStanding, campaign_id: int
) -> Viewer:
    """The viewer as this voice; raises Forbidden for who may not speak as it, or does so elsewhere,
    and where the viewer or the voice is suspended; Conflict where the campaign does not allow it
    any more."""
    if not found.speaks or found.voice.campaign_id != campaign_id:
        raise Forbidden(_("You cannot say something under this name here."))
    space = found.standing.space
    if not (space.lets_speak_for if found.voice.is_spoken_for else space.lets_hide):
        raise Conflict(_("Here nobody can write without their name at the moment."))
    await must_not_be_barred(db, viewer, campaign_id)
    speaker = as_voice(viewer, found.voice)
    if speaker.is_suspended or await _is_barred(db, speaker, campaign_id):
        raise Forbidden(
            _("A moderator has suspended this name for a time: it can neither write nor vote.")
        )
    return speaker


async def _is_barred(db: AsyncSession, speaker: Viewer, campaign_id: int) -> bool:
    if not speaker.is_partly_suspended:
        return False
    return await suspended_in(db, speaker.person_id, campaign_id) is not None
