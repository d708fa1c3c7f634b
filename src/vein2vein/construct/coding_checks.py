"""Checks of the coding DNA: letters, frame, stops, translation, composition, sites, repeats, signals."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vein2vein.construct.check import Check, Verdict, graded
from vein2vein.construct.coding import POLYA_SIGNALS, STRONG_DONORS
from vein2vein.construct.restriction import recognition_sites
from vein2vein.construct.spec import CodingSpec
from vein2vein.construct.splice import splice_sites

_STOPS = ("TAA", "TAG", "TGA")


def check_letters(sequence: str) -> Check:
    """Check that there are only A, C, G and T; name the first other letter."""
    bad = [(i, letter) for i, letter in enumerate(sequence) if letter not in "ACGT"]
    return Check(
        "DNA letters",
        graded(not bad, Verdict.FAIL),
        f"non-DNA letter {bad[0][1]!r} at base {bad[0][0] + 1} ({len(bad)} in all)"
        if bad
        else "A, C, G and T only",
        "A, C, G, T",
        "DNA alphabet",
        "replace the letter by the base that is meant" if bad else "",
    )


def coding_checks(
    coding: str, upstream: str, spec: CodingSpec, expected_protein: str | None = None
) -> list[Check]:
    """Return every check of a coding sequence.

    Parameters
    ----------
    coding : str
        From the start codon to the stop codon.
    upstream : str
        The bases before it (six are looked at).
    spec : CodingSpec
        The limits.
    expected_protein : str, optional
        What it must translate to; without it only frame and stops are held against the sequence itself.
    """
    return [
        check_frame(coding),
        check_internal_stop(coding),
        *([check_translation(coding, expected_protein)] if expected_protein is not None else []),
        check_start_context(coding, upstream),
        check_gc(coding, spec),
        check_gc_windows(coding, spec),
        *check_sites(coding, spec.avoid_sites),
        check_homopolymers(coding, spec),
        check_repeats(coding, spec),
        check_polya(coding),
        check_splicing(coding, spec),
        check_cpg(coding),
        check_codon_adaptation(coding),
    ]


def check_frame(coding: str) -> Check:
    """Check for whole codons, ATG first, a stop last."""
    faults = []
    if len(coding) % 3:
        faults.append(f"frame shift: {len(coding)} bases, {len(coding) % 3} too many for whole codons")
    if not coding.startswith("ATG"):
        faults.append(f"starts with {coding[:3]}")
    if coding[-3:] not in _STOPS:
        faults.append(f"ends with {coding[-3:]}")
    return Check(
        "reading frame",
        graded(not faults, Verdict.FAIL),
        "; ".join(faults) or f"{len(coding) // 3} codons, ATG … {coding[-3:]}",
        "whole codons from ATG to a stop",
        "genetic code",
        "look for an inserted or lost base" if faults else "",
    )


def check_internal_stop(coding: str) -> Check:
    """Check that no stop codon stands before the last one."""
    stops = [i // 3 + 1 for i in range(0, len(coding) - 3, 3) if coding[i : i + 3] in _STOPS]
    return Check(
        "internal stop",
        graded(not stops, Verdict.FAIL),
        f"stop at codon {', '.join(map(str, stops[:8]))}" + (" …" if len(stops) > 8 else "")
        if stops
        else "none",
        "none before the end",
        "genetic code",
        "the receptor is truncated there: correct the codon or the frame" if stops else "",
    )


def check_translation(coding: str, protein: str) -> Check:
    """Check that the DNA translates back to the designed protein, residue for residue."""
    from Bio.Seq import Seq

    found = str(Seq(coding[: len(coding) // 3 * 3]).translate())
    ok = found == protein + "*"
    first = next(
        (i + 1 for i, (a, b) in enumerate(zip(found, protein + "*", strict=False)) if a != b), len(found)
    )
    return Check(
        "translation",
        graded(ok, Verdict.FAIL),
        f"identical, {len(protein)} aa" if ok else f"differs from residue {first}",
        "identical to the designed protein",
        "Biopython translation table 1",
        "" if ok else "design the DNA again",
    )


def check_start_context(coding: str, upstream: str) -> Check:
    """Check for a purine three bases before ATG and a G after it."""
    before, after = upstream[-6:], coding[3:4]
    purine = before[-3:-2] in ("A", "G")
    strength = "" if purine and after == "G" else " (adequate, not optimal)" if purine else " (weak)"
    return Check(
        "Kozak context",
        graded(purine, Verdict.WARN),
        f"{before}{coding[:4]}{strength}",
        "purine at −3 (and G at +4): GCCACCATGG",
        "Kozak 1987, Nucleic Acids Res 15:8125 (locator recalled)",
        "" if purine else "put GCCACC before the start codon",
    )


def _gc(text: str) -> float:
    return (text.count("G") + text.count("C")) / max(len(text), 1)


def check_gc(coding: str, spec: CodingSpec) -> Check:
    """Check the overall GC content."""
    share = _gc(coding)
    ok = spec.gc_low <= share <= spec.gc_high
    return Check(
        "GC content",
        graded(ok, Verdict.WARN),
        f"{share:.1%}",
        f"{spec.gc_low:.0%}-{spec.gc_high:.0%}",
        "assumed: usual limits of gene synthesis",
        "" if ok else "recode",
    )


def check_gc_windows(coding: str, spec: CodingSpec) -> Check:
    """Check the GC content of every window."""
    width = min(spec.gc_window, len(coding))
    shares = [_gc(coding[i : i + width]) for i in range(len(coding) - width + 1)]
    low, high = min(shares), max(shares)
    ok = low >= spec.gc_window_low and high <= spec.gc_window_high
    return Check(
        f"GC content, {width}-base windows",
        graded(ok, Verdict.WARN),
        f"{low:.0%} to {high:.0%}",
        f"{spec.gc_window_low:.0%}-{spec.gc_window_high:.0%}",
        "assumed: usual limits of gene synthesis",
        "" if ok else "recode the window",
    )


def check_sites(coding: str, enzymes: Iterable[str]) -> list[Check]:
    """Check, one by one, that enzymes of the cloning plan don't cut (both strands)."""
    rows = []
    for name in enzymes:
        sites = recognition_sites(coding, name)
        rows.append(
            Check(
                f"restriction site {name}",
                graded(not sites, Verdict.FAIL),
                f"at base {', '.join(str(s + 1) for s in sites)}" if sites else "absent",
                "absent from the coding sequence",
                "REBASE (Biopython)",
                "recode the site, or clone with another enzyme" if sites else "",
            )
        )
    return rows


def check_homopolymers(coding: str, spec: CodingSpec) -> Check:
    """Measure the longest run of one base."""
    longest = max((m.group() for m in re.finditer(r"(.)\1*", coding)), key=len, default="")
    ok = len(longest) <= spec.longest_homopolymer
    return Check(
        "homopolymers",
        graded(ok, Verdict.WARN),
        f"longest run {longest} ({len(longest)})",
        f"at most {spec.longest_homopolymer}",
        "assumed: usual limits of gene synthesis",
        "" if ok else "recode the run",
    )


def check_repeats(coding: str, spec: CodingSpec) -> Check:
    """Check for words that occur twice; they recombine during reverse transcription."""
    k = spec.unique_word
    words = [coding[i : i + k] for i in range(len(coding) - k + 1)]
    repeated = len(words) - len(set(words))
    return Check(
        "repeats",
        graded(not repeated, Verdict.WARN),
        f"{repeated} words of {k} bases occur again" if repeated else f"every word of {k} bases is unique",
        f"words of {k} bases unique",
        "assumed; direct repeats recombine in retroviral vectors",
        "recode one copy of the repeated domain" if repeated else "",
    )


def check_polya(coding: str) -> Check:
    """Check for sense polyadenylation signals, which end the packaged RNA early."""
    hits = [f"{s} at {i + 1}" for s in POLYA_SIGNALS for i in range(len(coding)) if coding.startswith(s, i)]
    return Check(
        "polyadenylation signals",
        graded(not hits, Verdict.FAIL),
        ", ".join(hits) or "none",
        "no AATAAA or ATTAAA in the sense strand of the insert",
        "canonical signals; they lower vector titre",
        "recode the signal" if hits else "",
    )


def check_splicing(coding: str, spec: CodingSpec) -> Check:
    """List cryptic splice sites of the coding sequence."""
    sites = splice_sites(coding, spec.donor_bits, spec.acceptor_bits)
    words = [w for w in STRONG_DONORS if w in coding]
    text = "; ".join(f"{s.kind} {s.word} at {s.start + 1}, {s.bits:.1f} bits" for s in sites[:4])
    return Check(
        "cryptic splice sites",
        graded(not sites, Verdict.WARN),
        text or ("none above the limits" + (f" (contains {', '.join(words)})" if words else "")),
        f"donor ≤ {spec.donor_bits} bits, acceptor ≤ {spec.acceptor_bits} bits",
        "own position weight matrices; limits assumed, calibrated on the tisagenlecleucel vector",
        "recode the site" if sites else "",
    )


def check_cpg(coding: str) -> Check:
    """Count CpG dinucleotides, observed over expected."""
    count = coding.count("CG")
    expected = coding.count("C") * coding.count("G") / max(len(coding), 1)
    ratio = count / expected if expected else 0.0
    return Check(
        "CpG dinucleotides",
        graded(ratio <= 1.2, Verdict.WARN),
        f"{count} (observed/expected {ratio:.2f})",
        "observed/expected at most 1.2",
        "assumed: dense CpG invites silencing",
        "" if ratio <= 1.2 else "avoid CG codons",
    )


def check_codon_adaptation(coding: str) -> Check:
    """Compute the geometric mean of relative codon use in human genes (CAI)."""
    import numpy as np
    import python_codon_tables as tables

    usage = tables.get_codons_table("h_sapiens_9606")
    relative = {c: f / max(row.values()) for aa, row in usage.items() if aa != "*" for c, f in row.items()}
    codons = [coding[i : i + 3] for i in range(0, len(coding) - 3, 3)]
    weights = [relative[c] for c in codons if c in relative]
    cai = float(np.exp(np.mean(np.log(weights)))) if weights else 0.0
    return Check(
        "codon adaptation index",
        graded(cai >= 0.6, Verdict.WARN),
        f"{cai:.2f}",
        "at least 0.6",
        "Kazusa human codon table (python_codon_tables); limit assumed",
        "" if cai >= 0.6 else "recode for human cells",
    )
