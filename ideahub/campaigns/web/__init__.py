"""Handlers for challenges and idea boxes."""

from litestar.types import ControllerRouterHandler

from ideahub.campaigns.web import campaigns, phases, wizard

ROUTES: list[ControllerRouterHandler] = [
    *campaigns.ROUTES,
    *phases.ROUTES,
    *wizard.ROUTES,
]
