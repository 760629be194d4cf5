"""Handlers for challenges and idea boxes."""

from litestar.types import ControllerRouterHandler

from ideahub.campaigns.web import (
    calendar,
    campaigns,
    changes,
    overview,
    phases,
    publication,
    publication_forms,
    reviews,
    rules,
    rules_writing,
    starting,
    wizard,
)

ROUTES: list[ControllerRouterHandler] = [
    *calendar.ROUTES,
    *campaigns.ROUTES,
    *changes.ROUTES,
    *overview.ROUTES,
    *phases.ROUTES,
    *publication.ROUTES,
    *publication_forms.ROUTES,
    *reviews.ROUTES,
    *starting.ROUTES,
    *rules.ROUTES,
    *rules_writing.ROUTES,
    *wizard.ROUTES,
]
