"""Handlers for the desk and for decisions."""

from litestar.types import ControllerRouterHandler

from ideahub.desk.web import decisions, desk, records

ROUTES: list[ControllerRouterHandler] = [*desk.ROUTES, *decisions.ROUTES, *records.ROUTES]
