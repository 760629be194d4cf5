"""Handlers for signing out together: what providers send, and the page after signing out here."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.refusals import NotFound
from ideahub.http.forms import button_form
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.receiving import sent_form
from ideahub.http.requests import config_of, database_of, viewer_now
from ideahub.openid_connect.client_keys import certificate, public_keys
from ideahub.openid_connect.discovery import directory_of
from ideahub.openid_connect.logging_out import (
    address_to_sign_out,
    end_sessions_at,
    has_just_ended,
    take_ended,
)
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.openid_connect.tokens import read_logout_token
from ideahub.openid_connect.web.cookies import openid_secret

NOT_STORED = {"Cache-Control": "no-store"}
SIGNED_OUT = "/openid-connect/signed-out"


@post("/openid-connect/{provider_id:int}/logout-tokens", status_code=200)
async def take_logout_token(request: AnyRequest, provider_id: FromPath[int]) -> Response[Any]:
    """Ends the sessions that a provider names (OpenID Connect Back-Channel Logout 1.0)."""
    token = sent_form(request).get("logout_token", "")
    form = button_form()
    async with form.attempt(None, "logout_token"):
        await _end(request, provider_id, token if isinstance(token, str) else "")
    if not form.ok:
        said = {"error": "invalid_request"}
        return Response(said, status_code=400, media_type="application/json", headers=NOT_STORED)
    return Response(b"", status_code=200, media_type="text/plain", headers=NOT_STORED)


async def _end(request: AnyRequest, provider_id: int, token: str) -> None:
    database, directory = database_of(request), directory_of(config_of(request))
    async with database.reading() as db:
        provider = await db.get(OpenIdProvider, provider_id)
    if provider is None:
        raise NotFound
    metadata = await directory.metadata(provider.issuer)
    claims = await read_logout_token(directory, metadata, provider, token)
    async with database.transaction() as db:
        await end_sessions_at(db, provider, claims)


@get("/openid-connect/{provider_id:int}/keys")
async def show_keys(request: AnyRequest, provider_id: FromPath[int]) -> Response[Any]:
    """The public keys by which the provider knows that it is we who ask (JWKS)."""
    async with database_of(request).reading() as db:
        provider = await db.get(OpenIdProvider, provider_id)
    if provider is None:
        raise NotFound
    shown = public_keys(request.app.state.site_keys, provider)
    return Response(shown, media_type="application/json", headers={"Cache-Control": "max-age=300"})


@get("/openid-connect/{provider_id:int}/certificate")
async def show_certificate(request: AnyRequest, provider_id: FromPath[int]) -> Response[Any]:
    """The same key as a certificate, in PEM."""
    async with database_of(request).reading() as db:
        provider = await db.get(OpenIdProvider, provider_id)
    if provider is None or provider.sealed_key is None:
        raise NotFound
    host = urlsplit(config_of(request).public_url).hostname or ""
    shown = certificate(request.app.state.site_keys, provider, host)
    return Response(shown, media_type="application/x-pem-file", headers=NOT_STORED)


@get(SIGNED_OUT)
async def signed_out(request: AnyRequest) -> Response[Any]:
    """The page after signing out here, which offers to sign out at the provider as well; once, as
    its link holds the ID token."""
    async with database_of(request).transaction() as db:
        ended = await take_ended(db, request.app.state.site_keys, openid_secret(request))
    url = await address_to_sign_out(config_of(request), ended) if ended else ""
    if not ended or not url:
        return see_other("/")
    viewer = await viewer_now(request)
    response = page(
        request, viewer, "openid_connect/signed_out.html", provider=ended.provider, url=url
    )
    response.headers["Cache-Control"] = "no-store"
    return response


async def page_after(request: AnyRequest, db: AsyncSession) -> str:
    """Where somebody goes who has just signed out, if their session was begun at a provider."""
    return SIGNED_OUT if await has_just_ended(db, openid_secret(request)) else ""


ROUTES: list[ControllerRouterHandler] = [
    take_logout_token,
    show_keys,
    show_certificate,
    signed_out,
]
