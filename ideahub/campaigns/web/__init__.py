"""Handlers for challenges and idea boxes."""

from litestar.types import ControllerRouterHandler

from ideahub.campaigns.web import (
    calendar,
    campaigns,
    changes,
    copying,
    documents,
    feed,
    from_template,
    overview,
    phases,
    publication,
    publication_forms,
    reviews,
    rules,
    rules_writing,
    starting,
    term_lists,
    wizard,
)

ROUTES: list[ControllerRouterHandler] = [
    *calendar.ROUTES,
    *campaigns.ROUTES,
    *changes.ROUTES,
    *copying.ROUTES,
    *documents.ROUTES,
    *feed.ROUTES,
    *from_template.ROUTES,
    *overview.ROUTES,
    *phases.ROUTES,
    *publication.ROUTES,
    *publication_forms.ROUTES,
    *reviews.ROUTES,
    *starting.ROUTES,
    *rules.ROUTES,
    *rules_writing.ROUTES,
    *term_lists.ROUTES,
    *wizard.ROUTES,
]
