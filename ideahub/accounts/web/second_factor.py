"""Handlers for the second step of signing in."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from ideahub.accounts.second_factors import is_half_signed_in, too_late
from ideahub.accounts.signing_in import sign_in_by_second_factor
from ideahub.accounts.web.cookies import browser_of, half_of, next_of
from ideahub.accounts.web.fields import code_field, return_field
from ideahub.accounts.web.signing_in import welcome
from ideahub.accounts.web.waiting import waiting_for
from ideahub.core.i18n import _
from ideahub.http.forms import Form, blank, read_form, say_what_is_missing
from ideahub.http.pages import AnyRequest, page, see_other, with_query
from ideahub.http.requests import database_of, viewer_now


@dataclass
class SecondFactorForm:
    """A code of the app, or a recovery code."""

    code: str = code_field()
    next: str = return_field()


@get("/sign-in/second-factor")
async def second_factor_page(request: AnyRequest) -> Response[Any]:
    """The page that asks for a code of the app."""
    return await _page(request, blank(SecondFactorForm, next=next_of(request)))


@post("/sign-in/second-factor")
async def send_second_factor(request: AnyRequest) -> Response[Any]:
    """Signs in by the code."""
    form = await read_form(request, SecondFactorForm)
    say_what_is_missing(form, code=_("Enter the code."))
    if form.ok:
        async with form.attempt(None, "code"):
            came = await sign_in_by_second_factor(
                database_of(request), half_of(request), form.values.code, browser_of(request)
            )
    if form.ok:
        return await welcome(request, came, form.values.next)
    return await _page(request, form)


async def _page(request: AnyRequest, form: Form[SecondFactorForm]) -> Response[Any]:
    async with database_of(request).reading() as db:
        goes_on = await is_half_signed_in(db, half_of(request))
    if not goes_on:
        url = with_query("/sign-in", next=form.values.next)
        return see_other(url, too_late().reason, done=False)
    return page(
        request,
        await viewer_now(request),
        "accounts/second_factor.html",
        status=form.status,
        form=form,
        **await waiting_for(request, form.values.next),
    )


ROUTES: list[ControllerRouterHandler] = [second_factor_page, send_second_factor]
