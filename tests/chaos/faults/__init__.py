"""All faults, by the words in which they are reported; those of one lane come one by one, while
the lanes go on beside each other."""

from collections.abc import Awaitable, Callable, Mapping
from random import Random

from tests.chaos.faults import of_bus, of_clients, of_database, of_network, of_processes
from tests.chaos.place import Place

# Brings the fault about, and returns when it is over, or all was done to mend it.
Fault = Callable[[Place, Random], Awaitable[None]]
Lane = Mapping[str, Fault]


def lanes(place: Place) -> list[Lane]:
    """Those that can happen at this place."""
    told_by = of_bus.FAULTS if place.bus else of_database.OF_LISTENING
    return [
        of_processes.FAULTS,
        {**of_database.FAULTS, **told_by},
        {**of_network.FAULTS, **of_clients.FAULTS},
    ]
