"""Handlers for admins: organisations and their mail domains."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.fingerprints import fingerprint
from ideahub.core.i18n import N_, _
from ideahub.core.viewer import Role, Viewer
from ideahub.http.forms import Form, line, prefilled, read_form, restored, say_what_is_missing
from ideahub.http.fresh_proofs import NEEDS_PROOF
from ideahub.http.overtaken import refuse_overtaken
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.receiving import sent_form
from ideahub.organisations.granting import must_admin
from ideahub.organisations.models import Organisation
from ideahub.organisations.organising import (
    add_organisation,
    change_organisation,
    find_organisation,
    find_organisations,
    set_reviews,
)
from ideahub.organisations.web.fields import domain_field

# The name of the form for a new one among drafts.
NEW = "organisation-new"
OVERTAKEN = N_(
    "Somebody else changed this after you opened it. It reads now: %(words)s. If you save again, "
    "yours replaces it."
)


@dataclass
class AddOrganisationForm:
    """A new organisation: its name, the one it belongs to, and its verified mail domain."""

    name: str = line(lengths.ORGANISATION_NAME, required=True)
    parent_id: str = line(18)
    mail_domain: str = domain_field()


@dataclass
class ChangeOrganisationForm:
    """An organisation's name and its verified mail domain; `seen` is the fingerprint of both when
    the form was opened."""

    name: str = line(lengths.ORGANISATION_NAME, required=True)
    mail_domain: str = domain_field()
    seen: str = line(40)


@get("/organisations")
async def organisations(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[Any]:
    """The page of the organisations that the viewer is an admin of, with the form to add one."""
    must_admin(viewer)
    draft = await find_draft(db, viewer, NEW)
    form = restored(AddOrganisationForm, draft)
    return await _organisations(request, db, viewer, form, from_draft=bool(draft))


@post("/organisations", opt=NEEDS_PROOF)
async def add(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[Any]:
    """Adds an organisation; the form again where it is refused."""
    must_admin(viewer)
    form = await read_form(request, AddOrganisationForm)
    say_what_is_missing(form, name=_("Enter a name."))
    values = form.values
    if form.ok:
        parent_id = int(values.parent_id) if values.parent_id.isdecimal() else None
        async with form.attempt(db):
            await add_organisation(db, viewer, values.name, parent_id, values.mail_domain)
    if not form.ok:
        return await _organisations(request, db, viewer, form)
    await discard_draft(db, viewer, NEW)
    return see_other("/organisations", _("%(name)s is added.", name=values.name))


@get("/organisations/{organisation_id:int}/details")
async def organisation(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    organisation_id: FromPath[int],
) -> Response[Any]:
    """The page for changing an organisation."""
    must_admin(viewer)
    found = await find_organisation(db, viewer, organisation_id)
    stored = _stored(found)
    form = prefilled(ChangeOrganisationForm(**stored, seen=fingerprint(stored.values())))
    if draft := await find_draft(db, viewer, _draft_key(found.id)):
        form = restored(ChangeOrganisationForm, draft)
    return _organisation(request, viewer, found.id, found.name, form, from_draft=bool(draft))


@post("/organisations/{organisation_id:int}/details", opt=NEEDS_PROOF)
async def change(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    organisation_id: FromPath[int],
) -> Response[Any]:
    """Saves an organisation's name and mail domain; the form again where it is refused."""
    must_admin(viewer)
    # Locked, so that of two who send it at once the second is told of the first.
    found = await find_organisation(db, viewer, organisation_id, lock=True)
    name = found.name
    form = await read_form(request, ChangeOrganisationForm)
    say_what_is_missing(form, name=_("Enter a name."))
    values = form.values
    refuse_overtaken(form, _stored(found), OVERTAKEN)
    if form.ok:
        async with form.attempt(db):
            await change_organisation(db, viewer, organisation_id, values.name, values.mail_domain)
    if not form.ok:
        return _organisation(request, viewer, organisation_id, name, form)
    await discard_draft(db, viewer, _draft_key(organisation_id))
    return see_other("/organisations", _("Saved."))


@get("/organisations/{organisation_id:int}/reviews")
async def show_reviews(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    organisation_id: FromPath[int],
) -> Response[Any]:
    """The page that says whether drafts are reviewed before they are published."""
    must_admin(viewer)
    found = await find_organisation(db, viewer, organisation_id)
    return page(request, viewer, "organisations/reviews.html", organisation=found)


@post("/organisations/{organisation_id:int}/reviews", opt=NEEDS_PROOF)
async def change_reviews(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    organisation_id: FromPath[int],
) -> Response[Any]:
    """Switches on or off that drafts are reviewed before they are published, as the button says."""
    must_admin(viewer)
    wanted = sent_form(request).get("reviews") == "yes"
    await set_reviews(db, viewer, organisation_id, reviews=wanted)
    told = (
        _("From now on an admin looks at each draft before it is published.")
        if wanted
        else _("From now on managers publish by themselves.")
    )
    return see_other(f"/organisations/{organisation_id}/reviews", told)


def _stored(found: Organisation) -> dict[str, str]:
    return {"name": found.name, "mail_domain": found.mail_domain or ""}


def _draft_key(organisation_id: int) -> str:
    return f"organisation-{organisation_id}"


async def _organisations(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    form: Form[AddOrganisationForm],
    *,
    from_draft: bool = False,
) -> Response[Any]:
    return page(
        request,
        viewer,
        "organisations/organisations.html",
        status=form.status,
        form=form,
        restored=from_draft,
        organisations=await find_organisations(db, viewer),
        whole_site=viewer.holds(Role.ADMIN, None),
    )


def _organisation(
    request: AnyRequest,
    viewer: Viewer,
    organisation_id: int,
    name: str,
    form: Form[ChangeOrganisationForm],
    *,
    from_draft: bool = False,
) -> Response[Any]:
    return page(
        request,
        viewer,
        "organisations/organisation.html",
        status=form.status,
        form=form,
        restored=from_draft,
        organisation_id=organisation_id,
        name=name,
        whole_site=viewer.holds(Role.ADMIN, None),
    )


ROUTES: list[ControllerRouterHandler] = [
    organisations,
    add,
    organisation,
    change,
    show_reviews,
    change_reviews,
]
