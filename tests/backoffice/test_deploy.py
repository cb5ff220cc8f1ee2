"""The files in deploy/ name commands, settings and figures that exist."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from backoffice.__main__ import parser
from core import metrics
from core.config import KNOWN, Config

DEPLOY = Path(__file__).parents[2] / "deploy"
GUIDE = DEPLOY.parent / "docs/guides/production.md"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def settings_of(text: str) -> dict[str, str]:
    return dict(re.findall(r"^(BACKOFFICE_[A-Z_]+)=(.*)$", text, re.MULTILINE))


def test_the_settings_of_the_example_are_known_and_accepted(tmp_path: Path) -> None:
    settings = settings_of((DEPLOY / "backoffice.env").read_text())

    config = Config.from_environment({**settings, "BACKOFFICE_DATA": str(tmp_path)})

    assert set(settings) <= KNOWN
    assert (config.trusted_proxies, config.log_json) == (1, True)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_each_unit_runs_a_command_that_there_is(unit: Path) -> None:
    [command] = re.findall(
        r"^ExecStart=/opt/backoffice/.venv/bin/backoffice (.*)$", unit.read_text(), re.M
    )

    assert parser().parse_args(command.split()).run


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    program = shutil.which("true")
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text().replace("/opt/backoffice/.venv/bin/backoffice", str(program))
        text = text.replace("User=backoffice\nGroup=backoffice\n", "")
        text = text.replace("/opt/backoffice", str(tmp_path)).replace(
            "EnvironmentFile=/etc/backoffice/backoffice.env\n", ""
        )
        (tmp_path / path.name.replace("@", "@one")).write_text(text)
    units = [str(path) for path in tmp_path.iterdir()]

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
        check=False,
    )

    ours = [line for line in done.stderr.splitlines() if "backoffice" in line]
    assert not ours, done.stderr


def test_the_compose_file_runs_commands_and_settings_that_there_are() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]

    ours = {name: each for name, each in services.items() if each["image"] == "backoffice"}
    assert set(ours) == {"migrate", "web", "worker", "scheduler"}
    for service in ours.values():
        assert parser().parse_args(service["command"]).run
        assert set(service["environment"]) <= KNOWN
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        assert set(service["depends_on"]) <= set(services)
    named = {v.partition(":")[0] for each in services.values() for v in each.get("volumes", [])}
    assert named == set(compose["volumes"])


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
def test_nginx_reads_its_example(tmp_path: Path) -> None:
    site = (DEPLOY / "nginx.conf").read_text()
    site = re.sub(r"server web\d\.internal", "server 127.0.0.1", site)
    site = re.sub(r"^\s*ssl_certificate.*$", "", site, flags=re.M).replace("443 ssl", "443")
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; events {{}} http {{ {site} }}")

    done = subprocess.run(
        ["nginx", "-t", "-q", "-c", whole], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_alerts_and_guide_name_figures_that_there_are(client) -> None:
    shown = set(re.findall(r"^# TYPE (\S+)", client.get("/metrics").text, re.M))
    counted = {f"backoffice_{name}" for name in metrics.FAMILIES}
    yaml.safe_load((DEPLOY / "alerts.yml").read_text())

    for text in ((DEPLOY / "alerts.yml").read_text(), GUIDE.read_text()):
        for name in set(re.findall(r"\bbackoffice_[a-z_]+", text)):
            base = re.sub(r"_(total|bucket|count|sum)$", "", name)
            assert name in shown or base in counted, name
