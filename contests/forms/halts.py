"""Forms of side exits: suspend, cancel."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import RadioField, SelectChoice, SelectField

from contests import life
from contests.forms.judging import ReasonForm
from contests.models import Track


class HaltForm(ReasonForm):
    """What is stopped, how, and why; contestants and the public read the reason."""

    place = SelectField("范围")
    kind = RadioField(
        "做什么",
        choices=[
            SelectChoice(life.SUSPENDED, "暂停，以后由另一人恢复"),
            SelectChoice(life.VOID, "取消，不能恢复"),
        ],
        default=life.SUSPENDED,
    )

    def offer(self, tracks: Iterable[Track]) -> None:
        """The whole contest, or one of its tracks."""
        named = [SelectChoice(str(one.id), one.name) for one in tracks]
        self.place.choices = [SelectChoice("", "整个赛事"), *named]
