"""Forms of certificates."""

from __future__ import annotations

from wtforms import RadioField, SelectChoice

from contests.certificates import CAUSES
from contests.forms.judging import ReasonForm
from core.forms import required


class RevokeForm(ReasonForm):
    """Why a certificate counts no more: what everybody reads, and what the office keeps."""

    cause = RadioField(
        "公开的撤销说明",
        [required("请选择撤销说明")],
        choices=[SelectChoice(*one) for one in CAUSES.items()],
    )
