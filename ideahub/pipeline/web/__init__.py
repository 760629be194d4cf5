"""Handlers for gates, the board, experiments and lessons."""

from litestar.types import ControllerRouterHandler

from ideahub.pipeline.web import experiments, gates, readings

ROUTES: list[ControllerRouterHandler] = [
    *experiments.ROUTES,
    *gates.ROUTES,
    *readings.ROUTES,
]
