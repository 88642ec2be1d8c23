"""The path draws exactly the modules of the code; what stands around it is inert and escaped."""

import re
from xml.etree import ElementTree

import pytest
import qrcode
from qrcode.util import MODE_8BIT_BYTE, QRData

from core.qr import svg

NS = "{http://www.w3.org/2000/svg}"
URL = "https://saixun.quzhou.gov.cn/verify/9F3K2M7Q/AB12CD34EF56"


def drawn(markup):
    """The modules that the path of an svg() fills, as rows of booleans."""
    root = ElementTree.fromstring(markup)
    size = int(root.get("viewBox").split()[2])
    grid = [[False] * size for _ in range(size)]
    path = root.find(f"{NS}path").get("d")
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path)
    assert "".join(f"M{x} {y}h{w}v1h-{back}z" for x, y, w, back in runs) == path
    for x, y, width, back in runs:
        assert width == back
        for column in range(int(x), int(x) + int(width)):
            grid[int(y)][column] = True
    return grid


@pytest.mark.parametrize("text", ["A", URL, "准考证 2026-0001 王芳", URL * 6])
def test_the_path_is_the_matrix(text):
    reference = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4, mask_pattern=2)
    reference.add_data(text)
    assert drawn(svg(text, title="二维码")) == reference.get_matrix()


def test_bytes_of_a_chinese_text_are_utf_8():
    reference = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4, mask_pattern=2)
    reference.add_data(QRData("王芳".encode(), mode=MODE_8BIT_BYTE))
    assert drawn(svg("王芳", title="二维码")) == reference.get_matrix()


def test_the_quiet_zone_is_four_modules_wide():
    grid = drawn(svg(URL, title="核验"))
    edges = grid[:4] + grid[-4:] + [row[:4] + row[-4:] for row in grid]
    assert not any(any(edge) for edge in edges)
    assert grid[4][4]


def test_the_title_is_escaped_and_nothing_inline_is_left():
    markup = svg(URL, title='<script>"王芳" & 李工</script>')
    root = ElementTree.fromstring(markup)
    assert [child.tag for child in root] == [f"{NS}title", f"{NS}rect", f"{NS}path"]
    assert root.find(f"{NS}title").text == '<script>"王芳" & 李工</script>'
    assert "style=" not in markup


def test_the_same_text_gives_the_same_markup():
    assert svg(URL, title="核验") == svg(URL, title="核验")
