"""The page about a chosen name: what was said under it, and who looked at who it is."""

from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.dates import moment_words
from ideahub.core.drafts import find_draft
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, restored
from ideahub.http.pages import AnyRequest, page
from ideahub.moderation.measures import measure_done
from ideahub.moderation.own import own_decisions
from ideahub.safe_space.finding import VoiceStanding
from ideahub.safe_space.identity import RealPerson
from ideahub.safe_space.said import looks_at, said_by
from ideahub.safe_space.speaking import as_voice
from ideahub.safe_space.web.forms import LookForm, NameAppealForm


def look_key(voice_id: int) -> str:
    """The name of the draft of a reason to look."""
    return f"safe-space-look-{voice_id}"


def appeal_key(found: VoiceStanding) -> str:
    """The name of the draft of an appeal."""
    # A draft stands beside the account: that of somebody who hides must not have their name.
    if found.is_own:
        return f"safe-space-own-appeal-{found.voice.campaign_id}"
    return f"safe-space-appeal-{found.voice.id}"


async def _decided(
    db: AsyncSession, viewer: Viewer, found: VoiceStanding, sent: Form[NameAppealForm] | None
) -> dict[str, Any]:
    """What moderators decided, and the form for an appeal, for who writes under the name."""
    if not found.speaks:
        return {"decisions": [], "objection": sent or restored(NameAppealForm, None)}
    decisions = await own_decisions(db, as_voice(viewer, found.voice))
    open_to_appeal = [decision for decision in decisions if decision.may_be_appealed]
    key = appeal_key(found)
    return {
        "decisions": decisions,
        "open_to_appeal": open_to_appeal,
        "objection": sent or restored(NameAppealForm, await find_draft(db, viewer, key)),
        "appeal_key": key,
        "rulings": [
            {
                "value": decision.id,
                "label": measure_done(decision.measure),
                "hint": moment_words(decision.created_at, found.standing.campaign.timezone),
            }
            for decision in open_to_appeal
        ],
    }


async def name_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    found: VoiceStanding,
    *,
    form: Form[LookForm] | None = None,
    objection: Form[NameAppealForm] | None = None,
    identity: RealPerson | None = None,
) -> Response[bytes]:
    """The page about a chosen name: with a form that was refused, or with who it is."""
    voice, looks = found.voice, await looks_at(db, found.voice.id)
    draft = await find_draft(db, viewer, look_key(voice.id)) if found.looks else None
    form = form or restored(LookForm, draft)
    decided = await _decided(db, viewer, found, objection)
    answer = page(
        request,
        viewer,
        "safe_space/name.html",
        status=max(form.status, decided["objection"].status),
        rooms=(f"campaign:{voice.campaign_id}",),
        campaign=found.standing.campaign,
        found=found,
        voice=voice,
        form=form,
        # Another one after each look.
        press=f"{voice.id}-{looks[0].created_at.timestamp() if looks else 0}",
        draft_key=look_key(voice.id),
        identity=identity,
        looks=looks,
        said=await said_by(db, voice),
        **decided,
        measure_done=measure_done,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
