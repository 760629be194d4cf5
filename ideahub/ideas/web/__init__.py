"""Handlers for ideas."""

from litestar.types import ControllerRouterHandler

from ideahub.ideas.web import attachments, history, ideas, supporting, writing

ROUTES: list[ControllerRouterHandler] = [
    *attachments.ROUTES,
    *history.ROUTES,
    *ideas.ROUTES,
    *supporting.ROUTES,
    *writing.ROUTES,
]
