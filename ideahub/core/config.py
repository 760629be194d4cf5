"""The settings, read from environment variables into one frozen dataclass."""

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from ideahub.core.first_provider import FirstProvider, read_first_provider
from ideahub.core.object_storage import bucket_options
from ideahub.core.server_address import Misconfigured, server_address

__all__ = [
    "LOCALE",
    "MIGRATIONS",
    "PACKAGE",
    "SOURCE_LANGUAGE",
    "WEB",
    "Config",
    "Misconfigured",
    "languages_in",
    "must_be_safe_to_serve",
    "read_config",
]

PACKAGE = Path(__file__).resolve().parents[1]
# In a clone the pages and migrations lie beside the package, in a wheel inside it.
WEB = PACKAGE / "_web" if (PACKAGE / "_web").is_dir() else PACKAGE.parent / "web"
MIGRATIONS = (
    PACKAGE / "_migrations" if (PACKAGE / "_migrations").is_dir() else PACKAGE.parent / "migrations"
)
LOCALE = WEB / "locale"
SOURCE_LANGUAGE = "en"
_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,20}@[A-Za-z0-9.-]+")
# Processes of one command; more of them need more than one machine.
MOST_WORKERS = 64


@dataclass(frozen=True, slots=True)
class Config:
    """How this process runs. `database_url` None means the embedded server under `var`."""

    database_url: str | None
    var: Path
    host: str
    port: int
    public_url: str
    smtp_url: str | None
    mail_from: str
    demo: bool
    demo_in_public: bool
    development: bool
    pool_size: int
    trusted_proxies: str
    language: str
    workers: int = 1
    bus_url: str | None = None
    # For what needs a session of its own, where `database_url` is a pooler's.
    direct_database_url: str | None = None
    replica_url: str | None = None
    files_url: str | None = None
    # In base64. The first is used, the others still hold for what was made with them.
    secret_keys: tuple[str, ...] = ()
    timezone: str = "UTC"
    # Where mail that cannot be delivered comes back; see core/bounces.py.
    bounce_address: str | None = None
    mails_per_minute: int = 1_200
    # Names of providers of sign-ins that are within the own network.
    openid_inside: tuple[str, ...] = ()
    # Authorities whose certificates of providers count, too: a file in PEM.
    openid_authorities: Path | None = None
    first_provider: FirstProvider | None = None

    @property
    def secure(self) -> bool:
        """Whether people reach the site by https, so that cookies can be `Secure`."""
        return self.public_url.startswith("https://")

    @property
    def in_public(self) -> bool:
        """Whether the public address is not this machine's own loopback address."""
        return not _is_loopback(self.public_url)


def read_config(environment: Mapping[str, str] | None = None) -> Config:
    """Reads the settings; raises Misconfigured with the name of the first bad one."""
    env = os.environ if environment is None else environment
    host = env.get("IDEAHUB_HOST", "127.0.0.1")
    port = _number(env, "PORT", 8000)
    own = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    public_url = _public_url(env.get("IDEAHUB_PUBLIC_URL") or own)
    smtp_url = env.get("IDEAHUB_SMTP_URL") or None
    database_url = _database_url(env, "IDEAHUB_DATABASE_URL")
    development = _flag(env, "IDEAHUB_DEVELOPMENT", default=_is_loopback(public_url))
    return Config(
        database_url=database_url,
        var=Path(env.get("IDEAHUB_VAR", "var")).resolve(),
        host=host,
        port=port,
        public_url=public_url,
        smtp_url=smtp_url,
        mail_from=env.get("IDEAHUB_MAIL_FROM", "IdeaHub <ideahub@localhost>"),
        demo=_flag(env, "IDEAHUB_DEMO", default=development),
        demo_in_public=_flag(env, "IDEAHUB_DEMO_IN_PUBLIC", default=False),
        development=development,
        pool_size=_number(env, "IDEAHUB_POOL_SIZE", 10),
        trusted_proxies=env.get("IDEAHUB_TRUSTED_PROXIES", "127.0.0.1"),
        language=_language(env.get("IDEAHUB_LANGUAGE") or SOURCE_LANGUAGE),
        bus_url=_bus_url(env.get("IDEAHUB_BUS_URL")),
        direct_database_url=_beside(database_url, env, "IDEAHUB_DIRECT_DATABASE_URL"),
        replica_url=_beside(database_url, env, "IDEAHUB_REPLICA_URL"),
        files_url=_files_url(env.get("IDEAHUB_FILES_URL")),
        secret_keys=_secret_keys(env.get("IDEAHUB_SECRET_KEY", "")),
        openid_inside=tuple(env.get("IDEAHUB_OPENID_INSIDE", "").lower().replace(",", " ").split()),
        first_provider=read_first_provider(env),
        openid_authorities=_authorities(env.get("IDEAHUB_OPENID_AUTHORITIES")),
        workers=_number(env, "IDEAHUB_WORKERS", 1, most=MOST_WORKERS),
        timezone=_timezone(env.get("IDEAHUB_TIMEZONE") or "UTC"),
        bounce_address=_bounce_address(env.get("IDEAHUB_BOUNCE_ADDRESS")),
        mails_per_minute=_number(env, "IDEAHUB_MAILS_PER_MINUTE", 1_200),
    )


def languages_in(folder: Path) -> tuple[str, ...]:
    """The languages that have texts: the one they are written in, then those of the catalogues."""
    found = {path.parts[-3].replace("_", "-") for path in folder.glob("*/LC_MESSAGES/ideahub.po")}
    return (SOURCE_LANGUAGE, *sorted(found - {SOURCE_LANGUAGE}))


def _language(code: str) -> str:
    known = languages_in(LOCALE)
    if code not in known:
        raise Misconfigured(
            f"IDEAHUB_LANGUAGE must be one of {', '.join(known)}, which have texts; not {code!r}"
        )
    return code


def _timezone(name: str) -> str:
    if name not in available_timezones():
        raise Misconfigured(
            f"IDEAHUB_TIMEZONE must be the name of a zone, such as Europe/Berlin, not {name!r}"
        )
    return name


def _bounce_address(address: str | None) -> str | None:
    if address and not _ADDRESS.fullmatch(address):
        raise Misconfigured(
            "IDEAHUB_BOUNCE_ADDRESS must be an address without a plus sign, such as "
            f"bounces@ideas.example.org, not {address!r}"
        )
    return address or None


def _public_url(url: str) -> str:
    # Small letters and no blanks: cookies are `Secure` only where it begins with https.
    try:
        parts = urlsplit(url.strip().rstrip("/"))
        _port = parts.port  # raises ValueError where it cannot be one
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Misconfigured(
            "IDEAHUB_PUBLIC_URL must begin with http:// or https:// and a name, such as "
            f"https://ideas.example.org, not {url!r}"
        )
    return parts._replace(netloc=parts.netloc.lower()).geturl()


def must_be_safe_to_serve(config: Config) -> None:
    """Raises Misconfigured where a public site would show everyone's mail, or let anyone be admin.

    Only commands that serve or fill the site call this: `ideahub check` has to start, so that it
    can report it.
    """
    if _is_in_house(config.public_url):
        return
    if config.development:
        raise Misconfigured(
            f"IDEAHUB_DEVELOPMENT=1 would show everyone's mail at {config.public_url}. "
            "Set it to 0, and IDEAHUB_SMTP_URL to a mail server."
        )
    if config.demo and not config.demo_in_public:
        raise Misconfigured(
            f"IDEAHUB_DEMO=1 would let anyone be an admin at {config.public_url}. "
            "Set it to 0; or, for a public trial without real people, set "
            "IDEAHUB_DEMO_IN_PUBLIC=1, too."
        )


def _database_url(env: Mapping[str, str], name: str) -> str | None:
    url = env.get(name)
    if not url:
        return None
    address = server_address(name, url)
    if not address.place or address.scheme.split("+")[0] not in {"postgres", "postgresql"}:
        raise Misconfigured(f"{name} must begin with postgresql://")
    return address._replace(scheme="postgresql+asyncpg").written


def _beside(database_url: str | None, env: Mapping[str, str], name: str) -> str | None:
    url = _database_url(env, name)
    if url and not database_url:
        raise Misconfigured(f"{name} needs IDEAHUB_DATABASE_URL, too")
    return url


def _bus_url(url: str | None) -> str | None:
    if not url:
        return None
    address = server_address("IDEAHUB_BUS_URL", url)
    if not address.place or address.scheme not in {"redis", "rediss"}:
        raise Misconfigured(
            "IDEAHUB_BUS_URL must begin with redis:// (or rediss://, with TLS) and a name, such as "
            "redis://redis.example.org:6379"
        )
    return address.written


def _files_url(url: str | None) -> str | None:
    if url:
        bucket_options(url)
    return url or None


def _authorities(path: str | None) -> Path | None:
    if not path:
        return None
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError):
        raise Misconfigured(
            "IDEAHUB_OPENID_AUTHORITIES must be a file with certificates in PEM that can be read, "
            f"not {path!r}"
        ) from None
    return Path(path).resolve()


def _secret_keys(listed: str) -> tuple[str, ...]:
    # Either alphabet of base64 is right.
    keys = listed.replace("+", "-").replace("/", "_").replace("=", "").split(",")
    return tuple(key.strip() for key in keys if key.strip())


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}


def _is_in_house(url: str) -> bool:
    # Without https also a number of the local network, for a look by telephone or at a fair.
    parts = urlsplit(url)
    try:
        private = parts.scheme == "http" and ip_address(parts.hostname or "").is_private
    except ValueError:  # a name
        private = False
    return private or _is_loopback(url)


def _number(env: Mapping[str, str], name: str, default: int, *, most: int = 65535) -> int:
    value = env.get(name) or str(default)
    if not value.isdecimal() or not 0 < int(value) <= most:
        raise Misconfigured(f"{name} must be a whole number from 1 to {most}, not {value!r}")
    return int(value)


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = env.get(name, "").lower()
    if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return value in {"1", "true", "yes", "on"} if value else default
    raise Misconfigured(f"{name} must be 1 or 0, not {value!r}")
