"""Settings: read once, named when wrong."""

from pathlib import Path

import pytest

from core.config import Config, SettingInvalid


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
