"""docker-compose.yml keeps its promises, as Compose itself reads it."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.story.town import ROOT


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services after Compose has resolved the file."""
    docker = shutil.which("docker")
    command = [docker or "docker", "compose", "config", "--format", "json"]
    if not docker or subprocess.run([*command, "-q"], cwd=ROOT, check=False).returncode:
        known = docker and subprocess.run([docker, "compose", "version"], check=False)
        if known and known.returncode == 0:
            pytest.fail("docker compose config refuses docker-compose.yml")
        pytest.skip("Docker Compose is not installed")
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    resolved: dict[str, Any] = json.loads(printed.stdout)["services"]
    return resolved


def test_only_the_gateway_is_published_and_only_here(services: dict[str, Any]) -> None:
    published = {
        (name, port["host_ip"], port["published"])
        for name, service in services.items()
        for port in service.get("ports", ())
    }
    assert published == {("gateway", "127.0.0.1", "8000")}


@pytest.mark.parametrize("project", ["authserver", "photos-api", "printshop"])
def test_each_project_is_set_up_served_and_worked_for(
    services: dict[str, Any], project: str
) -> None:
    server, worker = services[project], services[f"{project}-worker"]
    assert f"{project}-setup" in server["depends_on"]
    assert worker["depends_on"][project]["condition"] == "service_healthy"
    assert server["environment"] == worker["environment"]


@pytest.mark.parametrize("project", ["authserver", "photos-api", "printshop"])
def test_no_project_is_told_another_ones_database_or_secrets(
    services: dict[str, Any], project: str
) -> None:
    own = project.replace("-", "_").upper()
    foreign = [
        name
        for name in services[project]["environment"]
        if not name.startswith(own) and not name.endswith("_URL")
    ]
    assert set(foreign) == {"PROJECT", "SEED"}
    databases = [n for n in services[project]["networks"] if n.endswith("-database")]
    assert databases == [f"{project}-database"]


def test_the_gateway_carries_the_three_names(services: dict[str, Any]) -> None:
    names = {"shop.localhost", "auth.localhost", "photos.localhost"}
    assert set(services["gateway"]["networks"]["web"]["aliases"]) == names
