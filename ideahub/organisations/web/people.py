"""Handlers for admins: people and their roles."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.text.cleaning import clean_line
from ideahub.core.viewer import Role, Viewer
from ideahub.http.forms import Form, blank, choice, line, read_form, say_what_is_missing
from ideahub.http.fresh_proofs import NEEDS_PROOF
from ideahub.http.pages import AnyRequest, page, see_other, with_query
from ideahub.http.slots import fill_slots, part_context
from ideahub.organisations.granting import grant_role, must_admin, revoke_role
from ideahub.organisations.labels import OFFERED_ROLES, role_deeds, role_name
from ideahub.organisations.organising import find_organisations
from ideahub.organisations.queries import PAGE, PersonView, find_grants, find_people, find_person

EVERYWHERE = "everywhere"
LONGEST_SEARCH = 400


@dataclass
class GrantForm:
    """A role to grant, and the organisation where it holds, or EVERYWHERE."""

    role: Role | None = choice(Role, required=True)
    place: str = line(20, required=True)


@get("/people")
async def people(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    q: FromQuery[str] = "",
    after_name: FromQuery[str] = "",
    after_id: FromQuery[int] = 0,
) -> Response[Any]:
    """The page of the people that the viewer manages, by name."""
    must_admin(viewer)
    search = clean_line(q[:LONGEST_SEARCH])[:120]
    found = await find_people(db, viewer, search, (after_name, after_id) if after_id else None)
    last = found[PAGE - 1] if len(found) > PAGE else None
    more = {"q": search, "after_name": last.name, "after_id": last.id} if last else {}
    return page(
        request,
        viewer,
        "organisations/people.html",
        people=found[:PAGE],
        search=search,
        next_href=with_query("/people", **more) if more else "",
        first_href=with_query("/people", q=search) if after_id else "",
        role_name=role_name,
    )


@get("/people/{person_id:int}")
async def person(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    person_id: FromPath[int],
) -> Response[Any]:
    """The page of a person with the roles that they hold and held."""
    found = await find_person(db, viewer, person_id)
    return await _person(request, db, viewer, found, blank(GrantForm))


@post("/people/{person_id:int}/roles", opt=NEEDS_PROOF)
async def grant(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    person_id: FromPath[int],
) -> Response[Any]:
    """Grants a role to the person; their page again, with the form where it is refused."""
    must_admin(viewer)
    found = await find_person(db, viewer, person_id)
    form = await read_form(request, GrantForm)
    no_place = _("Choose where the role holds.")
    say_what_is_missing(form, role=_("Choose a role."), place=no_place)
    if form.values.role and form.values.role not in OFFERED_ROLES:
        form.errors["role"] = _("Choose one of the options.")
    place = form.values.place
    known = {str(organisation.id) for organisation in await find_organisations(db, viewer)}
    if place and place not in {EVERYWHERE, *known}:
        form.errors["place"] = no_place
    if not form.ok or form.values.role is None:
        return await _person(request, db, viewer, found, form)
    where = None if place == EVERYWHERE else int(place)
    await grant_role(db, viewer, found.id, form.values.role, where)
    return see_other(f"/people/{found.id}", _("The role is granted."))


@post("/people/{person_id:int}/roles/{grant_id:int}/revocation", opt=NEEDS_PROOF)
async def revoke(
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    person_id: FromPath[int],
    grant_id: FromPath[int],
) -> Response[Any]:
    """Revokes a role of the person; then the person's page, or one's own account."""
    viewer.must_sign_in()
    found = await find_person(db, viewer, person_id)
    await revoke_role(db, viewer, found.id, grant_id)
    url = f"/people/{found.id}" if viewer.id != found.id else "/account"
    return see_other(url, _("The role is revoked."))


async def _person(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    found: PersonView,
    form: Form[GrantForm],
) -> Response[Any]:
    slots = await fill_slots(part_context(request, db, viewer), "person", found)
    return page(
        request,
        viewer,
        "organisations/person.html",
        status=form.status,
        rooms=(f"person:{found.id}",),
        person=found,
        form=form,
        grants=await find_grants(db, found.id),
        places=await find_organisations(db, viewer) if viewer.is_admin else [],
        roles=OFFERED_ROLES,
        role_name=role_name,
        role_deeds=role_deeds,
        Role=Role,
        **slots.context,
    )


ROUTES: list[ControllerRouterHandler] = [people, person, grant, revoke]
