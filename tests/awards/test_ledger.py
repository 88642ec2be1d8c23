"""Position accounting: target less what was paid. Pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards import ledger, lines
from awards.ledger import Place
from awards.lines import Line

GROUPS = {"match": "skill"}


def _line(fen: int, status: str = lines.PAYABLE, key: str = "焊接", payee: str = "王芳") -> Line:
    return Line(
        rule="match",
        clause="18",
        payee=payee,
        fen=fen,
        status=status,
        why="",
        trace=(),
        fact_id="f",
        key=("match", payee, key),
        instalment=1,
        instalments=1,
        year=2026,
        tax="",
        funding="",
    )


@pytest.mark.parametrize(
    ("found", "paid", "due"),
    [
        ([_line(3000)], 0, [3000]),
        ([_line(3000)], 3000, [0]),
        ([_line(10000)], 3000, [7000]),
        ([_line(0, lines.VOID)], 3000, [-3000]),
        ([_line(0, lines.DENIED), _line(10000)], 3000, [0, 7000]),
        ([_line(0, lines.NEEDS_EVIDENCE)], 3000, [0]),
        ([_line(0, lines.CONFLICT)], 3000, [0]),
        ([_line(3000, lines.UNCONFIRMED)], 0, [0]),
        ([_line(0, lines.UNSET)], 0, [0]),
    ],
)
def test_what_is_due(found: list[Line], paid: int, due: list[int]) -> None:
    got, orphans = ledger.dues(found, {ledger.place_of(found[0]): paid}, GROUPS)
    assert [one.fen for one in got] == due
    assert [one.paid_fen for one in got] == [paid] * len(found)
    assert orphans == {}


def test_a_lower_prize_paid_alone_counts_towards_the_team_prize_of_the_achievement() -> None:
    alone = _line(0, lines.DENIED)
    team = Line(**{**_line(500000).__dict__, "key": ("match", "team:f2", "焊接")})
    got, _ = ledger.dues([alone, team], {ledger.place_of(alone): 300000}, GROUPS)
    assert [one.fen for one in got] == [0, 200000]


def test_another_achievement_is_not_set_against_it() -> None:
    gone, other = _line(0, lines.VOID), _line(500000, key="电工")
    got, _ = ledger.dues([gone, other], {ledger.place_of(gone): 300000}, GROUPS)
    assert [one.fen for one in got] == [-300000, 500000]


def test_what_no_line_names_any_more_is_left_over() -> None:
    place = Place("[]", "刘洋", 1)
    assert ledger.dues([], {place: 100}, GROUPS) == ([], {place: 100})


SUMS = st.integers(0, 10**9)


@given(st.lists(st.tuples(SUMS, SUMS, st.sampled_from(["焊接", "电工", "数控"])), max_size=8))
def test_what_is_due_and_what_was_paid_always_make_the_target(
    rows: list[tuple[int, int, str]],
) -> None:
    found = [_line(target, key=f"{key}{number}") for number, (target, _, key) in enumerate(rows)]
    paid = {ledger.place_of(line): fen for line, (_, fen, _) in zip(found, rows, strict=True)}
    got, _ = ledger.dues(found, paid, GROUPS)
    assert sum(one.fen for one in got) == sum(t for t, _, _ in rows) - sum(p for _, p, _ in rows)
