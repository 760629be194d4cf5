"""Asks for /healthz all the time, to see how long others keep a request waiting."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench import served
from tests.bench.asking import HOST

EVERY_SECONDS = 0.005


@contextmanager
def probing() -> Iterator[list[float]]:
    """Asks for /healthz again and again meanwhile; the seconds that each took."""
    waits: list[float] = []
    over = threading.Event()

    def probe() -> None:
        asking = http.client.HTTPConnection("127.0.0.1", served.PORT)
        while not over.wait(EVERY_SECONDS):
            began = time.monotonic()
            asking.request("GET", "/healthz", headers={"Host": HOST})
            asking.getresponse().read()
            waits.append(time.monotonic() - began)

    running = threading.Thread(target=probe)
    running.start()
    try:
        yield waits
    finally:
        over.set()
        running.join()
