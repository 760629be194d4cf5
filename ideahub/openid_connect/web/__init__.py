"""Handlers for signing in by OpenID Connect."""

from litestar.types import ControllerRouterHandler

from ideahub.openid_connect.web import (
    connecting,
    logging_out,
    provider_deeds,
    providers,
    signing_in,
)

ROUTES: list[ControllerRouterHandler] = [
    *signing_in.ROUTES,
    *connecting.ROUTES,
    *logging_out.ROUTES,
    *providers.ROUTES,
    *provider_deeds.ROUTES,
]
