"""The handlers of moderation."""

from litestar.types import ControllerRouterHandler

from ideahub.moderation.web import (
    appeals,
    cases,
    conduct,
    decisions,
    log,
    own_masking,
    queue,
    reports,
    settings,
)

ROUTES: list[ControllerRouterHandler] = [
    *reports.ROUTES,
    *queue.ROUTES,
    *cases.ROUTES,
    *decisions.ROUTES,
    *own_masking.ROUTES,
    *appeals.ROUTES,
    *log.ROUTES,
    *conduct.ROUTES,
    *settings.ROUTES,
]
