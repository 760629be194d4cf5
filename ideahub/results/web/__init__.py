"""Handlers for results."""

from litestar.types import ControllerRouterHandler

from ideahub.results.web import managing, public

ROUTES: list[ControllerRouterHandler] = [*managing.ROUTES, *public.ROUTES]
