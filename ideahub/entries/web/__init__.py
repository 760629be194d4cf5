"""Handlers for entries."""

from litestar.types import ControllerRouterHandler

from ideahub.entries.web import entering, pages

ROUTES: list[ControllerRouterHandler] = [*pages.ROUTES, *entering.ROUTES]
