"""Static files: the address changes with the content, and only the present build is kept."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import assets

RULE = "a { color: red }"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in {"css/a.css": RULE, "js/a.js": "1;", "img/a.svg": "<svg/>"}.items():
        place = tmp_path / "static" / name
        place.parent.mkdir(parents=True)
        place.write_text(text)
    return tmp_path


def running(root: Path) -> Flask:
    app = Flask("test", root_path=str(root), static_folder=None)
    assets.init_app(app)
    return app


@pytest.fixture
def client(root: Path) -> FlaskClient:
    return running(root).test_client()


def build_of(root: Path) -> str:
    return assets.read(root / "static").build


def test_the_build_is_ten_hex_digits_and_stays_while_nothing_changes(root: Path) -> None:
    assert re.fullmatch(r"[0-9a-f]{10}", build_of(root))
    assert build_of(root) == build_of(root)


def test_content_and_name_each_change_the_build(root: Path) -> None:
    seen = {build_of(root)}
    (root / "static/js/a.js").write_text("2;")
    seen.add(build_of(root))
    (root / "static/js/a.js").rename(root / "static/js/b.js")
    seen.add(build_of(root))
    assert len(seen) == 3


def test_bytes_moved_from_one_file_to_the_next_change_the_build(root: Path) -> None:
    before = build_of(root)
    (root / "static/css/a.css").write_text(RULE[:-1])
    (root / "static/img/a.svg").write_text(RULE[-1] + "<svg/>")
    assert build_of(root) != before


def test_the_template_global_names_the_build_in_the_path(root: Path) -> None:
    address = running(root).jinja_env.from_string("{{ asset('css/a.css') }}").render()
    assert address == f"/s/{build_of(root)}/css/a.css"


def test_an_unknown_name_in_a_template_fails_at_once(root: Path) -> None:
    with pytest.raises(KeyError, match=r"css/gone\.css"):
        running(root).jinja_env.from_string("{{ asset('css/gone.css') }}").render()


def test_the_present_build_may_be_kept_for_ever(root: Path, client: FlaskClient) -> None:
    answer = client.get(f"/s/{build_of(root)}/css/a.css")
    assert (answer.status_code, answer.text) == (200, RULE)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_another_build_gets_the_bytes_but_may_not_keep_them(client: FlaskClient) -> None:
    answer = client.get("/s/0000000000/css/a.css")
    assert (answer.status_code, answer.text) == (200, RULE)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["css/gone.css", "../app.py", "%2e%2e/app.py", "css"])
def test_nothing_but_static_files_is_served(root: Path, client: FlaskClient, name: str) -> None:
    (root / "app.py").write_text("secret")
    assert client.get(f"/s/{build_of(root)}/{name}").status_code == 404


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("css/a.css", "text/css; charset=utf-8"),
        ("js/a.js", "text/javascript; charset=utf-8"),
        ("img/a.svg", "image/svg+xml"),
    ],
)
def test_content_types(client: FlaskClient, name: str, content_type: str) -> None:
    assert client.get(f"/s/x/{name}").headers["Content-Type"] == content_type


def test_who_accepts_gzip_gets_it(client: FlaskClient) -> None:
    answer = client.get("/s/x/css/a.css", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.data).decode() == RULE


def test_a_file_of_unknown_kind_stops_the_start(root: Path) -> None:
    (root / "static/a.exe").write_text("")
    with pytest.raises(ValueError, match=r"static/a\.exe"):
        running(root)


def test_the_route_is_open_to_everybody(root: Path) -> None:
    view = running(root).view_functions["assets.file"]
    assert getattr(view, "__access__", None) == "public"
