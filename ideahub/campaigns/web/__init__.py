"""Handlers for challenges and idea boxes."""

from litestar.types import ControllerRouterHandler

from ideahub.campaigns.web import campaigns, changes, phases, starting, wizard

ROUTES: list[ControllerRouterHandler] = [
    *campaigns.ROUTES,
    *changes.ROUTES,
    *phases.ROUTES,
    *starting.ROUTES,
    *wizard.ROUTES,
]
