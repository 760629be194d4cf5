"""Handlers for contributions to an idea."""

from litestar.types import ControllerRouterHandler

from ideahub.conversation.web import adopting, contributions, replying, writing

ROUTES: list[ControllerRouterHandler] = [
    *adopting.ROUTES,
    *contributions.ROUTES,
    *replying.ROUTES,
    *writing.ROUTES,
]
