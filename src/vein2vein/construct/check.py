"""A check: one property of a construct held against a limit, with its source and a remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a check came out."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """The outcome of one check.

    Parameters
    ----------
    name : str
        What was checked.
    verdict : Verdict
        ``fail``: the construct must not be built so; ``warn``: a person must decide.
    value : str
        What was found.
    limit : str
        What is accepted.
    source : str
        Where the limit comes from ("assumed" where nobody published one).
    remedy : str
        The next step; empty where nothing has to be done.
    """

    name: str
    verdict: Verdict
    value: str
    limit: str
    source: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the check as plain text fields."""
        return {k: str(v) for k, v in asdict(self).items()}


def graded(ok: bool, otherwise: Verdict) -> Verdict:
    """Return ``pass`` if ``ok``, else ``otherwise``."""
    return Verdict.PASS if ok else otherwise


def worst(checks: Iterable[Check]) -> Verdict:
    """Return the gravest verdict (``pass`` for no checks)."""
    order = list(Verdict)
    return max((c.verdict for c in checks), key=order.index, default=Verdict.PASS)
