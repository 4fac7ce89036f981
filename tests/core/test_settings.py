"""A portal that starts half-configured is one that leaks: what is missing or weak stops the start, in one sentence."""

import os
import stat

import pytest

import config
from config import SettingsError, load

GOOD = {
    "WG_PORTAL_BASE_URL": "https://portal.example.org/",
    "WG_PORTAL_SECRET_KEY": "kT7vQ2mZr9XpL4wN8sJ1hB6yC3dF5gA0",
    "WG_PORTAL_SMTP_URL": "smtps://user:password@mail.example.org",
}


@pytest.fixture
def environ(tmp_path):
    return {**GOOD, "WG_PORTAL_DATA_DIR": str(tmp_path / "data")}


def test_a_whole_configuration_starts(environ, tmp_path):
    settings = load(environ=environ)
    assert settings["BASE_URL"] == "https://portal.example.org"
    assert settings["SECRET_KEY"] == GOOD["WG_PORTAL_SECRET_KEY"]
    assert settings["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path / 'data' / 'portal.db'}"
    assert settings["PORT"] == 8000 and settings["REDIS_URL"] is None and settings["DEMO"] is False


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("BASE_URL", None, "Set WG_PORTAL_BASE_URL"),
        ("BASE_URL", "", "Set WG_PORTAL_BASE_URL"),
        ("BASE_URL", "portal.example.org", "must start with https://"),
        ("BASE_URL", "ftp://portal.example.org", "must start with https://"),
        ("BASE_URL", "https://", "name a host"),
        ("BASE_URL", "http://portal.example.org", "must be https"),
        ("SECRET_KEY", None, "Set WG_PORTAL_SECRET_KEY"),
        ("SECRET_KEY", "short", "too weak"),
        ("SECRET_KEY", "kT7vQ2mZr9XpL4wN8sJ1hB6yC3dF5gA", "too weak"),
        ("SECRET_KEY", "a" * 64, "too weak"),
        ("SECRET_KEY", "changeme" * 5, "too weak"),
        ("SMTP_URL", None, "Set WG_PORTAL_SMTP_URL"),
        ("DATABASE_URL", "mysql://db", "must start with postgresql://"),
        ("DATABASE_URL", "portal.db", "must start with postgresql://"),
        ("PORT", "eighty", "must be a port number"),
        ("PORT", "0", "must be a port number"),
        ("PORT", "65536", "must be a port number"),
        ("PORT", "-1", "must be a port number"),
        ("PORT", "٨٠٠٠", "must be a port number"),
    ],
)
def test_what_is_missing_or_weak_stops_the_start_and_says_what_to_set(environ, name, value, sentence):
    environ = {key: kept for key, kept in environ.items() if key != f"WG_PORTAL_{name}"}
    if value is not None:
        environ[f"WG_PORTAL_{name}"] = value
    with pytest.raises(SettingsError) as refused:
        load(environ=environ)
    assert sentence in str(refused.value)
    assert not value or len(value) < 6 or name == "BASE_URL" or value not in str(refused.value)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_this_machine_may_be_reached_without_https(environ, address):
    assert load(environ={**environ, "WG_PORTAL_BASE_URL": address})["BASE_URL"] == address


def test_no_mail_is_a_choice_that_is_said(environ):
    assert load(environ={**environ, "WG_PORTAL_SMTP_URL": "none"})["SMTP_URL"] is None


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_named_in_any_of_its_ways(environ, scheme):
    settings = load(environ={**environ, "WG_PORTAL_DATABASE_URL": f"{scheme}://db/portal"})
    assert settings["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://db/portal"


def test_a_demonstration_needs_nothing_and_keeps_its_key(tmp_path):
    environ = {"WG_PORTAL_DATA_DIR": str(tmp_path / "demo"), "WG_PORTAL_PORT": "8123"}
    settings = load(demo=True, environ=environ)
    assert settings["BASE_URL"] == "http://127.0.0.1:8123" and settings["SMTP_URL"] is None
    assert len(settings["SECRET_KEY"]) >= 32
    assert load(demo=True, environ=environ)["SECRET_KEY"] == settings["SECRET_KEY"]
    mode = stat.S_IMODE(os.stat(tmp_path / "demo" / "secret-key").st_mode)
    assert mode == 0o600
    assert stat.S_IMODE(os.stat(tmp_path / "demo").st_mode) == 0o700


def test_nothing_else_in_the_house_reads_the_environment():
    from tests.architecture.house import MODULES, source

    allowed = {"config.py", "wg_portal/cli.py"}
    readers = [str(path) for path in MODULES if "os.environ" in source(path) or "os.getenv" in source(path)]
    assert set(readers) <= allowed
    assert config.WEAK
