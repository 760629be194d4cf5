"""The examples for operators: what they name exists, and behind their proxy all goes on while a
node is exchanged."""

import asyncio
import re
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from ideahub.core import config
from ideahub.server import embedded
from tests.support.mail_sink import free_port
from tests.support.programs import found, needs, running
from tests.support.started import Started, fill, started, supporters, watching

ROOT = Path(__file__).resolve().parents[1]
KUBERNETES = ROOT / "deploy" / "kubernetes"
PROXY = ROOT / "deploy" / "haproxy.cfg"
# In which the proxy looks whether a node is well.
TO_BE_SEEN_SECONDS = 2.5
NODES = "    server-template node 3 node:8000 resolvers names init-addr none\n"
SETTINGS = set(re.findall(r'"((?:IDEAHUB_[A-Z_]+)|PORT)"', Path(config.__file__).read_text()))


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return read


def manifests() -> dict[str, dict[str, Any]]:
    """By kind: there is one of each."""
    listed = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())["resources"]
    assert {*listed, "kustomization.yaml"} == {path.name for path in KUBERNETES.iterdir()}
    each = [one for name in listed for one in yaml.safe_load_all((KUBERNETES / name).read_text())]
    return {one["kind"]: one for one in each}


def test_what_compose_names_is_there() -> None:
    read = compose()
    services = read["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        for mounted in service.get("volumes", []):
            source = mounted.partition(":")[0]
            place = ROOT / source
            assert place.is_file() if source.startswith("./") else source in read["volumes"], name
        assert {one for one in service.get("environment", {}) if "IDEAHUB" in one} <= SETTINGS


def test_the_scale_profile_is_asked_for_by_name_and_runs_three_nodes() -> None:
    services = compose()["services"]
    scale = {name for name, service in services.items() if service.get("profiles") == ["scale"]}
    assert scale == {"proxy", "node", "pooler", "bus", "replica"}
    assert services["node"]["deploy"]["replicas"] == 3
    assert "ports" not in services["node"]
    hosts = {
        services["node"]["environment"][name].rpartition("@")[2]
        for name in SETTINGS & {"IDEAHUB_DIRECT_DATABASE_URL", "IDEAHUB_DATABASE_URL"}
    }
    assert hosts == {"pooler:6432/ideahub", "database/ideahub"}


def secrets_in(container: dict[str, Any]) -> Iterator[str]:
    for one in container.get("env", []):
        assert "value" not in one, "a secret is named, never written down"
        yield one["valueFrom"]["secretKeyRef"]["key"]


def test_the_manifests_fit_together() -> None:
    by_kind = manifests()
    deployment, job = by_kind["Deployment"], by_kind["Job"]
    pod = deployment["spec"]["template"]
    labels = pod["metadata"]["labels"]
    selectors = [
        deployment["spec"]["selector"]["matchLabels"],
        by_kind["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        by_kind["Service"]["spec"]["selector"],
    ]
    assert all(selector == labels for selector in selectors)
    (node,), (migrate,) = pod["spec"]["containers"], job["spec"]["template"]["spec"]["containers"]
    assert node["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert node["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert job["spec"]["template"]["metadata"]["labels"] != labels
    assert {*secrets_in(node)} == {"database", "direct-database", "replica", "bus", "smtp"}
    assert [*secrets_in(migrate)] == ["direct-database"]
    named = {one["name"] for one in [*node["env"], *migrate["env"]]}
    assert named | set(by_kind["ConfigMap"]["data"]) <= SETTINGS


@needs("haproxy")
async def test_the_proxy_takes_its_file() -> None:
    checked = await asyncio.create_subprocess_exec(
        *(found("haproxy") or "", "-c", "-f", str(PROXY)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _nothing = await checked.communicate()
    assert checked.returncode == 0, said
    assert b"WARNING" not in said.upper(), said


def proxy_file(folder: Path, port: int, nodes: list[int]) -> str:
    """The example, with nodes of this machine."""
    text = PROXY.read_text()
    assert NODES in text and "bind :8000" in text
    servers = "".join(f"    server node{one} 127.0.0.1:{one}\n" for one in nodes)
    written = text.replace(NODES, servers).replace("bind :8000", f"bind 127.0.0.1:{port}")
    place = folder / "haproxy.cfg"
    place.write_text(written)
    return str(place)


@pytest.mark.slow
@needs("haproxy")
async def test_a_node_is_exchanged_behind_the_proxy(own_folder: Path) -> None:
    """No request fails and no update is lost, though nobody stays with one node."""
    folder, port = own_folder.parent, free_port()
    with embedded.database(own_folder) as url:
        filled = await fill(url)
        settings = {
            "IDEAHUB_DATABASE_URL": url,
            "IDEAHUB_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "IDEAHUB_DEMO": "0",
        }
        async with AsyncExitStack() as stack:
            first = await stack.enter_async_context(started(settings, folder))
            second = await stack.enter_async_context(started(settings, folder))
            file = proxy_file(folder, port, [first.port, second.port])
            await stack.enter_async_context(running("haproxy", port, "-f", file, folder=folder))
            site = Started(second.process, port, second.printed)
            await site.until_ready()
            watchers = await stack.enter_async_context(watching(site, filled.idea, 4))
            async with supporters(site, filled) as stands:
                await asyncio.sleep(1)
                await end(first)
                await asyncio.sleep(1)
                # A new one at the same place; then the other one goes.
                again = settings | {"PORT": str(first.port)}
                await stack.enter_async_context(started(again, folder))
                await asyncio.sleep(TO_BE_SEEN_SECONDS)
                await end(second)
                await asyncio.sleep(1)
            for watcher in watchers:
                await watcher.until_shows(sum(stands.values()))
                assert watcher.connected > 1


async def end(node: Started) -> None:
    """Ends it as an orchestrator does."""
    node.process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(node.process.wait(), 60)
