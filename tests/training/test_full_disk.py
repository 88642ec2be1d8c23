"""A roster when the database finds no room: wholly out, and in once there is room again."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask

from core.db import db
from core.web import NO_DISK
from tests import disks
from tests.pages import Person
from tests.training import factories as make
from tests.training import rosters as files
from training.models import ImportJob


@pytest.mark.sqlite_only
def test_a_roster_that_finds_no_room_is_wholly_out(app: Flask, sign_in: Person) -> None:
    client = sign_in("training_organiser", name="李组织")
    class_id = make.make_class(seats=300).id
    data = BytesIO(files.xlsx(files.realistic(300)))
    path = f"/office/training/classes/{class_id}/import"
    job = client.submit(path, file=(data, "花名册.xlsx")).location
    client.get(job)
    with disks.full_database(pages=40):
        client.send(job, expect=503, rows="all")
    assert NO_DISK in client.text()
    assert (make.enrolled(class_id), db.session.query(ImportJob).one().state) == ([], "parsed")
    client.submit(job, rows="all")
    assert len(make.enrolled(class_id)) == 300
