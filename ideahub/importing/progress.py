"""The progress bar of imports, on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

# Called with what is being done, how much of it is done, and how much there is.
ShowProgress = Callable[[str, int, int], None]


@contextmanager
def bar(source: str, *, quiet: bool = False) -> Iterator[ShowProgress]:
    """Shows a progress bar during the block; with `quiet` only on a terminal."""
    console = Console(stderr=True, quiet=quiet and not Console(stderr=True).is_terminal)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task(source, total=None)

        def report(doing: str, done: int, total: int) -> None:
            progress.update(task, description=doing, completed=done, total=total)

        yield report
