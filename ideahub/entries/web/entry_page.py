"""The page of an entry, for its team and for the managers."""

from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Role, Viewer
from ideahub.entries.labels import role_labels, state_badge
from ideahub.entries.next_steps import next_steps
from ideahub.entries.queries import (
    EntryView,
    may_submit,
    may_write,
    members_of,
    open_invitations,
)
from ideahub.entries.reading import frozen_entry
from ideahub.entries.receipts import receipts_of
from ideahub.entries.rules_accepted import not_accepted_by
from ideahub.http.forms import Form
from ideahub.http.pages import AnyRequest, page
from ideahub.http.slots import fill_slots, part_context


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
    members = await members_of(db, entry.id)
    shown = entry.submitted_id
    waits = await not_accepted_by(db, entry.campaign_id, [one.person_id for one in members])
    slots = await fill_slots(part_context(request, db, viewer), "entry", entry)
    return page(
        request,
        viewer,
        "entries/show.html",
        status=form.status if form else 200,
        rooms=(f"entry:{entry.id}", f"campaign:{entry.campaign_id}", *slots.rooms),
        entry=entry,
        badge_of=state_badge(entry),
        next_step=(await next_steps(db, [entry]))[entry.id],
        frozen=await frozen_entry(db, shown, blind=False) if shown else None,
        members=members,
        roles=role_labels(),
        invitations=await open_invitations(db, entry.id) if writes else (),
        receipts=await receipts_of(db, entry) if shown else (),
        not_accepted=waits,
        writes=writes,
        may_submit=may_submit(viewer, entry),
        manages=viewer.holds(Role.MANAGER, entry.organisation_id),
        form=form,
        about=about,
        **slots.context,
    )
