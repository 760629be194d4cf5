"""What is printed where a command cannot do what it was asked for."""

import sys
from collections.abc import Callable

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from ideahub.core.config import Misconfigured
from ideahub.core.file_store import StorageAway
from ideahub.core.refusals import Refused
from ideahub.http.assets import NotBuilt
from ideahub.server import embedded
from ideahub.server.serving import PortTaken

# What the operator can correct; the message says how.
CORRECTABLE = (
    *(Misconfigured, NotBuilt, PortTaken, Refused, StorageAway, OSError),
    embedded.NoServer,
)


def in_sentences(work: Callable[[], int]) -> int:
    """Does the work and returns its exit code: 2 for what the operator can correct, which is
    printed as a sentence instead of a traceback; 130 for Ctrl-C."""
    try:
        return work()
    except CORRECTABLE as problem:
        print(f"ideahub: {problem}", file=sys.stderr, flush=True)
        return 2
    except (SQLAlchemyError, asyncpg.PostgresError) as problem:
        said = str(problem).splitlines()[0]
        print(f"ideahub: the database says: {said}", file=sys.stderr, flush=True)
        return 2
    except KeyboardInterrupt:
        return 130
