"""QR codes as SVG text: one path, no inline style, nothing that the content policy forbids."""

from __future__ import annotations

from html import escape
from itertools import groupby

# Fixed: choosing the lowest-penalty mask costs three times the whole code, readers do not need it.
_MASK = 2
_QUIET = 4  # modules of white border, as the standard asks


def matrix(text: str) -> list[list[bool]]:
    """Rows of dark modules with the quiet zone, error correction level M."""
    import qrcode  # noqa: PLC0415 - slow to import, and few requests print a code

    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=_QUIET, mask_pattern=_MASK)
    code.add_data(text)
    return code.get_matrix()


def svg(text: str, *, title: str) -> str:
    """An <svg> element that scales with its box; `title` is what a screen reader says."""
    rows = matrix(text)
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" class="qr" '
        f'role="img" shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<rect width="{size}" height="{size}" fill="#fff"/>'
        f'<path fill="#000" d="{_path(rows)}"/></svg>'
    )


def _path(rows: list[list[bool]]) -> str:
    """Runs of dark modules: "M4 4h7v1h-7z" is seven of them in row 4 from column 4."""
    parts = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                parts.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return "".join(parts)
