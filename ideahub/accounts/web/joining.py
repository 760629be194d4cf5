"""Handlers for joining: the page that explains it, and the form for a name."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from ideahub.accounts.audience import newcomer_seen_by
from ideahub.accounts.codes import find_ticket
from ideahub.accounts.joining import NewAccount, join, ticket_gone
from ideahub.accounts.web.cookies import answer_signed_in, browser_of, next_of, ticket_of
from ideahub.accounts.web.fields import return_field, secret_field
from ideahub.accounts.web.waiting import waiting_for
from ideahub.core import lengths
from ideahub.core.i18n import _
from ideahub.http.forms import Form, blank, checkbox, line, read_form, say_what_is_missing
from ideahub.http.local_paths import kept_path, local_path
from ideahub.http.pages import AnyRequest, page, see_other, with_query
from ideahub.http.requests import database_of, viewer_now
from ideahub.organisations.addresses import staff_organisation


@dataclass
class JoinForm:
    """A newcomer's name, title and password; `named` confirms that the name is shown."""

    name: str = line(lengths.PERSON_NAME, required=True)
    title: str = line(lengths.PERSON_NAME)
    password: str = secret_field()
    named: bool = checkbox()
    next: str = return_field()


@get("/joining")
async def join_page(request: AnyRequest) -> Response[Any]:
    """The page that explains joining, and asks for the address."""
    viewer = await viewer_now(request)
    url = next_of(request)
    if viewer.signed_in:
        return see_other(local_path(url))
    return page(request, viewer, "accounts/join.html", **await waiting_for(request, kept_path(url)))


@get("/joining/name")
async def name_page(request: AnyRequest) -> Response[Any]:
    """The page that asks for the name, after the address was proved."""
    return await _name(request, blank(JoinForm, next=next_of(request)))


@post("/joining/name")
async def send_name(request: AnyRequest) -> Response[Any]:
    """Makes the account and signs in."""
    form = await read_form(request, JoinForm)
    say_what_is_missing(form, name=_("Enter your name."))
    if not form.values.named:
        form.errors["named"] = _("Please confirm this: ideas here stand beside people's names.")
    newcomer = NewAccount(form.values.name, form.values.title, form.values.password)
    if form.ok:
        async with form.attempt(None, "name"):
            ticket, browser = ticket_of(request), browser_of(request)
            came = await join(database_of(request), ticket, newcomer, browser)
    if not form.ok:
        return await _name(request, form)
    notice = _("Welcome, %(name)s. This is a good place for a half-formed idea.", name=came.name)
    return await answer_signed_in(request, came, form.values.next, notice)


async def _name(request: AnyRequest, form: Form[JoinForm]) -> Response[Any]:
    # Without a valid ticket it redirects to signing in, to ask for a new code.
    async with database_of(request).reading() as db:
        address = await find_ticket(db, ticket_of(request))
        organisation = await staff_organisation(db, address) if address else None
    if address is None:
        return see_other(with_query("/sign-in", next=form.values.next), ticket_gone().reason)
    return page(
        request,
        await viewer_now(request),
        "accounts/name.html",
        status=form.status,
        form=form,
        **await waiting_for(request, form.values.next),
        address=address,
        organisation=organisation.name if organisation else "",
        whom=newcomer_seen_by(is_staff=organisation is not None),
    )


ROUTES: list[ControllerRouterHandler] = [join_page, name_page, send_name]
