"""The settings with which a site outgrows one process: a bad one is said in a sentence."""

import asyncio
from dataclasses import replace

import pytest

from ideahub.__main__ import main
from ideahub.core.config import Config, Misconfigured, read_config
from ideahub.server.trying import try_settings
from tests.support.mail_sink import free_port

DATABASE = {"IDEAHUB_DATABASE_URL": "postgresql://pooler/ideahub"}


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"IDEAHUB_WORKERS": "0"}, "IDEAHUB_WORKERS must be a whole number from 1 to 64"),
        ({"IDEAHUB_WORKERS": "65"}, "IDEAHUB_WORKERS must be a whole number from 1 to 64"),
        ({"IDEAHUB_WORKERS": "two"}, "IDEAHUB_WORKERS must be a whole number from 1 to 64"),
        ({"IDEAHUB_BUS_URL": "amqp://x"}, "IDEAHUB_BUS_URL must begin with redis://"),
        ({"IDEAHUB_BUS_URL": "redis://"}, "IDEAHUB_BUS_URL must begin with redis://"),
        (
            {"IDEAHUB_DIRECT_DATABASE_URL": "postgresql://x/y"},
            "IDEAHUB_DIRECT_DATABASE_URL needs IDEAHUB_DATABASE_URL",
        ),
        (
            {"IDEAHUB_REPLICA_URL": "postgresql://x/y"},
            "IDEAHUB_REPLICA_URL needs IDEAHUB_DATABASE_URL",
        ),
        (
            DATABASE | {"IDEAHUB_REPLICA_URL": "mysql://x"},
            "IDEAHUB_REPLICA_URL must begin with postgresql://",
        ),
        (
            DATABASE | {"IDEAHUB_DIRECT_DATABASE_URL": "x"},
            "IDEAHUB_DIRECT_DATABASE_URL must begin with postgresql://",
        ),
    ],
)
def test_what_is_wrong_is_said(environment: dict[str, str], said: str) -> None:
    with pytest.raises(Misconfigured) as found:
        read_config(environment)
    assert said in str(found.value)


def test_none_of_them_is_needed() -> None:
    config = read_config({})
    assert config.workers == 1
    assert config.bus_url is config.direct_database_url is config.replica_url is None


def test_all_of_them_are_read() -> None:
    config = read_config(
        DATABASE
        | {
            "IDEAHUB_WORKERS": "4",
            "IDEAHUB_BUS_URL": "redis://:pass@word@redis:6379",
            "IDEAHUB_DIRECT_DATABASE_URL": "postgresql://primary/ideahub",
            "IDEAHUB_REPLICA_URL": "postgresql://replica/ideahub",
        }
    )
    assert config.workers == 4
    assert config.bus_url == "redis://:pass%40word@redis:6379"
    assert config.direct_database_url == "postgresql+asyncpg://primary/ideahub"
    assert config.replica_url == "postgresql+asyncpg://replica/ideahub"


@pytest.mark.parametrize("many", ["0", "65", "many"])
def test_the_command_takes_only_a_number_of_processes(
    many: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", "--workers", many])
    assert ended.value.code == 2
    assert "--workers" in capfd.readouterr().err


async def test_a_bus_that_does_not_answer_is_wrong(config: Config) -> None:
    away = replace(config, bus_url=f"redis://127.0.0.1:{free_port()}")
    async with asyncio.timeout(20):
        found = await try_settings(away)
    said = [finding for finding in found if finding.sentence.startswith("bus: ")]
    assert [finding.right for finding in said] == [False]
    assert "IDEAHUB_BUS_URL does not answer" in said[0].sentence
    assert not [one for one in await try_settings(config) if one.sentence.startswith("bus: ")]
