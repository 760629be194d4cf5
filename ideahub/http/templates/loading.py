"""Reads the templates without the indentation of their lines, which no page needs."""

import re
from collections.abc import Callable

from jinja2 import Environment, FileSystemLoader

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
# The end of a line is cut off there, so that what stands in the next line has to keep its distance.
AFTER_A_TAG = re.compile(r"(?<=[%#]\}\n)[ \t]+")


class FlushLeft(FileSystemLoader):
    """Jinja's loader of files; lines keep their numbers."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """The text of a template, its path, and whether it is still so; raises TemplateNotFound."""
        source, path, is_fresh = super().get_source(environment, template)
        return flush_left(source), path, is_fresh


def flush_left(source: str) -> str:
    """The template without indentation; one space of it where the line before ends with a tag."""
    marked = AFTER_A_TAG.sub("\0", source)
    return INDENTATION.sub("", marked).replace("\0", " ")
