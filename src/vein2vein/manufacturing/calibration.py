"""How the few fitted parameters were fitted; run as a module, it fits them anew and prints them.

Each is solved from as many facts as there are parameters, in this order, with everything else as in the
sheet:

1. blood CD3 median and the two spreads: 97 and 77 % of collections reach 0.6e9 and 2e9 CD3+ cells; yield
   correlates 0.84 with blood count (closed form);
2. size of the law of copies: maximum likelihood of the zero-truncated negative binomial on 1-4 copies;
3. efficiency and spread of transduction: mean CAR+ 37 % at multiplicity 7.5; ratio of the CAR+ quartiles
   23.1/12 at a median of 17.4 %;
4. waning of growth: the median batch expands 30-fold in 13 days;
5. vulnerable patients: first-batch failure 3.87 % and 11 of 21 second batches within specification, in the
   central process;
6. arrangements in central manufacture: median from the axi-cel vein-to-vein time, spread from the longest of
   225 patients of KarMMa-3;
7. drop-out of trial and registry patients: 85 % of 307 infused at a mean wait of 46.5 days (validation only).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtri
from scipy.stats import norm

from vein2vein.manufacturing.batches import Batches, simulate_batches
from vein2vein.manufacturing.numbers import interval, number, row
from vein2vein.manufacturing.process import central, place_of_care
from vein2vein.manufacturing.transduction import Transduction, copy_distribution

SEED = 20251121
"""Seed of the batches behind step 5."""

_BATCHES = 40_000
_QUADRATURE = ndtri((np.arange(400) + 0.5) / 400.0)


def observed(id: str) -> float:
    """Return an observation of the sheet ``manufacturing_observations``, in its unit."""
    return row("manufacturing_observations", id).value


def fitted() -> dict[str, float]:
    """Return every fitted parameter of the sheet ``manufacturing``, refitted."""
    values = collection()
    values["copies_size"] = copies_size()
    values |= transduction(values["copies_size"])
    values["growth_waning"] = growth_waning()
    values |= arrangement()
    values["commercial_life_mean"] = commercial_life()
    values |= vulnerability(values)
    return values


def collection() -> dict[str, float]:
    """Return step 1."""
    low, high = number("minimum_cd3"), 2e9
    z_low, z_high = (
        ndtri(observed("cd3_minimum_reached") / 100.0),
        ndtri(observed("cd3_target_reached") / 100.0),
    )
    spread = math.log(high / low) / (z_low - z_high)
    median_yield = high * math.exp(z_high * spread)
    r = observed("yield_correlation")
    return {
        "blood_cd3_median": median_yield / (number("litres_processed") * number("collection_efficiency")),
        "blood_cd3_log_sd": r * spread,
        "collection_log_sd": math.sqrt(1.0 - r**2) * spread,
    }


def copies_size() -> float:
    """Return step 2."""
    return math.exp(minimize_scalar(lambda k: _copies(math.exp(k))[1], bounds=(-2, 4), method="bounded").x)


def _copies(size: float) -> tuple[float, float]:
    """Return the likeliest mean of permissive cells for a size, and the negative log-likelihood there."""
    counts = np.array([observed(f"copies_{k}") for k in range(1, 5)])

    def loss(log_mean: float) -> float:
        chances = copy_distribution(math.exp(log_mean), size, 4)[1:]
        return -float(counts @ np.log(chances / chances.sum()))

    best = minimize_scalar(loss, bounds=(-4, 2), method="bounded")
    return math.exp(best.x), float(best.fun)


def copies_mean() -> float:
    """Return the mean copies of a transduced cell under the fitted law, its tail included."""
    size = number("copies_size")
    mean = _copies(size)[0]
    return mean / (1.0 - float(copy_distribution(mean, size, 0)[0]))


def copy_classes() -> tuple[float, ...]:
    """Return the fitted shares of 1, 2, 3, 4 copies among transduced cells with at most 4.

    The published classes add up to 95 %; the fitted ones are given the same sum.
    """
    size = number("copies_size")
    chances = copy_distribution(_copies(size)[0], size, 4)[1:]
    total = sum(observed(f"copies_{k}") for k in range(1, 5)) / 100.0
    return tuple(float(c) for c in total * chances / chances.sum())


def transduction(size: float) -> dict[str, float]:
    """Return step 3."""
    base = replace(place_of_care().transduction, size=size, efficiency=1.0)
    target = observed("car_positive_prodigy") / 100.0
    low, high = interval("manufacturing_observations", "car_positive_tisa_children")
    middle = observed("car_positive_tisa_children") / 100.0
    median_copies = brentq(lambda m: float(base.car_positive(np.array([m]))[0]) - middle, 1e-6, 50.0)

    def ratio(log_sd: float) -> float:
        step = log_sd * norm.ppf(0.75)
        both = base.car_positive(median_copies * np.exp(np.array([step, -step])))
        return float(both[0] / both[1]) - high / low

    log_sd = brentq(ratio, 0.01, 3.0)
    efficiency = brentq(lambda e: _mean_car(base, e, log_sd) - target, 1e-4, 1.0)
    return {"moi_efficiency": efficiency, "moi_log_sd": log_sd}


def _mean_car(law: Transduction, efficiency: float, log_sd: float) -> float:
    copies = law.multiplicity * np.minimum(efficiency * np.exp(log_sd * _QUADRATURE), 1.0)
    return float(law.car_positive(copies).mean())


def growth_waning() -> float:
    """Return step 4."""
    culture = place_of_care().culture
    fold, survivors = observed("fold_prodigy"), np.array([culture.seeded * culture.survival])

    def error(waning: float) -> float:
        law = replace(culture, waning=waning)
        cells = law.harvest(survivors, law.log_growth(np.array([13.0]), np.ones(1)))
        return float(cells[0]) / culture.seeded - fold

    return float(brentq(error, 1e-3, 2.0))


def arrangement() -> dict[str, float]:
    """Return step 6."""
    preparation = number("lymphodepletion_days")
    median = observed("vein_to_vein_axi_real_world") - observed("available_axi") - preparation
    karmma = row("manufacturing_observations", "vein_to_vein_karmma3")
    fixed = observed("available_karmma") + preparation
    patients = float(karmma.n or 0)
    expected_largest = norm.ppf((patients - 0.375) / (patients + 0.25))  # Blom's approximation
    longest = interval("manufacturing_observations", "vein_to_vein_karmma3")[1]
    log_sd = math.log((longest - fixed) / (karmma.value - fixed)) / expected_largest
    return {"arrangement_median": median, "arrangement_log_sd": log_sd}


def commercial_life() -> float:
    """Return step 7: exponential drop-out beside the failures of manufacture."""
    infused, failure = observed("infused_spain") / 100.0, observed("failure_uk_panel") / 100.0
    return observed("wait_spain") / -math.log(infused / (1.0 - failure))


def vulnerability(values: dict[str, float]) -> dict[str, float]:
    """Return step 5, given the other fitted values.

    Every patient's two batches are simulated twice: growing well and growing poorly. A share ``s`` of
    patients whose batches are poor with chance ``c`` then mixes the four outcomes, patient by patient.
    """
    failure = observed("failure_uk_panel") / 100.0
    success = observed("remanufacture_in_specification") / 100.0
    well, poor = (_Pair.simulated(values, share) for share in (0.0, 1.0))

    def failed_first(s: float, c: float) -> float:
        lost = (1.0 - s * c) * well.lost.mean() + s * c * poor.lost.mean()
        return float(lost / well.made.mean())

    def share(c: float) -> float:
        return float(brentq(lambda s: failed_first(s, c) - failure, 0.0, 1.0))

    def error(c: float) -> float:
        s = share(c)
        first = (1.0 - c) * well.lost + c * poor.lost
        released = (1.0 - s) * well.lost * well.again + s * first * ((1.0 - c) * well.again + c * poor.again)
        tried = (1.0 - s) * well.lost * well.tried + s * first * ((1.0 - c) * well.tried + c * poor.tried)
        return float(released.mean() / tried.mean()) - success

    chance = float(brentq(error, 0.05, 1.0, xtol=1e-4))
    return {"vulnerable_share": share(chance), "vulnerable_chance": chance}


@dataclass(frozen=True)
class _Pair:
    """First and second batches of the same patients, as 0 and 1; every array has shape (n,)."""

    made: NDArray[np.float64]
    lost: NDArray[np.float64]
    tried: NDArray[np.float64]
    again: NDArray[np.float64]

    @classmethod
    def simulated(cls, values: dict[str, float], share: float) -> _Pair:
        """Return batches of which all grow poorly (share 1) or none does (share 0)."""
        first, second = (_batches(values, share, attempt).table["disposition"] for attempt in (1, 2))
        return cls(
            made=np.asarray(first != "repeat_apheresis", dtype=float),
            lost=np.asarray(first.isin(["failed", "out_of_specification"]), dtype=float),
            tried=np.asarray(second != "repeat_apheresis", dtype=float),
            again=np.asarray(second == "released", dtype=float),
        )


def _batches(values: dict[str, float], share: float, attempt: int) -> Batches:
    process = central()
    law = replace(
        process.transduction,
        size=values["copies_size"],
        efficiency=values["moi_efficiency"],
        log_sd=values["moi_log_sd"],
    )
    culture = replace(
        process.culture, waning=values["growth_waning"], vulnerable_share=share, vulnerable_chance=1.0
    )
    return simulate_batches(
        replace(process, transduction=law, culture=culture), _BATCHES, SEED, attempt=attempt
    )


if __name__ == "__main__":
    for name, value in fitted().items():
        print(f"{name:24s} {value:.6g}")
