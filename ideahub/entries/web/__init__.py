"""Handlers for entries."""

from litestar.types import ControllerRouterHandler

ROUTES: list[ControllerRouterHandler] = []
