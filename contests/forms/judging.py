"""Forms of judges and of the chief judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wtforms import BooleanField, HiddenField, RadioField, SelectChoice

from contests.rubric import Aspect
from contests.score_sheets import UNMARKED, Value, posted
from core.forms import BaseForm, TextField, longest, optional, required


class PinForm(BaseForm):
    """The PIN below the printed QR."""

    pin = TextField("6 位 PIN", [required("请填写席位单上的 6 位 PIN"), longest(12)])


class SeatForm(PinForm):
    """Without a camera: the seat's code and the PIN."""

    code = TextField("席位码", [required("请填写席位单上的 8 位席位码"), longest(12)])


class SheetForm(BaseForm):
    """One score sheet: a text and the base version for each aspect."""

    def texts(self) -> dict[str, str]:
        """What was typed, by aspect; a radio that was not touched is not there."""
        found = {name[5:]: text for name, text in self.values().items() if name[:5] == "mark_"}
        return {key: text for key, text in found.items() if text is not None}

    def bases(self) -> dict[str, int]:
        """The versions that the page showed, by aspect."""
        found = {
            name[5:]: text or "" for name, text in self.values().items() if name[:5] == "base_"
        }
        return {key: int(text) for key, text in found.items() if text.isdecimal()}


def mark_field(key: str) -> str:
    """The name of the control of an aspect."""
    return f"mark_{key}"


def sheet_form(aspects: Iterable[Aspect]) -> type[SheetForm]:
    """The form class of a sheet with these aspects."""
    made: dict[str, object] = {}
    for one in aspects:
        made[mark_field(one.key)] = TextField(one.title)
        made[f"base_{one.key}"] = HiddenField()
    return type("JudgeSheetForm", (SheetForm,), made)


def sheet_data(aspects: Iterable[Aspect], marks: Mapping[str, Value]) -> dict[str, str]:
    """What the controls show when the sheet is opened."""
    found: dict[str, str] = {}
    for one in aspects:
        value = marks.get(one.key, UNMARKED)
        found[mark_field(one.key)] = posted(one, value.milli)
        found[f"base_{one.key}"] = str(value.version)
    return found


class ConfirmForm(BaseForm):
    """The signature under a sheet: bound to the digest of what was shown."""

    digest = HiddenField()
    zeros_meant = BooleanField("以上 0 分确实是给 0 分，不是漏评")


class ReasonForm(BaseForm):
    """A deed that needs a reason."""

    reason = TextField("原因", [required("请写明原因"), longest(200)])


class AdjustmentForm(ReasonForm):
    """A penalty or bonus, or the taking back of one; the choices are those of the performance."""

    deed = RadioField("加减哪一项", [required("请选择一项")], validate_choice=False)
    size = TextField("分值", [optional(), longest(12)])


class AbsenceForm(ReasonForm):
    """Why a judge's sheet stays empty."""

    absence = RadioField(
        "情形",
        [required("请选择情形")],
        choices=[
            SelectChoice("no_show", "评委未到场"),
            SelectChoice("technical", "技术故障，无法评分"),
        ],
    )
