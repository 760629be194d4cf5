"""Handlers for accounts."""

from litestar.types import ControllerRouterHandler

from ideahub.accounts.web import (
    account,
    disabling,
    joining,
    kept_mail,
    passkeys,
    proof,
    second_factor,
    session_time,
    sessions,
    signing_in,
    waiting,
    ways,
)

ROUTES: list[ControllerRouterHandler] = [
    *signing_in.ROUTES,
    *second_factor.ROUTES,
    *passkeys.ROUTES,
    *joining.ROUTES,
    *account.ROUTES,
    *ways.ROUTES,
    *proof.ROUTES,
    *sessions.ROUTES,
    *session_time.ROUTES,
    *disabling.ROUTES,
    *kept_mail.ROUTES,
    *waiting.ROUTES,
]
