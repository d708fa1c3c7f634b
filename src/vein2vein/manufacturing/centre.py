"""Where patients are treated and where their cells are made."""

from __future__ import annotations

from dataclasses import dataclass, field

from vein2vein.errors import InputError
from vein2vein.manufacturing.checks import whole, within


@dataclass(frozen=True)
class Site:
    """A place that makes cells; centres that name the same site share its slots.

    Parameters
    ----------
    name : str
        Unique name.
    slots : int
        Batches in culture at the same time, at least 1.
    cleanrooms : int or None
        Batches that can be started on one day; None: no limit.
    starts_per_week : int or None
        Batches that the staff can start in one week; None: no limit.
    working_days : int
        Days of the week on which batches start, from Monday; 7: every day, at any hour.
    """

    name: str
    slots: int
    cleanrooms: int | None = None
    starts_per_week: int | None = None
    working_days: int = 5

    def __post_init__(self) -> None:
        whole(self, "slots", 1)
        for limit in ("cleanrooms", "starts_per_week"):
            if getattr(self, limit) is not None:
                whole(self, limit, 1)
        whole(self, "working_days", 1)
        within(self, "working_days", 1, 7)


@dataclass(frozen=True)
class Centre:
    """A treatment centre: who is referred to it, and where it has its products made.

    Parameters
    ----------
    name : str
        Unique name.
    site : Site
        Its own, or one shared with other centres.
    referrals_per_year : float
        Mean number of patients referred in a year (Poisson).
    foreign_share : float
        Share of patients from abroad.
    """

    name: str
    site: Site
    referrals_per_year: float
    foreign_share: float = 0.0

    def __post_init__(self) -> None:
        within(self, "referrals_per_year", 0.0, open_low=True, open_high=True)
        within(self, "foreign_share", 0.0, 1.0)


@dataclass
class Calendar:
    """Books the start of batches on working days, within the limits of staff and cleanrooms."""

    site: Site
    _by_week: dict[int, int] = field(default_factory=dict)
    _by_day: dict[int, int] = field(default_factory=dict)

    def book(self, earliest: float) -> float:
        """Return the first possible start at or after ``earliest`` (day 0 is a Monday) and take it."""
        site = self.site
        if site.working_days == 7 and site.cleanrooms is None and site.starts_per_week is None:
            return earliest
        day, start = int(earliest // 1), earliest
        while True:
            open_day = day % 7 < site.working_days
            staffed = site.starts_per_week is None or self._by_week.get(day // 7, 0) < site.starts_per_week
            room = site.cleanrooms is None or self._by_day.get(day, 0) < site.cleanrooms
            if open_day and staffed and room:
                self._by_week[day // 7] = self._by_week.get(day // 7, 0) + 1
                self._by_day[day] = self._by_day.get(day, 0) + 1
                return start
            day += 1
            start = float(day)


def check_centres(centres: tuple[Centre, ...]) -> None:
    """Refuse an empty programme, two centres of one name, or two different sites of one name.

    Raises
    ------
    InputError
        One of these.
    """
    names = [centre.name for centre in centres]
    if not centres or len(set(names)) < len(names):
        raise InputError(
            "a programme needs centres with names of their own",
            where="centres",
            field="name",
            value=names,
            allowed="at least one centre, each name once",
            remedy="add a centre, or rename one",
        )
    sites: dict[str, Site] = {}
    for centre in centres:
        if sites.setdefault(centre.site.name, centre.site) != centre.site:
            raise InputError(
                "two different sites have the same name",
                where=f"centre {centre.name!r}",
                field="site",
                value=centre.site.name,
                allowed="one definition of a site, or a name of its own for each",
                remedy="rename one of the sites",
            )
