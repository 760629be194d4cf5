"""Handlers for passkeys: the script asks them for what a device has to sign, and sends it back.

They answer the script with JSON. Without a script there are the other ways to sign in.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.browsers import browser_name
from ideahub.accounts.limiting_tries import WINDOW
from ideahub.accounts.passkey_challenges import ChallengeFor
from ideahub.accounts.passkeys import add_passkey, options_to_add, options_to_use, remove_passkey
from ideahub.accounts.proving import prove_by_passkey
from ideahub.accounts.signing_in import sign_in_by_passkey
from ideahub.accounts.web.cookies import (
    answer_proved,
    browser_of,
    keep_passkey_asked,
    passkey_asked,
)
from ideahub.accounts.web.fields import return_field
from ideahub.accounts.web.signing_in import welcome
from ideahub.core import lengths
from ideahub.core.i18n import _
from ideahub.core.kept_forms import new_browser_secret
from ideahub.core.limits import attempt_key, limit
from ideahub.core.networks import network
from ideahub.core.viewer import STRANGER
from ideahub.http.forms import Form, blank, cleaned, line, read_form
from ideahub.http.fresh_proofs import NEEDS_PROOF
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.requests import BY_ITSELF, database_of, viewer_for_deed, viewer_now

LONGEST_ANSWER = 20_000
# Of one network: each page to sign in asks for one where the browser fills it in by itself.
MOST_ASKED = 300


@dataclass
class PasskeyForm:
    """What the device answered, as JSON; what the passkey is called; the page to go to."""

    answer: str = cleaned(str, required=True, most=LONGEST_ANSWER)
    name: str = line(lengths.PASSKEY_NAME)
    next: str = return_field()


@post("/sign-in/passkey/challenge", opt=BY_ITSELF)
async def challenge_to_sign_in(request: AnyRequest) -> Response[Any]:
    """A challenge for signing in, for this browser."""
    return await _challenge(
        request, lambda db, secret: options_to_use(db, ChallengeFor.SIGN_IN, secret, STRANGER)
    )


@post("/sign-in/passkey", opt=BY_ITSELF)
async def sign_in_with_passkey(request: AnyRequest) -> Response[Any]:
    """Signs in by the answer of a passkey."""
    form = await read_form(request, PasskeyForm)
    if form.ok:
        async with form.attempt(None, "answer"):
            came = await sign_in_by_passkey(
                database_of(request),
                passkey_asked(request),
                form.values.answer,
                browser_of(request),
            )
    if not form.ok:
        return _refused(form)
    return _for_script(await welcome(request, came, form.values.next))


@post("/proof/passkey/challenge", opt=BY_ITSELF)
async def challenge_to_prove(request: AnyRequest) -> Response[Any]:
    """A challenge for proving who the viewer is."""
    viewer = await viewer_now(request)
    viewer.must_sign_in()
    return await _challenge(
        request, lambda db, secret: options_to_use(db, ChallengeFor.PROVE, secret, viewer)
    )


@post("/proof/passkey", opt=BY_ITSELF)
async def prove_with_passkey(request: AnyRequest) -> Response[Any]:
    """Proves who the viewer is by one of their passkeys."""
    viewer = await viewer_now(request)
    viewer.must_sign_in()
    form = await read_form(request, PasskeyForm)
    if form.ok:
        async with form.attempt(None, "answer"):
            secret = await prove_by_passkey(
                database_of(request), viewer, passkey_asked(request), form.values.answer
            )
    if not form.ok:
        return _refused(form)
    return _for_script(answer_proved(request, secret, form.values.next, ""))


@post("/account/passkeys/challenge", opt=BY_ITSELF | NEEDS_PROOF)
async def challenge_to_add(request: AnyRequest) -> Response[Any]:
    """A challenge for a new passkey of the viewer."""
    viewer = await viewer_for_deed(request)
    viewer.must_sign_in()
    return await _challenge(request, lambda db, secret: options_to_add(db, viewer, secret))


@post("/account/passkeys", opt=BY_ITSELF | NEEDS_PROOF)
async def add(request: AnyRequest) -> Response[Any]:
    """Stores a new passkey of the viewer; without a name it is called after the browser."""
    viewer = await viewer_for_deed(request)
    viewer.must_sign_in()
    form = await read_form(request, PasskeyForm)
    values = form.values
    if form.ok:
        name = values.name or browser_name(browser_of(request).agent)
        async with form.attempt(None, "answer"):
            asked = passkey_asked(request)
            await add_passkey(database_of(request), viewer, asked, values.answer, name)
    if not form.ok:
        return _refused(form)
    return _for_script(see_other("/account/ways", _("The passkey is added.")))


@post("/account/passkeys/{passkey_id:int}/removal", opt=NEEDS_PROOF)
async def remove(request: AnyRequest, passkey_id: FromPath[int]) -> Response[Any]:
    """Removes one of the viewer's passkeys."""
    viewer = await viewer_for_deed(request)
    async with database_of(request).transaction() as db:
        await remove_passkey(db, viewer, passkey_id)
    return see_other("/account/ways", _("The passkey is removed."))


async def _challenge(
    request: AnyRequest, make: Callable[[AsyncSession, str], Awaitable[str]]
) -> Response[Any]:
    secret = passkey_asked(request) or new_browser_secret()
    client = network(request.client.host if request.client else "")
    form = blank(PasskeyForm)
    async with form.attempt(None, "answer"):
        async with database_of(request).transaction() as db:
            await limit(db, attempt_key("passkey", client), MOST_ASKED, WINDOW)
        async with database_of(request).transaction() as db:
            options = await make(db, secret)
    if not form.ok:
        return _refused(form)
    response: Response[Any] = Response(
        options.encode(), status_code=200, media_type="application/json"
    )
    keep_passkey_asked(request, response, secret)
    return response


def _for_script(done: Redirect) -> Response[Any]:
    """Where the script goes on to, with the cookies of the answer that a form would get."""
    body = json.dumps({"next": done.url}).encode()
    answer: Response[Any] = Response(body, status_code=200, media_type="application/json")
    answer.cookies = done.cookies
    return answer


def _refused(form: Form[PasskeyForm]) -> Response[Any]:
    body = json.dumps({"reason": " ".join(form.errors.values())}).encode()
    return Response(body, status_code=form.status, media_type="application/json")


ROUTES: list[ControllerRouterHandler] = [
    challenge_to_sign_in,
    sign_in_with_passkey,
    challenge_to_prove,
    prove_with_passkey,
    challenge_to_add,
    add,
    remove,
]
