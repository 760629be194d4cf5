"""Handlers for signing in, by password or code, and for signing out.

They do not take `db`: checking a password takes a tenth of a second, a mail server longer, and no
connection to the database should wait for that. Each step has a short transaction of its own.
"""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from ideahub.accounts.codes import clean_code, new_code
from ideahub.accounts.letters import Letter, code_letter, disabled_letter
from ideahub.accounts.sessions import end_session_of
from ideahub.accounts.signing_in import (
    AddressProved,
    SecondFactorNeeded,
    SignedIn,
    find_by_address,
    sign_in_by_code,
    sign_in_by_password,
)
from ideahub.accounts.web.cookies import (
    answer_signed_in,
    answer_signed_out,
    browser_of,
    give_ticket,
    keep_code_secret,
    keep_half,
    next_of,
    remember_address,
    remembered_address,
)
from ideahub.accounts.web.fields import address_field, code_field, return_field, secret_field
from ideahub.accounts.web.waiting import waiting_for
from ideahub.core.i18n import _
from ideahub.core.languages import in_language, language
from ideahub.core.mailing import Mailer
from ideahub.core.viewer import Viewer
from ideahub.http.after_sign_out import page_after_sign_out
from ideahub.http.forms import Form, blank, line, read_form, say_what_is_missing
from ideahub.http.local_paths import local_path
from ideahub.http.pages import AnyRequest, page, see_other, with_query
from ideahub.http.requests import config_of, database_of, viewer_now
from ideahub.http.slots import fill_slots, part_context
from ideahub.organisations.labels import role_name
from ideahub.organisations.queries import demo_people, language_of


@dataclass
class SignInForm:
    """An address, and a password unless `how` is "code"."""

    email: str = address_field()
    password: str = secret_field()
    how: str = line(20)
    next: str = return_field()


@dataclass
class CodeForm:
    """A code, and the address that it was sent to."""

    email: str = address_field()
    code: str = code_field()
    next: str = return_field()


@get("/sign-in")
async def sign_in_page(request: AnyRequest) -> Response[Any]:
    """The page that asks for the address, and a password or whether to send a code."""
    url = next_of(request)
    viewer = await viewer_now(request)
    if viewer.signed_in:
        return see_other(local_path(url))
    return await _sign_in(request, viewer, blank(SignInForm, next=url))


@post("/sign-in")
async def sign_in(request: AnyRequest) -> Response[Any]:
    """Signs in by password; without one, sends a code."""
    form = await read_form(request, SignInForm)
    say_what_is_missing(form, email=_("Enter your mail address."))
    by_code = form.values.how == "code" or not form.value("password")
    if by_code:
        form.errors.pop("password", None)
    if form.ok:
        async with form.attempt(None, "email" if by_code else "password"):
            if by_code:
                return await _send_code(request, form.values.email, form.values.next)
            return await _by_password(request, form.values)
    return await _sign_in(request, await viewer_now(request), form)


async def _by_password(request: AnyRequest, values: SignInForm) -> Response[Any]:
    came = await sign_in_by_password(
        database_of(request), values.email, values.password, browser_of(request)
    )
    return await _go_on(request, came, values.next)


@get("/sign-in/code")
async def code_page(request: AnyRequest) -> Response[Any]:
    """The page that asks for the code."""
    # A program that opens each link of a mail changes nothing by it: a button has to be pressed.
    code = clean_code(request.query_params.get("code", "")[:40])
    address = remembered_address(request)
    form = blank(CodeForm, email=address, code=code, next=next_of(request))
    return await _code(request, form, elsewhere=bool(code) and not browser_of(request).asked)


@post("/sign-in/code")
async def send_code_back(request: AnyRequest) -> Response[Any]:
    """Signs in by the code; somebody without an account goes on to the form for a name."""
    form = await read_form(request, CodeForm)
    say_what_is_missing(form, email=_("Enter your mail address."), code=_("Enter the code."))
    if form.ok:
        async with form.attempt(None, "code"):
            came = await sign_in_by_code(
                database_of(request), form.values.email, form.values.code, browser_of(request)
            )
    if not form.ok:
        return await _code(request, form)
    if not isinstance(came, AddressProved):
        return await _go_on(request, came, form.values.next)
    response = see_other(with_query("/joining/name", next=form.values.next))
    give_ticket(request, response, came.ticket)
    return response


@post("/sign-out")
async def sign_out(request: AnyRequest) -> Response[Any]:
    """Ends the session of this browser."""
    async with database_of(request).transaction() as db:
        await end_session_of(db, browser_of(request).secret)
        url = await page_after_sign_out(request, db)
    return answer_signed_out(request, _("You are signed out."), url)


async def _send_code(request: AnyRequest, address: str, url: str) -> Response[Any]:
    made = await new_code(database_of(request), address, browser_of(request))
    async with database_of(request).reading() as db:
        reads = await language_of(db, address)
    with in_language(reads or language()):
        letter = await _letter(request, address, made.code)
    await Mailer(config_of(request)).send(address, letter.subject, letter.text)
    response = see_other(with_query("/sign-in/code", next=url))
    remember_address(request, response, address)
    keep_code_secret(request, response, made.secret)
    return response


async def _go_on(
    request: AnyRequest, came: SignedIn | SecondFactorNeeded, url: str
) -> Response[Any]:
    if isinstance(came, SignedIn):
        return await welcome(request, came, url)
    response = see_other(with_query("/sign-in/second-factor", next=url))
    keep_half(request, response, came.secret)
    return response


async def welcome(request: AnyRequest, who: SignedIn, url: str) -> Redirect:
    """Greets somebody who has just signed in, and goes on with what they signed in for."""
    notice = _("Good to see you, %(name)s.", name=who.name)
    return await answer_signed_in(request, who, url, notice)


async def _letter(request: AnyRequest, address: str, code: str) -> Letter:
    # The same question for every address, so that its answer takes as long.
    async with database_of(request).reading() as db:
        person = await find_by_address(db, address)
    site = config_of(request).public_url
    if person and person.disabled_at:
        return disabled_letter(site)
    return code_letter(code, site)


async def _sign_in(request: AnyRequest, viewer: Viewer, form: Form[SignInForm]) -> Response[Any]:
    async with database_of(request).reading() as db:
        people = await demo_people(db) if config_of(request).demo else []
        slots = await fill_slots(part_context(request, db, viewer), "sign-in", form.values.next)
    return page(
        request,
        viewer,
        "accounts/sign_in.html",
        status=form.status,
        form=form,
        **await waiting_for(request, form.values.next),
        people=people,
        role_name=role_name,
        **slots.context,
    )


async def _code(
    request: AnyRequest, form: Form[CodeForm], *, elsewhere: bool = False
) -> Response[Any]:
    return page(
        request,
        await viewer_now(request),
        "accounts/code.html",
        status=form.status,
        form=form,
        **await waiting_for(request, form.values.next),
        kept_here=Mailer(config_of(request)).keeps,
        elsewhere=elsewhere,
    )


ROUTES: list[ControllerRouterHandler] = [
    sign_in_page,
    sign_in,
    code_page,
    send_code_back,
    sign_out,
]
