"""Handlers for challenges and idea boxes."""

from litestar.types import ControllerRouterHandler

from ideahub.campaigns.web import campaigns, changes, feed, overview, phases, wizard

ROUTES: list[ControllerRouterHandler] = [
    *campaigns.ROUTES,
    *changes.ROUTES,
    *feed.ROUTES,
    *overview.ROUTES,
    *phases.ROUTES,
    *wizard.ROUTES,
]
