"""Settings: read once, named when wrong."""

import re
from pathlib import Path

import pytest

from core.config import KNOWN, Config, SettingInvalid, unknown_settings


def read(tmp_path: Path, **settings: str) -> Config:
    return Config.from_environment({"BACKOFFICE_DATA": str(tmp_path / "data"), **settings})


def test_nothing_but_a_folder_is_needed(tmp_path: Path) -> None:
    config = read(tmp_path)

    assert config.database_url == f"sqlite:///{tmp_path / 'data' / 'backoffice.db'}"
    assert config.is_sqlite
    assert not config.demo


def test_the_secret_key_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_the_secrets_stay_out_of_the_representation(tmp_path: Path) -> None:
    config = read(tmp_path, BACKOFFICE_SMTP_URL="smtp://user:hush@mail:25")

    assert "hush" not in repr(config)
    assert config.secret_key not in repr(config)


def test_lists_and_pairs_are_separated_by_commas(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        BACKOFFICE_TRUSTED_HOSTS="a.example, b.example",
        BACKOFFICE_PARTNERS="partner=http://127.0.0.1:9000/,bank=https://bank.example",
    )

    assert config.trusted_hosts == ("a.example", "b.example")
    assert config.partners == {"partner": "http://127.0.0.1:9000", "bank": "https://bank.example"}


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_may_be_named_in_any_common_way(tmp_path: Path, scheme: str) -> None:
    config = read(tmp_path, BACKOFFICE_DATABASE_URL=f"{scheme}://office:secret@db/office")

    assert config.database_url == "postgresql+psycopg://office:secret@db/office"
    assert not config.is_sqlite


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BACKOFFICE_DATABASE_URL", "mysql://office@db/office"),
        ("BACKOFFICE_DATABASE_URL", "office.db"),
        ("BACKOFFICE_RATE_LIMIT", "many"),
        ("BACKOFFICE_RATE_LIMIT", "0"),
        ("BACKOFFICE_DEMO", "perhaps"),
        ("BACKOFFICE_PARTNERS", "http://nameless.example"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=name):
        read(tmp_path, **{name: value})


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("REDIS_URL", "localhost:6379", "redis://"),
        ("REDIS_URL", "redis://localhost:port/0", "port"),
        ("SECRET_KEY", "short", "32 characters"),
        ("PUBLIC_URL", "office.example", "https://"),
        ("SMTP_URL", "mail.example", "smtp://"),
        ("MAIL_FROM", "office", "mail address"),
        ("PARTNERS", "partner=localhost:9000", "https://"),
        ("PRIVATE_HOSTS", "localhost", "host:port"),
        ("PRIVATE_HOSTS", "localhost:99999", "host:port"),
        ("TRUSTED_PROXIES", "all", "whole number"),
        ("LOG_FORMAT", "xml", "text, json"),
        ("LOG_LEVEL", "loud", "debug"),
        ("OTLP_URL", "collector:4318", "https://"),
        ("RETENTION", "two years", "days"),
        ("RETENTION", "order=0", "days"),
    ],
)
def test_each_wrong_setting_is_named_with_what_it_should_be(
    tmp_path: Path, name: str, value: str, reason: str
) -> None:
    with pytest.raises(SettingInvalid, match=reason) as caught:
        read(tmp_path, **{f"BACKOFFICE_{name}": value})

    assert f"BACKOFFICE_{name}" in str(caught.value)


def test_operations_are_set_like_everything_else(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        BACKOFFICE_TRUSTED_PROXIES="1",
        BACKOFFICE_LOG_FORMAT="JSON",
        BACKOFFICE_LOG_LEVEL="info",
        BACKOFFICE_OTLP_URL="http://collector:4318/",
        BACKOFFICE_RETENTION="730, order=365",
        BACKOFFICE_HISTORY_DIR=str(tmp_path / "old"),
        BACKOFFICE_LANGUAGE="DE",
    )

    assert (config.trusted_proxies, config.log_json, config.log_level) == (1, True, "INFO")
    assert config.otlp_url == "http://collector:4318"
    assert config.retention_days == {"": 730, "order": 365}
    assert config.history_dir == tmp_path / "old"
    assert (config.language, read(tmp_path).language) == ("de", "en")
    assert read(tmp_path, BACKOFFICE_TRUSTED_PROXIES="0").trusted_proxies == 0


def test_a_name_that_means_nothing_is_told_with_the_one_that_was_meant() -> None:
    sentences = unknown_settings(
        {"BACKOFFICE_REDIS_ULR": "x", "BACKOFFICE_DATA": "x", "BACKOFFICE_ZZZ": "x", "PATH": "x"}
    )

    assert sentences == [
        "The setting BACKOFFICE_REDIS_ULR is unknown and changes nothing."
        " Did you mean BACKOFFICE_REDIS_URL?",
        "The setting BACKOFFICE_ZZZ is unknown and changes nothing.",
    ]


def test_every_setting_that_is_read_is_known() -> None:
    source = (Path(__file__).parents[2] / "core/config.py").read_text()
    read_names = set(re.findall(r'environ(?:\.get\(|, )"(BACKOFFICE_[A-Z_]+)"', source))

    assert read_names == KNOWN
