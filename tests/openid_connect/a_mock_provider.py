"""The provider `oidc-provider-mock`, as a process of its own that can be stopped, killed and
started anew. It gives its keys no names, so a token does not say by which one it was signed."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.conftest import Browser
from tests.openid_connect.providers_of_tests import ADA, leave
from tests.support.mail_sink import free_port
from tests.support.wiring import NO_TLS

PATIENCE = 60.0


class MockProvider:
    """Runs at the same address whenever it runs."""

    def __init__(self) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it, with a new key."""
        people = json.dumps({"sub": "ada", **ADA})
        command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock"]
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--user-claims", people]
        self._process = subprocess.Popen(
            [*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < until, "the provider does not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """Ends it at once; does nothing where it does not run."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """It takes connections, and says nothing."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def sign_in(self, url: str) -> str:
        """Signs in as Ada; the address that it leads back to."""
        return str(httpx.post(url, data={"sub": "ada"}, verify=NO_TLS).headers["location"])

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.issuer}/jwks", verify=NO_TLS).is_success
        except httpx.TransportError:
            return False


async def way_back(browser: Browser, mock: MockProvider) -> str:
    """Leaves for the provider and signs in there; the address that it leads back to."""
    return mock.sign_in(await leave(browser))
