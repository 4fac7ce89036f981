"""Settings, from the environment, prefixed WG_PORTAL_. Nothing else in the house reads the environment.

A missing or weak setting stops the start with a sentence that says what to set: a portal that starts
half-configured is one that leaks.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

WEAK = {"secret", "changeme", "change-me", "password", "dev", "test", "demo"}


class SettingsError(Exception):
    """The start was refused; the message says what to set."""


def load(demo=False, environ=None, port=None):
    """The application's configuration, as a dict for `app.config`.

    demo: embedded defaults, a generated key kept in the data folder, no mail. port: instead of WG_PORTAL_PORT.
    Raises SettingsError.
    """
    environ = os.environ if environ is None else environ

    def get(name, default=None):
        return environ.get(f"WG_PORTAL_{name}") or default

    data = Path(get("DATA_DIR", "data")).absolute()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    port = whole_number(str(port or get("PORT", "8000")))
    base_url = get("BASE_URL") or (f"http://127.0.0.1:{port}" if demo else None)
    if not base_url:
        raise SettingsError("Set WG_PORTAL_BASE_URL to the address members type, such as https://portal.example.org.")
    address = urlsplit(base_url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise SettingsError("WG_PORTAL_BASE_URL must start with https:// and name a host.")
    if address.scheme == "http" and address.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SettingsError("WG_PORTAL_BASE_URL must be https: passwords must not cross a network in clear.")
    smtp = get("SMTP_URL") or ("none" if demo else None)
    if not smtp:
        raise SettingsError(
            "Set WG_PORTAL_SMTP_URL to your mail server, such as smtp+starttls://user:password@mail.example.org:587, "
            "or to none if nothing shall be mailed."
        )
    return {
        "DEMO": demo,
        "DATA_DIR": data,
        "PORT": port,
        "BASE_URL": base_url.rstrip("/"),
        "SMTP_URL": None if smtp == "none" else smtp,
        "DEMO_PASSWORD": get("DEMO_PASSWORD"),
        "SECRET_KEY": secret_key(get("SECRET_KEY"), data, demo),
        "SQLALCHEMY_DATABASE_URI": database_url(get("DATABASE_URL"), data),
        "REDIS_URL": get("REDIS_URL"),
    }


def whole_number(text):
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 65536:
        raise SettingsError("WG_PORTAL_PORT must be a port number, such as 8000.")
    return int(text)


def secret_key(given, data, demo):
    if given:
        if len(given) < 32 or given.lower() in WEAK or len(set(given)) < 10:
            raise SettingsError("WG_PORTAL_SECRET_KEY is too weak: set at least 32 random characters.")
        return given
    if not demo:
        raise SettingsError("Set WG_PORTAL_SECRET_KEY to at least 32 random characters, and keep it out of backups.")
    kept = data / "secret-key"
    if not kept.exists():
        # Opened exclusively: two processes that start together must not end with two keys.
        try:
            with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return kept.read_text()


def database_url(given, data):
    if not given:
        return f"sqlite:///{data / 'portal.db'}"
    scheme, _, rest = given.partition("://")
    if scheme.split("+")[0] in ("postgresql", "postgres"):
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite":
        return given
    raise SettingsError("WG_PORTAL_DATABASE_URL must start with postgresql:// or sqlite:///.")
