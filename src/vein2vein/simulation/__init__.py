"""From equations to populations: generated kernels, many patients at a time, every failure named."""

from vein2vein.simulation.methods import Method
from vein2vein.simulation.question import Question
from vein2vein.simulation.records import (
    Action,
    Events,
    Integral,
    Maximum,
    Minimum,
    StopWhen,
    Tolerances,
    WardRule,
)
from vein2vein.simulation.results import Ensemble, Failure, Interventions
from vein2vein.simulation.run import simulate
from vein2vein.simulation.stream import Streamed, stream

__all__ = [
    "Action",
    "Ensemble",
    "Events",
    "Failure",
    "Integral",
    "Interventions",
    "Maximum",
    "Method",
    "Minimum",
    "Question",
    "StopWhen",
    "Streamed",
    "Tolerances",
    "WardRule",
    "simulate",
    "stream",
]
