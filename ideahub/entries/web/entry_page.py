"""The page of an entry, for its team and for the managers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.web.rules import acceptance_context
from ideahub.core import lengths
from ideahub.core.drafts import find_draft
from ideahub.core.viewer import Role, Viewer
from ideahub.entries.inviting_contributors import Contributor, invitable
from ideahub.entries.labels import role_labels
from ideahub.entries.outcomes import why_it_stays
from ideahub.entries.queries import EntryView, may_submit, may_write
from ideahub.entries.reading import frozen_entry
from ideahub.entries.receipts import receipts_of
from ideahub.entries.rules_accepted import not_accepted_by
from ideahub.entries.statuses import statuses_of
from ideahub.entries.team import members_of, open_invitations
from ideahub.entries.triage import decisions_about
from ideahub.entries.web.triage_form import TriageForm
from ideahub.http.forms import Form, blank, line, restored
from ideahub.http.pages import AnyRequest, page
from ideahub.http.slots import fill_slots, part_context


@dataclass
class InviteForm:
    """Whom to invite to the team."""

    address: str = line(lengths.ADDRESS, required=True)


def invite_key(entry_id: int) -> str:
    """The name of the form that invites to a team among drafts."""
    return f"entry-invitation-{entry_id}"


async def entry_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    entry: EntryView,
    *,
    form: Form[Any] | None = None,
    about: str = "",
) -> Response[bytes]:
    """The page; with `form` one that came back, of the section that `about` names."""
    writes = may_write(viewer, entry)
    manages = viewer.holds(Role.MANAGER, entry.organisation_id)
    shown = entry.submitted_id
    slots = await fill_slots(part_context(request, db, viewer), "entry", entry)
    return page(
        request,
        viewer,
        "entries/show.html",
        status=form.status if form else 200,
        rooms=(f"entry:{entry.id}", f"campaign:{entry.campaign_id}", *slots.rooms),
        entry=entry,
        entry_status=(await statuses_of(db, viewer, [entry]))[entry.id],
        stays=await why_it_stays(db, entry.id) if shown and writes else "",
        frozen=await frozen_entry(db, shown, blind=False) if shown else None,
        receipts=await receipts_of(db, entry) if shown else (),
        writes=writes,
        may_submit=may_submit(viewer, entry),
        form=form,
        about=about,
        **await _team(db, viewer, entry, form if about == "invitation" else None, writes=writes),
        **await _rules(db, viewer, entry, writes=writes),
        **await _managers(db, entry, manages=manages),
        **slots.context,
    )


async def _team(
    db: AsyncSession, viewer: Viewer, entry: EntryView, form: Form[Any] | None, *, writes: bool
) -> dict[str, Any]:
    """The team, who is invited, and who has not accepted the rules."""
    key = invite_key(entry.id)
    members = await members_of(db, entry.id)
    draft = await find_draft(db, viewer, key) if writes else None
    people = [one.person_id for one in members]
    return {
        "members": members,
        "roles": role_labels(),
        "invitations": await open_invitations(db, entry.id) if writes else (),
        "invitable": await _invitable(db, entry),
        "not_accepted": await not_accepted_by(db, entry.campaign_id, people) if writes else (),
        "invite_form": form or restored(InviteForm, draft),
        "invite_key": key,
        "restored": bool(draft),
    }


async def _invitable(db: AsyncSession, entry: EntryView) -> Sequence[Contributor]:
    """Whom the captain can invite by name."""
    if not (entry.is_captain and entry.is_open and entry.idea_id):
        return ()
    return await invitable(db, entry.id)


async def _rules(
    db: AsyncSession, viewer: Viewer, entry: EntryView, *, writes: bool
) -> dict[str, Any]:
    """What a member needs to accept the rules."""
    campaign = await db.get_one(Campaign, entry.campaign_id)
    if not (writes and entry.is_member):
        return {"campaign": campaign, "to_accept": None, "accepted": None}
    asked = await acceptance_context(db, viewer, campaign, next_page=entry.url)
    return {"campaign": campaign, **asked}


async def _managers(db: AsyncSession, entry: EntryView, *, manages: bool) -> dict[str, Any]:
    """What a manager needs to decide about the entry."""
    if not (manages and entry.submitted_id):
        return {"decisions": [], "triage_form": None}
    return {"decisions": await decisions_about(db, entry.id), "triage_form": blank(TriageForm)}
