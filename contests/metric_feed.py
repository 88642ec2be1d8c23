"""From the figures of accounts to the given values of one performance. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from contests.platforms import METRICS, MILLI


def wanted(
    keys: Collection[str], accounts: Sequence[Mapping[str, int] | None], *, void: bool
) -> dict[str, int | None]:
    """The values that should count now, in thousandths by key; None where they are void.

    `accounts` are the figures of each account of the entry, None where its file is not there yet. A sum
    over a part of the accounts would be a silent 0 for the rest, so it is not made; and one void
    account makes the whole value void.
    """
    if void:
        return dict.fromkeys(keys)
    there = [one for one in accounts if one is not None]
    if not there or len(there) < len(accounts):
        return {}
    return {
        key: sum(one[key] for one in there) * MILLI[METRICS[key].unit]
        for key in keys
        if all(key in one for one in there)
    }
