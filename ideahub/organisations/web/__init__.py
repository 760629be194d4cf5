"""Handlers for admins: people, their roles, and organisations."""

from litestar.types import ControllerRouterHandler

from ideahub.organisations.web import organisations, people

ROUTES: list[ControllerRouterHandler] = [*people.ROUTES, *organisations.ROUTES]
