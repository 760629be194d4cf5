"""What is printed where a command cannot do what it was asked for."""

import sys
from collections.abc import Callable

from ideahub.core.correctable import Correctable


def in_sentences(work: Callable[[], int]) -> int:
    """Does the work and returns its exit code: 2 for what the operator can correct, which is
    printed as a sentence instead of a traceback; 130 for Ctrl-C."""
    try:
        return work()
    except KeyboardInterrupt:
        return 130
    except Exception as problem:
        said = _said(problem)
        if said is None:
            raise
        print(f"ideahub: {said}", file=sys.stderr, flush=True)
        return 2


def _said(problem: Exception) -> str | None:
    """The sentence for the operator; None for a fault in the code."""
    # Imported late, as a command that succeeds needs none of it for this.
    import asyncpg
    from sqlalchemy.exc import SQLAlchemyError

    from ideahub.core.refusals import Refused

    if isinstance(problem, Correctable | Refused | OSError):
        return str(problem)
    if isinstance(problem, SQLAlchemyError | asyncpg.PostgresError):
        return f"the database says: {str(problem).splitlines()[0]}"
    return None
