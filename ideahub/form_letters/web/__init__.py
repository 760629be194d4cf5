"""The handlers of form letters."""

from litestar.types import ControllerRouterHandler

from ideahub.form_letters.web import contributions, letters

ROUTES: list[ControllerRouterHandler] = [*letters.ROUTES, *contributions.ROUTES]
