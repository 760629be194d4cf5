"""Handlers for accounts."""

from litestar.types import ControllerRouterHandler

from ideahub.accounts.web import account, joining, kept_mail, sessions, signing_in, waiting

ROUTES: list[ControllerRouterHandler] = [
    *signing_in.ROUTES,
    *joining.ROUTES,
    *account.ROUTES,
    *sessions.ROUTES,
    *kept_mail.ROUTES,
    *waiting.ROUTES,
]
