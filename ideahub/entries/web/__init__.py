"""Handlers for entries."""

from litestar.types import ControllerRouterHandler

from ideahub.entries.web import building, entering, managing, pages

ROUTES: list[ControllerRouterHandler] = [
    *pages.ROUTES,
    *entering.ROUTES,
    *building.ROUTES,
    *managing.ROUTES,
]
