"""Handlers for the page of a person, and for admins: people, their roles, and organisations."""

from litestar.types import ControllerRouterHandler

from ideahub.organisations.web import organisations, people, profiles

ROUTES: list[ControllerRouterHandler] = [
    *people.ROUTES,
    *organisations.ROUTES,
    *profiles.ROUTES,
]
