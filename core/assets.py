"""Static files at /s/<build>/<name>: the build id is part of the path, so that a file imported by
another file changes its address together with it."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request

from core.access import public

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
COMPRESSED = frozenset({".css", ".js", ".json", ".svg", ".txt", ".webmanifest"})
FOREVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One static file, read once at the start: what the build id was counted over is served."""

    data: bytes
    zipped: bytes | None
    content_type: str


@dataclass(frozen=True)
class Assets:
    """All static files of one build, by their path below static/."""

    build: str
    files: dict[str, Asset]

    def address(self, name: str) -> str:
        """The path under which a page names the file; an unknown name is a programming error."""
        if name not in self.files:
            raise KeyError(f"no such file below static/: {name}")
        return f"/s/{self.build}/{name}"


def read(folder: Path) -> Assets:
    """Read every file below `folder`; the build id is 10 hex digits over all names and bytes."""
    digest = hashlib.sha256()
    files: dict[str, Asset] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix not in CONTENT_TYPES:
            raise ValueError(f"static/{name}: no content type is known for this ending")
        data = path.read_bytes()
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
        zipped = gzip.compress(data, 9, mtime=0) if path.suffix in COMPRESSED else None
        files[name] = Asset(data, zipped, CONTENT_TYPES[path.suffix])
    return Assets(digest.hexdigest()[:10], files)


@blueprint.get("/s/<build>/<path:name>")
@public
def file(build: str, name: str) -> Response:
    """One static file; a page of another build gets the current bytes, but may not keep them."""
    assets: Assets = current_app.extensions["assets"]
    asset = assets.files.get(name)
    if asset is None:
        abort(404)
    response = Response(asset.data, content_type=asset.content_type)
    if asset.zipped is not None:
        response.vary.add("Accept-Encoding")
        if "gzip" in request.accept_encodings:
            response.data = asset.zipped
            response.content_encoding = "gzip"
    response.headers["Cache-Control"] = FOREVER if build == assets.build else "no-store"
    return response


def init_app(app: Flask) -> None:
    """Read static/ and offer the route, `asset(name)` and `build` to templates."""
    assets = read(Path(app.root_path) / "static")
    app.extensions["assets"] = assets
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = assets.address
    app.jinja_env.globals["build"] = assets.build
