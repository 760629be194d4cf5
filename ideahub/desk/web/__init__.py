"""Handlers for the desk, for decisions and owed answers, and for track records."""

from litestar.types import ControllerRouterHandler

from ideahub.desk.web import decisions, desk, owed_answers, records

ROUTES: list[ControllerRouterHandler] = [
    *desk.ROUTES,
    *decisions.ROUTES,
    *owed_answers.ROUTES,
    *records.ROUTES,
]
