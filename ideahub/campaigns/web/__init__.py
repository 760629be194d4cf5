"""Handlers for challenges and idea boxes."""

from litestar.types import ControllerRouterHandler

from ideahub.campaigns.web import campaigns, changes, phases, publication, reviews, starting, wizard

ROUTES: list[ControllerRouterHandler] = [
    *campaigns.ROUTES,
    *changes.ROUTES,
    *phases.ROUTES,
    *publication.ROUTES,
    *reviews.ROUTES,
    *starting.ROUTES,
    *wizard.ROUTES,
]
