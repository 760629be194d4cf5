"""Revision history pages (stub until the feature lands)."""

from litestar.types import ControllerRouterHandler

HISTORY_ROUTES: list[ControllerRouterHandler] = []
