"""Matching by trying everything: slow, obvious, and independent of training/matching.py.

Works on an Instance without locked pairs; its definition of a blocking pair is written out anew.
"""

from __future__ import annotations

from itertools import product

from training.matching import Instance


def acceptable(instance: Instance, apprentice: str, master: str) -> bool:
    if master not in instance.apprentices[apprentice] or master not in instance.masters:
        return False
    if apprentice not in instance.masters[master]:
        return False
    return all(apprentice in e.ranks for e in instance.employers.values() if master in e.masters)


def feasible(instance: Instance, assignment: dict[str, str]) -> bool:
    held = list(assignment.values())
    return all(held.count(m) <= instance.places(m) for m in instance.masters) and all(
        sum(m in e.masters for m in held) <= e.cap for e in instance.employers.values()
    )


def blocks(instance: Instance, assignment: dict[str, str], apprentice: str, master: str) -> bool:
    wishes = list(instance.apprentices[apprentice])
    now = assignment.get(apprentice)
    if now == master or not acceptable(instance, apprentice, master):
        return False
    if now in wishes and wishes.index(now) < wishes.index(master):
        return False
    mine = [a for a, m in assignment.items() if m == master]
    order = list(instance.masters[master])
    if len(mine) >= instance.places(master):
        return any(order.index(apprentice) < order.index(a) for a in mine)
    for employer in instance.employers.values():
        if master in employer.masters:
            held = [a for a, m in assignment.items() if m in employer.masters]
            ranks = list(employer.ranks)
            return (
                len(held) < employer.cap
                or apprentice in held
                or any(ranks.index(apprentice) < ranks.index(a) for a in held)
            )
    return True


def all_stable(instance: Instance) -> list[dict[str, str]]:
    """Every stable assignment, found by trying every assignment."""
    names = sorted(instance.apprentices)
    options = [[None, *(m for m in instance.masters if acceptable(instance, a, m))] for a in names]
    found = []
    for chosen in product(*options):
        assignment = {a: m for a, m in zip(names, chosen, strict=True) if m is not None}
        if feasible(instance, assignment) and not any(
            blocks(instance, assignment, a, m) for a in names for m in instance.masters
        ):
            found.append(assignment)
    return found


def wish_number(instance: Instance, assignment: dict[str, str], apprentice: str) -> int:
    wishes = list(instance.apprentices[apprentice])
    return wishes.index(assignment[apprentice]) if apprentice in assignment else len(wishes)
