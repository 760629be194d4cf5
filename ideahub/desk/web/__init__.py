"""Handlers for the desk and for decisions."""

from litestar.types import ControllerRouterHandler

from ideahub.desk.web import decisions

ROUTES: list[ControllerRouterHandler] = [*decisions.ROUTES]
