"""Random valid designs: the DNA translates back and meets every hard constraint.

Set VEIN2VEIN_RANDOM_DESIGNS to the number of designs (40 by default; 1,000 is the full run).
"""

from __future__ import annotations

import os
import statistics
import time

import pytest
from Bio.Seq import Seq

from vein2vein.construct.check import Verdict
from vein2vein.construct.design import design_construct
from vein2vein.construct.parts import Role

from .random_designs import random_spec

HARD = (
    "DNA letters",
    "reading frame",
    "internal stop",
    "translation",
    "GC content",
    "homopolymers",
    "polyadenylation signals",
    "cryptic splice sites",
    "restriction site",
    "domain order",
    "signal peptide",
    "vector elements",
    "orientation",
)


@pytest.mark.slow
def test_random_designs_meet_hard_constraints() -> None:
    count = int(os.environ.get("VEIN2VEIN_RANDOM_DESIGNS", "40"))
    seconds, relaxed, faults = [], 0, []
    for seed in range(count):
        spec = random_spec(seed)
        started = time.process_time()
        construct = design_construct(spec)
        seconds.append(time.process_time() - started)
        cds = construct.plasmid.first(Role.CDS)
        assert cds is not None
        assert str(Seq(construct.plasmid.text(cds)).translate()) == construct.protein.sequence + "*", seed
        faults += [
            (seed, c.name, c.value)
            for c in construct.checks
            if c.name.startswith(HARD) and "insert" not in c.name and c.verdict is not Verdict.PASS
        ]
        relaxed += bool(construct.coding.unmet)
        repeats = next(c for c in construct.checks if c.name == "repeats")
        assert repeats.verdict is Verdict.PASS or construct.coding.unmet, seed
    median = statistics.median(seconds)
    print(
        f"\n{count} designs: median {median:.2f} s, longest {max(seconds):.2f} s of processor time; "
        f"repeats relaxed in {relaxed}"
    )
    assert not faults
    assert median < 2.0
