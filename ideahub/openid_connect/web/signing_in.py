"""Handlers for signing in at a provider: going there, and coming back.

They do not take `db`: providers may take seconds to answer, and no connection to the database
should wait for that.
"""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from ideahub.accounts.limiting_tries import WINDOW
from ideahub.accounts.web.cookies import answer_signed_in, browser_of
from ideahub.accounts.web.fields import return_field
from ideahub.core.i18n import _, sentences
from ideahub.core.languages import language
from ideahub.core.limits import attempt_key, limit
from ideahub.core.networks import network
from ideahub.http.forms import button_form, read_form
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.requests import config_of, database_of, viewer_now
from ideahub.openid_connect.arriving import Arrival, Arrived, arrive
from ideahub.openid_connect.claims import known_by
from ideahub.openid_connect.connecting import keep_waiting
from ideahub.openid_connect.discovery import Metadata, directory_of
from ideahub.openid_connect.exchanging import (
    Request,
    Tokens,
    address_to_sign_in,
    exchange_code,
)
from ideahub.openid_connect.faults import told_by_name
from ideahub.openid_connect.fetching import fetch_json
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.openid_connect.starting import (
    begin_sign_in,
    browser_secret,
    enabled_provider,
    take_sign_in,
)
from ideahub.openid_connect.tokens import Expected, Untrusted, read_id_token
from ideahub.openid_connect.web.cookies import (
    keep_connection_token,
    keep_openid_secret,
    openid_secret,
)
from ideahub.openid_connect.web.refusing import not_signed_in, refused

LONGEST = 4_000
# Of one network: an office whose staff all begin their day within a quarter of an hour.
MOST_BEGUN = 1_000


@dataclass
class LeavingForm:
    """The page to go to afterwards."""

    next: str = return_field()


@post("/openid-connect/{provider_id:int}/sign-ins")
async def start(request: AnyRequest, provider_id: FromPath[int]) -> Response[Any]:
    """Begins a sign-in at the provider, and leads there.

    By a page that leads on, not by a redirect: the content security policy lets no form lead to
    another site.
    """
    form = await read_form(request, LeavingForm)
    async with form.attempt(None, "provider"):
        return await _lead_there(request, provider_id, form.values.next or "")
    return await refused(request, form, form.values.next or "")


async def _lead_there(request: AnyRequest, provider_id: int, next_url: str) -> Response[Any]:
    config, secret = config_of(request), browser_secret(openid_secret(request))
    async with database_of(request).transaction() as db:
        await limit(db, attempt_key("openid", _network(request)), MOST_BEGUN, WINDOW)
        provider = await enabled_provider(db, provider_id)
    with told_by_name(provider):
        metadata = await directory_of(config).metadata(provider.issuer)
    async with database_of(request).transaction() as db:
        begun = await begin_sign_in(db, provider, secret, next_url)
    url = address_to_sign_in(config, metadata, provider, begun, language())
    viewer = await viewer_now(request)
    response = page(request, viewer, "openid_connect/leaving.html", provider=provider, url=url)
    response.headers["Refresh"] = f"0; url={url}"
    response.headers["Cache-Control"] = "no-store"
    keep_openid_secret(request, response, secret)
    return response


@get("/openid-connect/{provider_id:int}/callback")
async def come_back(request: AnyRequest, provider_id: FromPath[int]) -> Response[Any]:
    """Signs in who comes back from the provider, once they are known for certain."""
    said = {name: request.query_params.get(name, "")[:LONGEST] for name in SAID}
    form, next_url = button_form(), ""
    async with form.attempt(None, "provider"):
        taken = await take_sign_in(
            database_of(request), provider_id, said["state"], openid_secret(request)
        )
        next_url = taken[2]
        with told_by_name(taken[0]):
            arrival = await _arrival(request, said, *taken)
        return await _welcome(request, arrival)
    return await refused(request, form, next_url)


SAID = ("state", "code", "iss", "error")


async def _arrival(
    request: AnyRequest,
    said: dict[str, str],
    provider: OpenIdProvider,
    asked: Request,
    next_url: str,
) -> Arrival:
    config, directory = config_of(request), directory_of(config_of(request))
    metadata = await directory.metadata(provider.issuer)
    _must_be_from(metadata, said["iss"])
    if said["error"] or not said["code"]:
        raise not_signed_in(provider, said["error"])
    keys = request.app.state.site_keys
    tokens = await exchange_code(config, keys, metadata, provider, said["code"], asked.verifier)
    expected = Expected(provider, metadata, asked.nonce, tokens.access_token)
    claims = await read_id_token(directory, tokens.id_token, expected)
    return Arrival(
        provider=provider,
        known=known_by(provider, await _with_more(request, metadata, tokens, claims, provider)),
        sid=claims["sid"] if isinstance(claims.get("sid"), str) else None,
        id_token=tokens.id_token,
        browser=browser_of(request),
        secret=asked.secret,
        next=next_url,
    )


async def _with_more(
    request: AnyRequest,
    metadata: Metadata,
    tokens: Tokens,
    claims: dict[str, Any],
    provider: OpenIdProvider,
) -> dict[str, Any]:
    """With what the provider says of them elsewhere, where the token has not all of it."""
    groups = provider.groups_claim.partition(".")[0]
    if not metadata.userinfo_endpoint or ("email" in claims and groups in claims):
        return claims
    more = await fetch_json(config_of(request), metadata.userinfo_endpoint, tokens.access_token)
    if more.get("sub") != claims["sub"]:
        raise Untrusted("userinfo")
    return more | claims


async def _welcome(request: AnyRequest, arrival: Arrival) -> Response[Any]:
    async with database_of(request).transaction() as db:
        came = await arrive(db, arrival)
        token = await keep_waiting(db, arrival) if came is None else ""
    if came is None:
        response: Response[Any] = see_other("/openid-connect/connection")
        keep_connection_token(request, response, token)
        return response
    return await answer_signed_in(request, came.who, arrival.next, greeting(came))


def greeting(came: Arrived) -> str:
    """What they are greeted with."""
    name = came.who.name
    if came.is_new:
        hello = _("Welcome, %(name)s. This is a good place for a half-formed idea.", name=name)
    else:
        hello = _("Good to see you, %(name)s.", name=name)
    return sentences(hello, came.notice)


def _network(request: AnyRequest) -> str:
    return network(request.client.host if request.client else "")


def _must_be_from(metadata: Metadata, said: str) -> None:
    # RFC 9207: else an answer of one provider could be taken for that of another.
    named = bool(said) or metadata.authorization_response_iss_parameter_supported
    if named and "{" not in metadata.issuer and said != metadata.issuer:
        raise Untrusted("iss of the answer")


ROUTES: list[ControllerRouterHandler] = [start, come_back]
