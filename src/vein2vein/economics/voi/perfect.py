"""Perfect information on everything (EVPI) and on some parameters (EVPPI), two ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from vein2vein.economics.uncertain import Draws, Uncertain
from vein2vein.economics.voi.regression import Worth, worth_of_knowing
from vein2vein.errors import InputError, near_miss

Array = NDArray[np.float64]


def evpi(net_benefit: Array) -> Worth:
    """Return the expected value of perfect information a decision from net benefits (strategies, draws)."""
    benefit = np.asarray(net_benefit, float)
    chosen = benefit[int(benefit.mean(axis=1).argmax())]
    loss = benefit.max(axis=0) - chosen
    return Worth(float(loss.mean()), float(loss.std(ddof=1) / np.sqrt(len(loss))))


def evppi(net_benefit: Array, draws: Draws, names: Sequence[str]) -> Worth:
    """Return the expected value of perfect information about some parameters, by regression.

    Raises
    ------
    InputError
        A name is not among the draws.
    """
    for name in names:
        if name not in draws:
            raise InputError(
                f"there is no such parameter.{near_miss(name, draws)}",
                field="names",
                value=name,
                allowed=f"one of {len(draws)} inputs",
                remedy="use the names of the draws",
            )
    return worth_of_knowing(net_benefit, np.column_stack([draws[name] for name in names]))


def evppi_nested(
    model: Callable[[Draws], Array],
    inputs: Mapping[str, Uncertain],
    names: Sequence[str],
    *,
    outer: int,
    inner: int,
    rng: np.random.Generator,
) -> Worth:
    """Return the same by two nested loops, as a check of the regression: slow, without a metamodel.

    Parameters
    ----------
    model : callable
        Takes draws of every input, returns net benefits of shape (strategies, draws).
    outer, inner : int
        Draws of the parameters that would be known, and of the rest for each of them. The finite inner loop
        biases the result upwards; it is corrected by the jackknife over two halves of the inner loop.
    """
    means = []
    halves: tuple[list[Array], list[Array]] = ([], [])
    for _ in range(outer):
        fixed = {name: float(inputs[name].draw(rng, 1)[0]) for name in names}
        draws = {
            name: np.full(inner, fixed[name]) if name in fixed else entry.draw(rng, inner)
            for name, entry in inputs.items()
        }
        benefit = model(draws)
        means.append(benefit.mean(axis=1))
        halves[0].append(benefit[:, : inner // 2].mean(axis=1))
        halves[1].append(benefit[:, inner // 2 :].mean(axis=1))
    whole, first, second = (np.array(part) for part in (means, *halves))
    best = whole.max(axis=1)
    corrected = 2.0 * best - 0.5 * (first.max(axis=1) + second.max(axis=1))
    value = corrected.mean() - whole.mean(axis=0).max()
    return Worth(max(float(value), 0.0), float(corrected.std(ddof=1) / np.sqrt(outer)))
