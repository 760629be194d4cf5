"""Handlers for contributions to an idea."""

from litestar.types import ControllerRouterHandler

from ideahub.conversation.web import adopting, contributions, replying

ROUTES: list[ControllerRouterHandler] = [
    *adopting.ROUTES,
    *contributions.ROUTES,
    *replying.ROUTES,
]
