"""Handlers for public votes."""

from litestar.types import ControllerRouterHandler

from ideahub.public_voting.web import exports, managing, taking_off, voting

ROUTES: list[ControllerRouterHandler] = [
    *voting.ROUTES,
    *exports.ROUTES,
    *managing.ROUTES,
    *taking_off.ROUTES,
]
