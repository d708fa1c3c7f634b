"""The construct: what is carried into the cells, on two maps, with its key facts and its checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vein2vein.construct.check import Check, Verdict
from vein2vein.construct.design import Construct
from vein2vein.construct.drivers import Target
from vein2vein.construct.parts import Part, Verification
from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.chapters.construct_figures import anchor, circular, column, linear
from vein2vein.report.estimate import THIN, Estimate, count, estimate, interval, listed, number


@dataclass(frozen=True)
class _Finding:
    """A check that did not pass, with the constructs in which it came out the same."""

    check: Check
    constructs: tuple[str, ...]


def chapter(designs: Mapping[str, Construct]) -> Chapter:
    """Return the chapter on the construct.

    Parameters
    ----------
    designs : mapping of str to Construct
        The designed constructs by name, in the order of reading.
    """
    constructs = list(designs.values())
    html = fill(
        "construct.html",
        sentences=sentences(constructs),
        constructs=[_shown(construct, _shared(constructs)) for construct in constructs],
        facts=_facts(constructs),
        names=list(designs),
        verdicts=[(c.spec.name, Counter(k.verdict.value for k in c.checks)) for c in constructs],
        findings=_findings(constructs),
        unverified=unverified(constructs),
        titres=list(dict.fromkeys(c.drivers.relative_titre.source for c in constructs)),
        affinities=_affinities(constructs),
    )
    return Chapter("construct", "The construct", html, wide=True)


def sentences(constructs: Sequence[Construct]) -> tuple[str, ...]:
    """Return what the chapter says first, written from the constructs."""
    if not constructs:
        return ()
    shared = _shared(constructs)
    kinds = listed(c.spec.title for c in constructs)
    verdicts = Counter(check.verdict for c in constructs for check in c.checks)
    lengths = listed(
        f"{count(len(c.protein.sequence))} residues in a provirus of {count(c.drivers.genome_length_bp)}"
        f"{THIN}bp ({c.spec.name})"
        for c in constructs
    )
    titres = listed(f"{c.spec.name} {estimate(_titre(c))}" for c in constructs)
    return (
        f"{'. '.join(shared).rstrip('.')}. Standing in here: {kinds}."
        if shared
        else f"What the virus carries into the patient's own T cells: {kinds}.",
        f"The receptors count {lengths}.",
        f"At equal vector volume the titre, relative to the reference vector, is expected at {titres}.",
        f"Of {sum(verdicts.values())} checks {verdicts[Verdict.PASS]} pass, {verdicts[Verdict.WARN]} "
        f"{'asks' if verdicts[Verdict.WARN] == 1 else 'ask'} for a person's judgement and "
        f"{verdicts[Verdict.FAIL] or 'none'} {'fails' if verdicts[Verdict.FAIL] <= 1 else 'fail'}.",
    )


def unverified(constructs: Sequence[Construct]) -> tuple[str, ...]:
    """Return the parts in use whose sequence was read in one source only, with how far it was checked."""
    parts = dict.fromkeys(part for construct in constructs for part in _parts(construct))
    return tuple(
        f"{part.name} ({part.id}): {part.checked or 'no check recorded'}"
        for part in parts
        if part.verification is not Verification.VERIFIED
    )


def _parts(construct: Construct) -> list[Part]:
    placed = [s.part for s in construct.protein.segments] + [f.part for f in construct.plasmid.features]
    return [part for part in placed if part is not None]


def _shared(constructs: Sequence[Construct]) -> list[str]:
    """Return the sentences that the notes of all constructs have in common."""
    notes = [construct.spec.note.split(". ") for construct in constructs]
    return [part for part in notes[0] if part and all(part in note for note in notes)] if notes else []


def _shown(construct: Construct, shared: Sequence[str]) -> dict[str, object]:
    own = [part for part in construct.spec.note.split(". ") if part not in shared]
    return {
        "id": anchor(construct),
        "name": construct.spec.name,
        "title": construct.spec.title,
        "note": ". ".join(own),
        "linear": linear(construct),
        "circular": circular(construct),
        "column": column(construct).inline(),
    }


def _facts(constructs: Sequence[Construct]) -> list[tuple[str, list[str]]]:
    """Return the rows of the table of facts, one value a construct."""
    return [
        ("antigen", [listed(t.antigen for t in c.drivers.targets) for c in constructs]),
        ("binder", [listed(t.binder for t in c.drivers.targets) for c in constructs]),
        ("affinity of the binder", ["; ".join(map(_affinity, c.drivers.targets)) for c in constructs]),
        ("costimulation", [str(c.drivers.costimulation) for c in constructs]),
        ("ITAMs", [count(c.drivers.itams) for c in constructs]),
        ("protein", [f"{count(len(c.protein.sequence))}{THIN}aa" for c in constructs]),
        ("provirus with both LTRs", [f"{count(c.drivers.genome_length_bp)}{THIN}bp" for c in constructs]),
        ("transfer plasmid", [f"{count(len(c.plasmid.sequence))}{THIN}bp" for c in constructs]),
        ("titre relative to the reference vector", [estimate(_titre(c)) for c in constructs]),
        ("promoter", [c.drivers.promoter for c in constructs]),
        ("marker", [c.drivers.marker or "none" for c in constructs]),
        ("parts confirmed in two sources", [_confirmed(c) for c in constructs]),
        ("seed of the DNA", [str(c.spec.seed) for c in constructs]),
    ]


def _titre(construct: Construct) -> Estimate:
    titre = construct.drivers.relative_titre
    return Estimate(titre.value, titre.low, titre.high)


def _confirmed(construct: Construct) -> str:
    parts = {part.id: part for part in _parts(construct)}.values()
    sure = sum(part.verification is Verification.VERIFIED for part in parts)
    return f"{sure} of {len(parts)}"


def _affinity(target: Target) -> str:
    known = target.binder_affinity_nM
    if known is None:
        return f"{target.binder}: no source read, none used"
    ends = interval(known.low_nM, known.high_nM)
    return f"{number(known.value_nM)}{THIN}nM ({ends}), {known.status}"


def _affinities(constructs: Sequence[Construct]) -> list[str]:
    """Return where each affinity is from, or that there is none."""
    rows = []
    for target in dict.fromkeys(t for c in constructs for t in c.drivers.targets):
        known = target.binder_affinity_nM
        rows.append(f"{target.binder}: {known.source if known else 'no source of an affinity was read'}")
    return rows


def _findings(constructs: Sequence[Construct]) -> list[_Finding]:
    """Return what did not pass, failures first; findings that are alike stand once."""
    found: dict[Check, list[str]] = {}
    for construct in constructs:
        for check in construct.checks:
            if check.verdict is not Verdict.PASS:
                found.setdefault(check, []).append(construct.spec.name)
    order = [Verdict.FAIL, Verdict.WARN]
    rows = [_Finding(check, tuple(names)) for check, names in found.items()]
    return sorted(rows, key=lambda row: (order.index(row.check.verdict), row.check.name))
