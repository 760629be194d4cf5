"""Handlers for pledges."""

from litestar.types import ControllerRouterHandler

from ideahub.sponsorship.web import offering, pledges

ROUTES: list[ControllerRouterHandler] = [
    *offering.ROUTES,
    *pledges.ROUTES,
]
