"""Handlers for admins: disabling a person, and removing an authenticator app that was lost."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.authenticator_apps import find_app, remove_app
from ideahub.accounts.disabling import (
    disable_person,
    disablings_of,
    enable_person,
    must_look_after,
)
from ideahub.accounts.recovery_codes import replace_codes
from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing, text
from ideahub.http.fresh_proofs import NEEDS_PROOF
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.slots import Part, PartContext
from ideahub.organisations.granting import must_admin
from ideahub.organisations.queries import PersonView, find_person

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@dataclass
class DisablingForm:
    """Why somebody is disabled."""

    reason: str = text(lengths.REASON, required=True)


@post("/people/{person_id:int}/disabling", opt=NEEDS_PROOF)
async def disable(
    request: AnyRequest, db: Db, viewer: CurrentViewer, person_id: FromPath[int]
) -> Response[Any]:
    """Disables a person; the form again where it is refused."""
    must_admin(viewer)
    person = await find_person(db, viewer, person_id)
    form = await read_form(request, DisablingForm)
    say_what_is_missing(form, reason=_("Say why."))
    if form.ok:
        async with form.attempt(db, "reason"):
            await disable_person(db, viewer, person_id, form.values.reason)
    if not form.ok:
        return _page(request, viewer, person, form)
    await discard_draft(db, viewer, _draft(person_id))
    notice = _("%(name)s is signed out everywhere and cannot sign in.", name=person.name)
    return see_other(f"/people/{person_id}", notice)


@post("/people/{person_id:int}/enabling", opt=NEEDS_PROOF)
async def enable(db: Db, viewer: CurrentViewer, person_id: FromPath[int]) -> Response[Any]:
    """Lets a person sign in again."""
    await enable_person(db, viewer, person_id)
    return see_other(f"/people/{person_id}", _("They can sign in again."))


@post("/people/{person_id:int}/second-factor/removal", opt=NEEDS_PROOF)
async def reset(db: Db, viewer: CurrentViewer, person_id: FromPath[int]) -> Response[Any]:
    """Removes the app of somebody who lost it, and its recovery codes; they are told."""
    await must_look_after(db, viewer, person_id)
    await remove_app(db, person_id, viewer)
    await replace_codes(db, person_id)
    return see_other(f"/people/{person_id}", _("The authenticator app is removed."))


def _page(
    request: AnyRequest, viewer: Viewer, person: PersonView, form: Form[DisablingForm]
) -> Response[Any]:
    return page(
        request,
        viewer,
        "accounts/disabling.html",
        status=form.status,
        person=person,
        disabling={"form": form, "draft": _draft(person.id), "restored": False},
    )


async def _on_person(context: PartContext, person: PersonView) -> dict[str, Any]:
    db, viewer = context.db, context.viewer
    draft = await find_draft(db, viewer, _draft(person.id)) if viewer.is_admin else None
    return {
        "form": restored(DisablingForm, draft),
        "draft": _draft(person.id),
        "restored": bool(draft),
        "times": await disablings_of(db, person.id),
        "has_app": await find_app(db, person.id) is not None,
    }


def _draft(person_id: int) -> str:
    return f"disabling-{person_id}"


ON_PERSON = Part(
    page="person",
    key="disabling",
    find=_on_person,
    templates={"body": "accounts/_on_person.html"},
    queries=3,
)
ROUTES: list[ControllerRouterHandler] = [disable, enable, reset]
