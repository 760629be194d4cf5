"""Handlers for questions, answers and announcements."""

from litestar.types import ControllerRouterHandler

from ideahub.questions.web import (
    announcements,
    answering,
    asking,
    batch,
    corrections,
    managing,
    merging,
    published,
    templates,
)

ROUTES: list[ControllerRouterHandler] = [
    *announcements.ROUTES,
    *answering.ROUTES,
    *asking.ROUTES,
    *batch.ROUTES,
    *corrections.ROUTES,
    *managing.ROUTES,
    *merging.ROUTES,
    *published.ROUTES,
    *templates.ROUTES,
]
