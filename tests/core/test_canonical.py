"""Canonical JSON: order of keys does not matter, everything else does."""

from core import canonical


def test_one_text_for_one_value():
    assert canonical.text({"b": [1, None], "a": "衢州"}) == '{"a":"衢州","b":[1,null]}'


def test_equal_digest_equal_value():
    assert canonical.digest({"a": 1, "b": 2}) == canonical.digest({"b": 2, "a": 1})
    assert canonical.digest(["a", "b"]) != canonical.digest(["b", "a"])
    assert (
        canonical.digest([]) == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
    )
