"""Tries what the settings say: the mail server, the public address, and where to listen."""

import asyncio
import socket
from errno import EADDRINUSE
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_network
from secrets import token_urlsafe
from ssl import SSLCertVerificationError
from typing import NamedTuple
from urllib.parse import urlsplit

from ideahub.core.config import Config, Misconfigured
from ideahub.core.file_store import StorageAway
from ideahub.core.mail_server import try_mail_server
from ideahub.core.mailing import compose, mail_folder
from ideahub.core.object_storage import ObjectStorage
from ideahub.core.refusals import Invalid

SECONDS = 4.0
HEALTHY = b"ok\n"


class Finding(NamedTuple):
    """One line of `ideahub check`: whether it is right (None: that cannot be known), and what."""

    right: bool | None
    sentence: str


async def try_settings(config: Config) -> list[Finding]:
    """A finding for each setting that names something outside this process."""
    return [
        _sender(config),
        await _mail(config),
        *await _bus(config),
        *await _files(config),
        await asyncio.to_thread(_address, config),
        _listening(config),
        _proxies(config),
    ]


def _sender(config: Config) -> Finding:
    try:
        compose(config.mail_from, "somebody@example.org", "Subject", "Text")
    except Invalid:
        return Finding(
            False,
            f"sender: IDEAHUB_MAIL_FROM must look like IdeaHub <ideas@example.org>, not "
            f"{config.mail_from!r}",
        )
    return Finding(True, f"sender: {config.mail_from}")


async def _mail(config: Config) -> Finding:
    if config.smtp_url:
        try:
            found = await try_mail_server(config.smtp_url, config.mail_from)
        except Misconfigured as problem:
            return Finding(False, f"mail: {problem}")
        return Finding(True, f"mail: {found}")
    kept = config.development and not config.in_public
    return Finding(kept, f"mail: written to {mail_folder(config)}, not sent")


async def _bus(config: Config) -> list[Finding]:
    if not config.bus_url:
        return []
    from ideahub.realtime.redis_bus import AWAY, try_bus

    try:
        await try_bus(config.bus_url)
    except AWAY as fault:
        return [Finding(False, f"bus: IDEAHUB_BUS_URL does not answer: {fault}")]
    return [Finding(True, "bus: it answers")]


async def _files(config: Config) -> list[Finding]:
    if not config.files_url:
        return []
    store, name = ObjectStorage(config.files_url), f"tried-{token_urlsafe(12)}"
    try:
        await store.put(name, b"to see whether files can be stored")
        await store.delete(name)
    except StorageAway as fault:
        return [Finding(False, f"files: IDEAHUB_FILES_URL: {fault}")]
    return [Finding(True, "files: they can be stored")]


def _address(config: Config) -> Finding:
    if config.in_public and not config.secure:
        return Finding(False, f"address: {config.public_url} is public, but not https")
    try:
        status, body = _asked(config.public_url)
    except SSLCertVerificationError as fault:
        return Finding(
            False, f"address: browsers do not trust {config.public_url}: {fault.verify_message}"
        )
    except (OSError, HTTPException, ValueError) as fault:
        # It is right where the server has not been started yet.
        return Finding(None, f"address: {config.public_url} does not answer now: {fault}")
    if status == 200 and body == HEALTHY:
        return Finding(True, f"address: {config.public_url} is this site")
    return Finding(
        None, f"address: {config.public_url} answers, but not as this site does (status {status})"
    )


def _asked(url: str) -> tuple[int, bytes]:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        connection.request("GET", f"{parts.path}/healthz")
        answer = connection.getresponse()
        return answer.status, answer.read(100)
    finally:
        connection.close()


def _listening(config: Config) -> Finding:
    where = f"{config.host}, port {config.port}"
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except socket.gaierror:
            return Finding(False, f"listening: IDEAHUB_HOST {config.host} is not known")
        except OSError as fault:
            if fault.errno == EADDRINUSE:
                return Finding(None, f"listening: {where} is taken, perhaps by this site")
            return Finding(False, f"listening: {where} cannot be had: {fault.strerror}")
    return Finding(True, f"listening: {where} is free")


def _proxies(config: Config) -> Finding:
    named = [name.strip() for name in config.trusted_proxies.split(",") if name.strip() != "*"]
    wrong = [name for name in named if not _is_network(name)]
    if wrong:
        return Finding(
            False,
            f"proxies: IDEAHUB_TRUSTED_PROXIES takes addresses such as 10.0.0.7 or 10.0.0.0/8, not "
            f"{', '.join(wrong)}",
        )
    return Finding(True, f"proxies: {config.trusted_proxies}")


def _is_network(name: str) -> bool:
    try:
        ip_network(name)
    except ValueError:
        return False
    return True
