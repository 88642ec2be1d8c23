"""What the README tells people to type exists."""

from __future__ import annotations

import re

import click
import pytest
from flask import Flask

from tests.conventions.source import ROOT, listed
from tools import dev

PAGES = sorted(ROOT.glob("README*.md"))


def commands(program: str) -> list[tuple[str, list[str]]]:
    """(file, words) of each `program …` in code spans and code blocks."""
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        blocks = "\n".join(re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
        spans = "\n".join(
            re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
        )
        for line in f"{blocks}\n{spans}".splitlines():
            words = line.strip().removeprefix("$ ").split("#")[0].split()
            if program in words:
                found.append((page.name, words[words.index(program) + 1 :]))
    return found


def plain(words: list[str]) -> list[str]:
    """The words before the first option, placeholder or file."""
    kept: list[str] = []
    for word in words:
        if not re.fullmatch(r"[a-z][a-z-]*", word):
            break
        kept.append(word)
    return kept


def test_make_targets_exist() -> None:
    if not PAGES:
        pytest.skip("there is no README yet")
    known = re.search(r"^COMMANDS = (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert known
    problems = [
        f"{page}: make {words[0]}"
        for page, words in commands("make")
        if plain(words) and words[0] not in known[1].split()
    ]
    assert not problems, listed(problems, "no such target:")
    assert commands("make")


def test_flask_commands_exist(shared_app: Flask) -> None:
    if not PAGES:
        pytest.skip("there is no README yet")
    problems = []
    for page, words in commands("flask"):
        group: click.Command | None = shared_app.cli
        for word in plain(words):
            if not isinstance(group, click.Group):
                break
            group = group.commands.get(word)
            if group is None and word not in ("run", "shell", "routes"):
                problems.append(f"{page}: flask {' '.join(words)}")
                break
    assert not problems, listed(problems, "no such command:")


def test_links_lead_to_files() -> None:
    problems = [
        f"{page.name}: {link}"
        for page in [*PAGES, *sorted((ROOT / "docs").glob("*.md"))]
        for link in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8"))
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert not problems, listed(problems, "no such file:")


def test_the_makefile_calls_what_exists() -> None:
    known = re.search(r"^COMMANDS = (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert known
    assert dev.__file__ == str(ROOT / "tools" / "dev.py")
