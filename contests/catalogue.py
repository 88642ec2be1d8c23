"""The presets: one TOML file per kind of contest, found in sorted order, read strictly.

A preset is what the office starts a contest from; its numbers are editable defaults, not policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contests.appeals import Level, read_levels
from contests.recheck import RecheckRule, read_recheck
from contests.rubric import Bounds
from contests.spec import Spec, read_spec
from core import toml_tables
from core.errors import LoadError
from core.toml_tables import Table

FOLDER = Path(__file__).parent / "presets"
FAMILIES = {"startup": "创业创新", "skill": "职业技能", "livestream": "直播"}
ENTRANTS = {"person": "个人", "team": "团队"}
FIELD_KINDS = ("text", "number", "choice", "textarea", "url")


@dataclass(frozen=True)
class FormField:
    """One extra question of the registration form; `choices` only for kind choice."""

    key: str
    label: str
    hint: str
    kind: str
    required: bool
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Preset:
    """A kind of contest. `document_files` has the documents that may be several files; `members`
    bounds the team, None for a contest of single persons; `certificate_rank` has certificates tell the
    place; `recheck` is None where results are signed without a re-check."""

    key: str
    title: str
    family: str
    entrant: str
    members: Bounds | None
    divisions: tuple[str, ...]
    documents: tuple[str, ...]
    document_files: Mapping[str, int]
    fields: tuple[FormField, ...]
    blind: bool
    certificate_rank: bool
    method: str
    recheck: RecheckRule | None
    appeals: tuple[Level, ...]
    spec: Spec


def load_presets(folder: Path = FOLDER) -> dict[str, Preset]:
    """All presets of a folder by key, in order of file name; a file is named after its key."""
    presets = {}
    for path in sorted(folder.glob("*.toml")):
        preset = load_preset(toml_tables.content(path), path.name)
        if preset.key != path.stem:
            raise LoadError(path.name, "key", f"应与文件名一致，写成“{path.stem}”")
        presets[preset.key] = preset
    return presets


def load_preset(text: bytes | str, source: str) -> Preset:
    """Read one preset; LoadError for anything unknown, missing or contradictory."""
    root = toml_tables.parse(text, source=source)
    entrant, members = _read_entrant(root.table("entrant"))
    preset = Preset(
        key=root.name(),
        title=root.text("title"),
        family=root.choice("family", FAMILIES),
        entrant=entrant,
        members=members,
        divisions=root.texts("divisions"),
        documents=root.texts("documents"),
        document_files=_read_files(root),
        fields=_read_fields(root),
        blind=root.flag("blind"),
        certificate_rank=root.flag("certificate_rank"),
        method=root.text("method"),
        recheck=read_recheck(root.table("recheck")) if "recheck" in root else None,
        appeals=read_levels(root.tables("appeal", required=False)),
        spec=read_spec(root.table("scoring")),
    )
    root.done()
    return preset


def _read_entrant(table: Table) -> tuple[str, Bounds | None]:
    kind = table.choice("kind", ENTRANTS)
    members = None
    if kind == "team":
        least = table.whole("min", least=1)
        members = Bounds(least, table.whole("max", least=least))
    return kind, members


def _read_files(root: Table) -> dict[str, int]:
    """Documents that may be several files: how many at most. One file for each of the others."""
    if "document_files" not in root:
        return {}
    table = root.table("document_files")
    unknown = next((title for title in table if title not in root.texts("documents")), None)
    if unknown:
        raise table.refuse(unknown, "不在 documents 里")
    return {title: table.whole(title, least=2) for title in table}


def _read_fields(root: Table) -> tuple[FormField, ...]:
    fields: list[FormField] = []
    for one in root.tables("field", required=False):
        key, kind = one.name(), one.choice("kind", FIELD_KINDS)
        if any(key == earlier.key for earlier in fields):
            raise one.refuse("key", f"“{key}”已用过")
        choices = one.texts("choices") if kind == "choice" else ()
        if kind == "choice" and len(choices) < 2:
            raise one.refuse("choices", "至少要有两个选项")
        label, hint = one.text("label"), one.text("hint", "")
        fields.append(FormField(key, label, hint, kind, one.flag("required"), choices))
    return tuple(fields)
