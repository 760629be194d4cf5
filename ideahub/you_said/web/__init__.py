"""Handlers for summaries of outcomes."""

from litestar.types import ControllerRouterHandler

from ideahub.you_said.web import editing, managing, reading

ROUTES: list[ControllerRouterHandler] = [*reading.ROUTES, *managing.ROUTES, *editing.ROUTES]
