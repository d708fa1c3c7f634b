"""The report in five sentences, written from its numbers."""

from __future__ import annotations

from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.contents import Agreement, Claim, ReportInput
from vein2vein.report.estimate import count, estimate, listed, sentence_case


def chapter(report: ReportInput) -> Chapter:
    """Return the opening chapter."""
    html = fill("summary.html", header=report.header, sentences=sentences(report))
    return Chapter("summary", "In short", html)


def sentences(report: ReportInput) -> tuple[str, ...]:
    """Return at most five sentences: what was simulated, cure, toxicity, survival, credibility."""
    claims = {claim.id: claim for claim in report.claims}
    found = (
        _what(report),
        _claim(claims.get("cured")),
        _toxicity(claims),
        _survival(report, claims),
        _trust(report),
    )
    return tuple(sentence for sentence in found if sentence)


def _what(report: ReportInput) -> str:
    header = report.header
    groups = listed(f"{count(g.patients)} {g.label}" for g in header.groups)
    times = "once" if header.replicates == 1 else f"{count(header.replicates)} times over"
    cohort = f"{count(header.patients)} virtual {'patient' if header.patients == 1 else 'patients'}"
    return (
        f"We simulated “{header.scenario}”: {cohort}{f' ({groups})' if groups else ''}, {times}, "
        "so that each prediction carries the spread that chance alone gives a cohort of this size."
    )


def _claim(claim: Claim | None) -> str:
    if claim is None or claim.predicted is None:
        return ""
    reported = f"reported {estimate(claim.reported)}" if claim.reported else "not reported as a number"
    predicted = f"predicted {estimate(claim.predicted)}"
    return f"{sentence_case(claim.text)}: {reported}, {predicted}: {_clause(claim.verdict)}."


def _toxicity(claims: dict[str, Claim]) -> str:
    some, severe = claims.get("crs_any"), claims.get("crs_severe")
    if some is None or some.predicted is None:
        return ""
    worse = f", of grade 3 or more in {estimate(severe.predicted)}" if severe and severe.predicted else ""
    return f"Cytokine release syndrome of any grade is predicted in {estimate(some.predicted)}{worse}."


def _survival(report: ReportInput, claims: dict[str, Claim]) -> str:
    gain = claims.get("survival_gain")
    if gain is not None and gain.predicted is not None:
        return _claim(gain)
    medians = [
        f"{estimate(curve.median)} in {panel.group}"
        for panel in report.survival
        for curve in panel.curves
        if curve.median is not None and curve.label.lower().startswith("overall") and not curve.comparator
    ]
    return f"Median overall survival is predicted at {listed(medians)}." if medians else ""


def _trust(report: ReportInput) -> str:
    credibility = report.credibility
    if credibility is None:
        return "Nothing is known about the credibility of this run."
    misfits = sum(not c.agrees for c in credibility.comparisons)
    apart = sum(c.agreement is Agreement.DISAGREES for c in report.claims)
    failed = sum(f.count for f in credibility.failures)
    return (
        f"Of {len(credibility.comparisons)} published numbers compared, {misfits} "
        f"{'lies' if misfits == 1 else 'lie'} outside tolerance; {apart} of {len(report.claims)} "
        f"reported claims {'disagrees' if apart == 1 else 'disagree'} with the simulation; "
        f"{count(failed)} of {count(credibility.solves)} solves failed; limits are named under Credibility."
    )


def _clause(verdict: str) -> str:
    """Return a verdict as the end of a sentence; a word of capitals keeps them."""
    words = verdict.strip().rstrip(".")
    return words[:1].lower() + words[1:] if words[1:2].islower() else words
