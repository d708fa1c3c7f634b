"""Coding DNA: codons in human proportions, hard constraints solved by dnachisel, reproducible by seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from vein2vein.construct.parts import PROTEIN_LETTERS
from vein2vein.construct.restriction import check_enzymes, crossing_sites
from vein2vein.construct.spec import CodingSpec
from vein2vein.construct.splice import splice_sites
from vein2vein.errors import InternalError, ScenarioError

if TYPE_CHECKING:
    import dnachisel

POLYA_SIGNALS = ("AATAAA", "ATTAAA")
STRONG_DONORS = ("GGTAAG", "GGTGAG")
_STOPS = ("TGA", "TAA", "TAG")
_ROUNDS = 12
_ATTEMPTS = 6


@dataclass(frozen=True)
class CodingDna:
    """The coding sequence with its stop codon, and what was asked of it.

    Parameters
    ----------
    sequence : str
        From ATG to the stop codon.
    objective : str
        The quality that was sought.
    objective_score : float
        Its score by dnachisel: minus the codons too many or too few against human proportions; 0 is perfect.
    unmet : tuple of str
        Constraints that could not be met, empty as a rule; each says what was kept instead.
    attempts : int
        Random starts needed.
    """

    sequence: str
    objective: str
    objective_score: float
    unmet: tuple[str, ...] = field(default=())
    attempts: int = 1


def design_coding_dna(
    protein: str, spec: CodingSpec, seed: int, upstream: str = "", downstream: str = ""
) -> CodingDna:
    """Return coding DNA for ``protein``; the same seed gives the same bases.

    Parameters
    ----------
    protein : str
        Residues, one letter each, from the first Met, without a stop.
    spec : CodingSpec
        Limits on composition, sites, repeats and splice scores.
    seed : int
        Seed of the search. The global random states of Python and NumPy, which dnachisel draws from, are
        set for the search and put back afterwards.
    upstream, downstream : str
        The bases before and after it in the plasmid; no site may arise across the two borders.

    Raises
    ------
    ScenarioError
        A letter is no amino acid, an enzyme is unknown, or no sequence meets the constraints.
    """
    foreign = set(protein) - PROTEIN_LETTERS
    if not protein or foreign:
        raise ScenarioError(
            "the protein can't be translated back" if foreign else "the protein is empty",
            field="protein",
            value="".join(sorted(foreign)) or protein,
            allowed="the twenty amino acids in one-letter code",
        )
    check_enzymes(spec.avoid_sites)
    trouble: Exception | None = None
    with _isolated_randomness(seed):
        for attempt in range(_ATTEMPTS):
            as_objective = attempt >= _ATTEMPTS // 2  # repeats that can't be avoided become an objective
            try:
                return _solve(protein, spec, as_objective, attempt + 1, upstream[-20:], downstream[:20])
            except _UnsolvedError as error:
                trouble = error
    raise ScenarioError(
        f"no coding sequence meets the constraints ({trouble})",
        field="coding",
        allowed="constraints that the protein leaves room for",
        remedy="widen the GC range, allow a restriction site or raise `unique_word`",
    )


class _UnsolvedError(Exception):
    """One random start that led nowhere."""


def _solve(
    protein: str, spec: CodingSpec, repeats_as_objective: bool, attempt: int, upstream: str, downstream: str
) -> CodingDna:
    import dnachisel as dc

    banned: list[str] = []
    sequence = _random_start(protein)
    for _ in range(_ROUNDS):
        constraints, objectives, unmet = _demands(spec, len(sequence), banned, repeats_as_objective)
        problem = dc.DnaOptimizationProblem(
            sequence, constraints=constraints, objectives=objectives, logger=None
        )
        problem.max_random_iters = 2000
        try:
            problem.resolve_constraints()
            if repeats_as_objective:
                problem.optimize()
        except dc.NoSolutionError as error:
            raise _UnsolvedError(str(error).splitlines()[0][:200]) from error
        sequence = problem.sequence
        sites = splice_sites(sequence, spec.donor_bits, spec.acceptor_bits)
        if not sites:
            sequence = _with_fitting_stop(sequence, spec, upstream, downstream)
            _prove(sequence, protein)
            score = float(problem.objectives[0].evaluate(problem).score)
            return CodingDna(sequence, "match human codon usage", score, unmet, attempt)
        banned += [site.word for site in sites]
    raise _UnsolvedError("splice sites above the limit remain")


def _demands(
    spec: CodingSpec, length: int, banned: list[str], repeats_as_objective: bool
) -> tuple[list[dnachisel.Specification], list[dnachisel.Specification], tuple[str, ...]]:
    """Return constraints, objectives and the wording of what was relaxed."""
    import dnachisel as dc

    constraints = [
        dc.EnforceTranslation(),
        *(dc.AvoidPattern(f"{name}_site") for name in spec.avoid_sites),
        *(dc.AvoidPattern(letter * (spec.longest_homopolymer + 1), strand=1) for letter in "ACGT"),
        *(dc.AvoidPattern(word, strand=1) for word in (*POLYA_SIGNALS, *STRONG_DONORS, *banned)),
        dc.EnforceGCContent(mini=spec.gc_low, maxi=spec.gc_high),
        dc.EnforceGCContent(
            mini=spec.gc_window_low, maxi=spec.gc_window_high, window=min(spec.gc_window, length)
        ),
    ]
    objectives = [dc.CodonOptimize(species="h_sapiens", method="match_codon_usage")]
    repeats = dc.UniquifyAllKmers(k=spec.unique_word, include_reverse_complement=False)
    unmet: tuple[str, ...] = ()
    if repeats_as_objective:
        objectives.append(repeats)
        unmet = (f"words of {spec.unique_word} bases unique: kept as an objective only",)
    else:
        constraints.append(repeats)
    return constraints, objectives, unmet


def _with_fitting_stop(sequence: str, spec: CodingSpec, upstream: str, downstream: str) -> str:
    """Return the sequence with the first stop codon that makes no site across the borders."""
    for stop in _STOPS:
        candidate = sequence[:-3] + stop
        borders = ((upstream, candidate[:20]), (candidate[-20:], downstream))
        if not any(
            crossing_sites(left, right, spec.avoid_sites)
            or splice_sites(left + right, spec.donor_bits, spec.acceptor_bits)
            for left, right in borders
        ):
            return candidate
    raise _UnsolvedError("a site arises across the border to the vector with every stop codon")


def _random_start(protein: str) -> str:
    """Return codons in the proportions of human genes, shuffled among the residues, and a stop codon.

    Each residue's codons are allotted by largest remainder, so that the start already matches human usage and
    the constraints cost only a few codons.
    """
    import python_codon_tables as tables

    usage = tables.get_codons_table("h_sapiens_9606")
    codons = [""] * len(protein)
    for residue in sorted(set(protein)):
        places = [i for i, r in enumerate(protein) if r == residue]
        names, weights = zip(*sorted(usage[residue].items()), strict=True)
        share = np.array(weights) / sum(weights) * len(places)
        counts = np.floor(share).astype(int)
        rest = np.argsort(counts - share, kind="stable")[: len(places) - int(counts.sum())]
        counts[rest] += 1
        deck = [name for name, count in zip(names, counts, strict=True) for _ in range(count)]
        random.shuffle(deck)
        for place, codon in zip(places, deck, strict=True):
            codons[place] = codon
    return "".join(codons) + _STOPS[0]


def _prove(sequence: str, protein: str) -> None:
    from Bio.Seq import Seq

    if str(Seq(sequence).translate()) != protein + "*":
        raise InternalError("the designed DNA doesn't translate back to the protein")


@contextmanager
def _isolated_randomness(seed: int) -> Iterator[None]:
    python_state, numpy_state = random.getstate(), np.random.get_state()  # noqa: NPY002
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)  # noqa: NPY002
