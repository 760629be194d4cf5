"""Handlers for challenges and idea boxes."""

from litestar.types import ControllerRouterHandler

from ideahub.campaigns.web import (
    calendar,
    campaigns,
    changes,
    documents,
    overview,
    phases,
    rules,
    rules_writing,
    term_lists,
    wizard,
)

ROUTES: list[ControllerRouterHandler] = [
    *calendar.ROUTES,
    *campaigns.ROUTES,
    *changes.ROUTES,
    *documents.ROUTES,
    *overview.ROUTES,
    *phases.ROUTES,
    *rules.ROUTES,
    *rules_writing.ROUTES,
    *term_lists.ROUTES,
    *wizard.ROUTES,
]
