"""Addresses of the built style sheet, script and icons: `asset("app.css")` is /static/dist/app-<hash>.css."""

import json
from pathlib import Path

from flask import current_app

MANIFEST = Path(__file__).parents[2] / "static" / "dist" / "manifest.json"


def load_manifest():
    """Read once, at start. Raises RuntimeError with what to do when assets were not built."""
    if not MANIFEST.exists():
        raise RuntimeError("The style sheet and script are not built: run `make setup`.")
    return json.loads(MANIFEST.read_text())


def asset(name):
    return f"{current_app.static_url_path}/dist/{current_app.config['ASSETS'][name]}"
