"""Handlers for ideas."""

from litestar.types import ControllerRouterHandler

from ideahub.ideas.web import attachments, history, ideas, writing

ROUTES: list[ControllerRouterHandler] = [
    *attachments.ROUTES,
    *history.ROUTES,
    *ideas.ROUTES,
    *writing.ROUTES,
]
