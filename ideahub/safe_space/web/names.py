"""Handlers for a chosen name: what was said under it, and who looked at who it is."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.dates import moment_words
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.paging import MOST
from ideahub.core.refusals import Invalid
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.fresh_proofs import NEEDS_PROOF
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.requests import WHILE_SUSPENDED
from ideahub.moderation.measures import measure_done
from ideahub.moderation.own import own_decisions
from ideahub.safe_space.finding import VoiceStanding, find_voice
from ideahub.safe_space.identity import RealPerson
from ideahub.safe_space.links import delete_link, look
from ideahub.safe_space.said import looks_at, said_by
from ideahub.safe_space.speaking import appeal_as, as_voice
from ideahub.safe_space.voices import take_over
from ideahub.safe_space.web.forms import LookForm, NameAppealForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
NAME = "/safe-space/names/{voice_id:int}"


@get(NAME)
async def show_name(
    request: AnyRequest, db: Db, viewer: CurrentViewer, voice_id: FromPath[int]
) -> Response[bytes]:
    """What was said under a chosen name, and each look at who it is."""
    return await _page(request, db, viewer, await find_voice(db, viewer, voice_id))


@post(NAME + "/looks", opt=NEEDS_PROOF)
async def look_at(
    request: AnyRequest, db: Db, viewer: CurrentViewer, voice_id: FromPath[int]
) -> Response[bytes]:
    """Shows who it is, in the answer alone, and records the look; the page again where that is
    refused."""
    found = await find_voice(db, viewer, voice_id)
    form = await read_form(request, LookForm)
    say_what_is_missing(form, reason=_("Say why you have to know who this is."))
    identity = None
    if form.ok:
        async with form.attempt(db, "reason"):
            identity = await look(db, viewer, found, form.values.reason, form.values.press)
    if identity is None:
        return await _page(request, db, viewer, found, form=form)
    await discard_draft(db, viewer, _key(voice_id))
    return await _page(request, db, viewer, found, identity=identity)


@post(NAME + "/appeals", opt=WHILE_SUSPENDED)
async def send_appeal(
    request: AnyRequest, db: Db, viewer: CurrentViewer, voice_id: FromPath[int]
) -> Response[Any]:
    """Appeals against a decision about what was said; the page again where that is refused."""
    found = await find_voice(db, viewer, voice_id)
    form = await read_form(request, NameAppealForm)
    say_what_is_missing(
        form, ruling=_("Choose the decision."), text=_("Say why the decision is wrong.")
    )
    if form.ok:
        async with form.attempt(db, "text"):
            await appeal_as(db, viewer, found, _number(form.values.ruling), form.values.text)
    if not form.ok:
        return await _page(request, db, viewer, found, objection=form)
    await discard_draft(db, viewer, _appeal_key(found))
    done = _("Your appeal is sent. Somebody else looks at it, and you read here what they decide.")
    return see_other(found.voice.url, done)


@post(NAME + "/link/removal", opt=NEEDS_PROOF)
async def remove_link(db: Db, viewer: CurrentViewer, voice_id: FromPath[int]) -> Response[Any]:
    """Deletes for good who it is."""
    found = await find_voice(db, viewer, voice_id)
    await delete_link(db, viewer, found)
    # Whoever hid behind it cannot open its page any more.
    to = f"/safe-space/{found.voice.campaign_id}" if found.is_own else found.voice.url
    return see_other(to, _("Deleted: nobody can find out here any more who it is."))


@post(NAME + "/facilitator")
async def change_speaker(db: Db, viewer: CurrentViewer, voice_id: FromPath[int]) -> Response[Any]:
    """Makes the viewer the facilitator of somebody who has none any more."""
    found = await find_voice(db, viewer, voice_id)
    await take_over(db, viewer, found)
    return see_other(found.voice.url, _("You speak for them now."))


def _key(voice_id: int) -> str:
    return f"safe-space-look-{voice_id}"


def _appeal_key(found: VoiceStanding) -> str:
    # A draft stands beside the account: that of somebody who hides must not have their name.
    if found.is_own:
        return f"safe-space-own-appeal-{found.voice.campaign_id}"
    return f"safe-space-appeal-{found.voice.id}"


def _number(ruling: str) -> int:
    if not ruling.isascii() or not ruling.isdecimal() or int(ruling) > MOST:
        raise Invalid(_("Choose the decision."), field="ruling")
    return int(ruling)


async def _decided(
    db: AsyncSession, viewer: Viewer, found: VoiceStanding, sent: Form[NameAppealForm] | None
) -> dict[str, Any]:
    """What moderators decided, and the form for an appeal, for who writes under the name."""
    if not found.speaks:
        return {"decisions": [], "objection": sent or restored(NameAppealForm, None)}
    decisions = await own_decisions(db, as_voice(viewer, found.voice))
    open_to_appeal = [decision for decision in decisions if decision.may_be_appealed]
    key = _appeal_key(found)
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


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    found: VoiceStanding,
    *,
    form: Form[LookForm] | None = None,
    objection: Form[NameAppealForm] | None = None,
    identity: RealPerson | None = None,
) -> Response[bytes]:
    voice, looks = found.voice, await looks_at(db, found.voice.id)
    draft = await find_draft(db, viewer, _key(voice.id)) if found.looks else None
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
        draft_key=_key(voice.id),
        identity=identity,
        looks=looks,
        said=await said_by(db, voice),
        **decided,
        measure_done=measure_done,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES: list[ControllerRouterHandler] = [
    show_name,
    look_at,
    send_appeal,
    remove_link,
    change_speaker,
]
