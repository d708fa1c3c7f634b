"""Where the width of the predictions comes from."""

from __future__ import annotations

from collections.abc import Sequence

from vein2vein.programme.widths import Width
from vein2vein.report.chapter import Chapter, fill


def chapter(widths: Sequence[Width]) -> Chapter:
    """Return the chapter on the parts of the prediction intervals.

    Parameters
    ----------
    widths : sequence of Width
        The split of every shown share; empty where it could not be made.
    """
    return Chapter("uncertainty", "How sure, and why not surer", fill("widths.html", widths=widths))
