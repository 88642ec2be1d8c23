"""Deferred acceptance: against exhaustive search, by invariants, and at city size."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.matching_oracle import all_stable, blocks, wish_number
from training import matching
from training.explaining import Explainer
from training.matching import Employer, Instance

APPRENTICES = ["丁", "丙", "乙", "戊", "甲"]
MASTERS = ["孙师傅", "李师傅", "钱师傅"]


def some_of(names):
    return st.permutations(names).flatmap(
        lambda order: st.integers(0, len(order)).map(lambda k: tuple(order[:k]))
    )


@st.composite
def instances(draw, employers=False, contradictory=False):
    masters = {m: draw(some_of(APPRENTICES)) for m in MASTERS}
    capped = {}
    if employers:
        members = tuple(draw(st.permutations(MASTERS))[: draw(st.integers(2, 3))])
        ranks = tuple(draw(st.permutations(APPRENTICES))[: draw(st.integers(3, 5))])
        capped["巨化"] = Employer(members, draw(st.integers(0, 3)), ranks)
        if not contradictory:
            for m in members:
                masters[m] = tuple(a for a in ranks if a in masters[m])
    return Instance(
        apprentices={a: draw(some_of(MASTERS)) for a in APPRENTICES},
        masters=masters,
        capacity={m: draw(st.integers(0, 2)) for m in MASTERS},
        employers=capped,
    )


@settings(max_examples=100, deadline=None)
@given(instances())
def test_apprentices_get_their_best_stable_master(instance):
    stable = all_stable(instance)
    found = matching.apprentices_propose(matching.market(instance))
    assert found in stable
    for other in stable:
        for a in APPRENTICES:
            assert wish_number(instance, found, a) <= wish_number(instance, other, a)


@settings(max_examples=100, deadline=None)
@given(instances())
def test_masters_propose_gives_apprentices_their_worst_stable_master(instance):
    stable = all_stable(instance)
    found = matching.masters_propose(matching.market(instance))
    assert found in stable
    for other in stable:
        for a in APPRENTICES:
            assert wish_number(instance, found, a) >= wish_number(instance, other, a)


@settings(max_examples=100, deadline=None)
@given(instances(employers=True))
def test_employer_caps_keep_stability_and_both_extremes(instance):
    stable = all_stable(instance)
    market = matching.market(instance)
    first, second = matching.apprentices_propose(market), matching.masters_propose(market)
    assert first in stable
    assert second in stable
    for other in stable:
        for a in APPRENTICES:
            number = wish_number(instance, other, a)
            assert wish_number(instance, first, a) <= number
            assert wish_number(instance, second, a) >= number


@settings(max_examples=100, deadline=None)
@given(instances(employers=True, contradictory=True))
def test_an_employer_at_odds_with_its_masters_never_ends_in_a_silent_fault(instance):
    market = matching.market(instance)
    stable = all_stable(instance)
    for found in (matching.apprentices_propose(market), matching.masters_propose(market)):
        assert (found in stable) == (matching.blocking_pairs(market, found) == [])


@settings(max_examples=100, deadline=None)
@given(
    instances(employers=True), st.lists(st.sampled_from([*MASTERS, None]), min_size=5, max_size=5)
)
def test_the_audit_of_any_assignment_agrees_with_the_definition(instance, chosen):
    assignment = {}
    for a, m in zip(APPRENTICES, chosen, strict=True):
        wished = m in instance.apprentices[a] and m is not None and a in instance.masters[m]
        ranked = all(a in e.ranks for e in instance.employers.values() if m in e.masters)
        if wished and ranked:
            assignment[a] = m
    expected = [
        (a, m)
        for a in APPRENTICES
        for m in instance.apprentices[a]
        if blocks(instance, assignment, a, m)
    ]
    assert matching.blocking_pairs(matching.market(instance), assignment) == expected


@settings(max_examples=100, deadline=None)
@given(instances(employers=True), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(instance, shuffler):
    def shuffled(table):
        items = list(table.items())
        shuffler.shuffle(items)
        return dict(items)

    other = Instance(
        apprentices=shuffled(instance.apprentices),
        masters=shuffled(instance.masters),
        capacity=shuffled(instance.capacity),
        employers=instance.employers,
    )
    for propose in (matching.apprentices_propose, matching.masters_propose):
        assert propose(matching.market(instance)) == propose(matching.market(other))


@settings(max_examples=100, deadline=None)
@given(instances(employers=True), st.integers(0, 4), st.integers(0, 2))
def test_a_locked_pair_stands_and_uses_a_place_of_master_and_employer(instance, who, whom):
    apprentice, master = APPRENTICES[who], MASTERS[whom]
    capacity = {**instance.capacity, master: instance.places(master) + 1}
    employers = {
        name: replace(e, cap=e.cap + (master in e.masters))
        for name, e in instance.employers.items()
    }
    locked = replace(
        instance, capacity=capacity, employers=employers, locked=[(apprentice, master)]
    )
    others = {a: w for a, w in instance.apprentices.items() if a != apprentice}
    without = matching.market(replace(instance, apprentices=others))
    market = matching.market(locked)
    for propose in (matching.apprentices_propose, matching.masters_propose):
        found = propose(market)
        assert found == propose(without) | {apprentice: master}
        assert matching.blocking_pairs(market, found) == []


def city(masters=1000, apprentices=3000, seed=7):
    """20 trades, 1-3 places, mutual acceptability inside a trade, strict orders by lottery."""
    lottery = random.Random(seed)
    trades = 20
    by_trade = {t: ([], []) for t in range(trades)}
    for k in range(masters):
        by_trade[k % trades][0].append(f"M{k:04}")
    for k in range(apprentices):
        by_trade[lottery.randrange(trades)][1].append(f"A{k:04}")
    wishes, lists = {}, {}
    for ms, aps in by_trade.values():
        wishes |= {a: tuple(lottery.sample(ms, min(len(ms), 38))) for a in aps}
        lists |= {m: tuple(lottery.sample(aps, len(aps))) for m in ms}
    capacity = {m: lottery.randint(1, 3) for m in lists}
    return Instance(wishes, lists, capacity)


@pytest.mark.parametrize("propose", [matching.apprentices_propose, matching.masters_propose])
def test_a_city_of_3000_apprentices_is_paired_in_two_seconds_without_a_blocking_pair(propose):
    instance = city()
    start = time.process_time()
    market = matching.market(instance)
    found = propose(market)
    blocking = matching.blocking_pairs(market, found)
    spent = time.process_time() - start
    assert blocking == []
    assert {r.code for r in Explainer(market, found).unmet()} == {"FULL"}
    assert len(found) == sum(instance.capacity.values())
    assert spent < 2


def test_the_same_people_stay_without_a_place_whoever_proposes():
    instance = city(masters=60, apprentices=200)
    market = matching.market(instance)
    first, second = matching.apprentices_propose(market), matching.masters_propose(market)
    assert first != second
    assert matching.unmatched(instance, first) == matching.unmatched(instance, second)


def test_moves_take_in_and_out_and_show_who_has_too_many():
    instance = Instance({"甲": ["李师傅"], "乙": ["李师傅"]}, {"李师傅": ["甲", "乙"]})
    found = matching.apprentices_propose(matching.market(instance))
    assert found == {"甲": "李师傅"}
    assert matching.moved(found, {"甲": ""}) == {}
    both = matching.moved(found, {"乙": "李师傅"})
    assert matching.over_places(instance, both) == ["李师傅"]
    assert matching.over_places(instance, found) == []
    assert matching.by_master(both) == {"李师傅": ["乙", "甲"]}


def test_an_employer_over_its_cap_by_hand_is_named():
    instance = Instance(
        {"甲": ["李师傅"], "乙": ["孙师傅"]},
        {"李师傅": ["甲"], "孙师傅": ["乙"]},
        employers={"巨化": Employer(("李师傅", "孙师傅"), 1, ("甲", "乙"))},
    )
    assert matching.over_places(instance, {"甲": "李师傅", "乙": "孙师傅"}) == ["巨化"]
