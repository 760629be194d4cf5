"""Handlers for challenges and idea boxes."""

from litestar.types import ControllerRouterHandler

from ideahub.campaigns.web import (
    calendar,
    campaigns,
    changes,
    overview,
    phases,
    rules,
    rules_writing,
    wizard,
)

ROUTES: list[ControllerRouterHandler] = [
    *calendar.ROUTES,
    *campaigns.ROUTES,
    *changes.ROUTES,
    *overview.ROUTES,
    *phases.ROUTES,
    *rules.ROUTES,
    *rules_writing.ROUTES,
    *wizard.ROUTES,
]
