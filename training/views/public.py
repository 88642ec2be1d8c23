"""What everybody may see of training: programmes and open classes, nobody's name."""

from __future__ import annotations

from uuid import UUID

from core import clock
from core.access import public
from core.web import page
from training.queries import classes as queries
from training.queries import programmes as catalogue
from training.views.blueprint import Answer, bp


@bp.get("/training/")
@public
def programmes() -> Answer:
    """The programmes of the policy and the classes that are open."""
    return page(
        "training/public/programmes.html",
        rows=queries.open_classes(clock.today()),
        programmes=catalogue.programmes().programmes,
    )


@bp.get("/training/<training_class:class_id>")
@public
def public_class(class_id: UUID) -> Answer:
    """One class with its timetable."""
    return page("training/public/public_class.html", found=queries.public_class(class_id))
