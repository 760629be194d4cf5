"""Reads the templates without the indentation of their lines, which no page needs."""

import re
from collections.abc import Callable

from jinja2 import Environment, FileSystemLoader

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class FlushLeft(FileSystemLoader):
    """Jinja's loader of files; lines keep their numbers."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """The text of a template, its path, and whether it is still so; raises TemplateNotFound."""
        source, path, is_fresh = super().get_source(environment, template)
        return INDENTATION.sub("", source), path, is_fresh
