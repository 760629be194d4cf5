"""Handlers for proving one's address again, where mail to it came back: on the page of choices."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, post
from litestar.types import ControllerRouterHandler

from ideahub.accounts.codes import new_own_code
from ideahub.accounts.letters import code_letter
from ideahub.accounts.web.cookies import browser_of, keep_code_secret
from ideahub.accounts.web.fields import code_field
from ideahub.core.i18n import _
from ideahub.http.forms import Form, blank, read_form
from ideahub.http.mail_layout import mailer_of
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.requests import config_of, database_of, viewer_for_deed, viewer_now
from ideahub.notifications.choices import Choices, choices_of
from ideahub.notifications.proving_address import prove_address
from ideahub.notifications.web.choosing import HERE, choices_page, chosen_form

# Where the page speaks of it.
PLACE = f"{HERE}#refused"


@dataclass
class ArrivedForm:
    """The code from a mail to one's own address."""

    code: str = code_field()


@post(f"{HERE}/code")
async def send_code(request: AnyRequest) -> Response[Any]:
    """Sends a code to the viewer's own address, although mail to it came back."""
    viewer = await viewer_for_deed(request)
    viewer.must_sign_in()
    found = await _choices(request)
    if not found.refused_at:
        return see_other(HERE)
    form = blank(ArrivedForm)
    async with form.attempt(None, "code"):
        made = await new_own_code(database_of(request), viewer, found.address)
        letter = code_letter(made.code, config_of(request).public_url, link=False)
        await mailer_of(config_of(request)).send(found.address, letter.subject, letter.text)
    if not form.ok:
        return await _page(request, found, form)
    sent = _("We sent a code to %(address)s. Type it in below.", address=found.address)
    response = see_other(PLACE, sent)
    keep_code_secret(request, response, made.secret)
    return response


@post(f"{HERE}/proof")
async def take_code(request: AnyRequest) -> Response[Any]:
    """Takes the code; from then on mail comes as before."""
    viewer = await viewer_for_deed(request)
    viewer.must_sign_in()
    form = await read_form(request, ArrivedForm)
    found = await _choices(request)
    if not found.refused_at:
        return see_other(HERE)
    if form.ok:
        async with form.attempt(None, "code"):
            database, browser = database_of(request), browser_of(request)
            await prove_address(database, viewer, found.address, form.values.code, browser)
    if not form.ok:
        return await _page(request, found, form)
    return see_other(HERE, _("Thank you. Mail arrives there, so it comes as before."))


async def _choices(request: AnyRequest) -> Choices:
    viewer = await viewer_now(request)
    async with database_of(request).reading() as db:
        return await choices_of(db, viewer, config_of(request).timezone)


async def _page(request: AnyRequest, found: Choices, form: Form[ArrivedForm]) -> Response[bytes]:
    viewer = await viewer_now(request)
    return choices_page(request, viewer, found, chosen_form(found), arrived=form)


ROUTES: list[ControllerRouterHandler] = [send_code, take_code]
