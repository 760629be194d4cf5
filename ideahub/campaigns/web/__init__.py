"""Handlers for challenges and idea boxes."""

from litestar.types import ControllerRouterHandler

from ideahub.campaigns.web import calendar, campaigns, changes, overview, phases, wizard

ROUTES: list[ControllerRouterHandler] = [
    *calendar.ROUTES,
    *campaigns.ROUTES,
    *changes.ROUTES,
    *overview.ROUTES,
    *phases.ROUTES,
    *wizard.ROUTES,
]
