"""The platforms' files: what is read, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contests import platforms
from contests.platforms import METRICS, platform_of, read_platform, title_of
from core import toml_tables
from core.errors import DomainError, LoadError


def stated(**over: Any) -> dict[str, Any]:
    column = {"heading": "抖音号"}
    found: dict[str, Any] = {
        "key": "demo",
        "title": "演示平台",
        "account": column,
        "nickname": {"heading": "昵称"},
        "metric": [
            {"key": key, "heading": METRICS[key].title, "required": True}
            for key in ("paid", "refunded", "orders", "viewers")
        ],
        "orders": {
            "number": {"heading": "订单编号"},
            "account": column,
            "paid": {"heading": "实付"},
            "refunded": {"heading": "退款"},
        },
    }
    return found | over


def test_the_shipped_platforms() -> None:
    found = platforms.platforms()
    assert {key: one.title for key, one in found.items()} == {
        "channels": "微信视频号",
        "douyin": "抖音",
        "kuaishou": "快手",
        "taobao": "淘宝",
    }
    assert all(set(one.metrics) == set(METRICS) for one in found.values())
    assert title_of("douyin") == "抖音"
    assert title_of("gone") == "gone"


def test_a_new_platform_is_data(tmp_path: Path) -> None:
    source = (platforms.FOLDER / "douyin.toml").read_text("utf-8")
    (tmp_path / "weibo.toml").write_text(source.replace('"douyin"', '"weibo"'), "utf-8")
    assert list(platforms.platforms(tmp_path)) == ["weibo"]
    (tmp_path / "other.toml").write_text(source, "utf-8")
    platforms.platforms.cache_clear()
    with pytest.raises(LoadError, match="应与文件名一致"):
        platforms.platforms(tmp_path)
    platforms.platforms.cache_clear()


def test_an_unknown_platform_is_refused_at_its_field() -> None:
    with pytest.raises(DomainError) as refusal:
        platform_of("weibo")
    assert (refusal.value.message, refusal.value.field) == ("请选择直播平台", "platform")


@pytest.mark.parametrize(
    ("over", "key"),
    [
        ({"metric": stated()["metric"][:3]}, "viewers"),
        ({"metric": [*stated()["metric"], stated()["metric"][0]]}, "paid"),
        ({"metric": [*stated()["metric"], {"key": "sales", "heading": "销量"}]}, "sales"),
        ({"nickname": {"heading": "支付金额（元）"}}, "支付金额"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_faulty_platform_is_refused(over: dict[str, Any], key: str) -> None:
    with pytest.raises(LoadError, match=key):
        read_platform(toml_tables.of(stated(**over), source="demo.toml"))
