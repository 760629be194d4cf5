"""Handlers for judging."""

from litestar.types import ControllerRouterHandler

ROUTES: list[ControllerRouterHandler] = []
