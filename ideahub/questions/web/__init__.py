"""Handlers for questions, answers and announcements."""

from litestar.types import ControllerRouterHandler

from ideahub.questions.web import announcements, answering, asking, managing, templates

ROUTES: list[ControllerRouterHandler] = [
    *announcements.ROUTES,
    *answering.ROUTES,
    *asking.ROUTES,
    *managing.ROUTES,
    *templates.ROUTES,
]
