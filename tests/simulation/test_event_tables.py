"""NONMEM-style event tables in and out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.simulation.event_tables import EventTableError, read_event_table, write_event_table

STATES = ("depot", "central")
TABLE = """id,Time,amt,RATE,evid,cmt,ii,addl,dv,mdv,cens,limit,dvid
1,0,100,0,1,2,7,2,.,1,.,.,.
1,1,.,.,0,2,.,.,5.5,0,0,.,cp
1,2,.,.,0,2,.,.,0.1,0,1,0.02,cp
2,0,48,24,1,central,.,.,.,1,.,.,.
2,3,.,.,2,.,.,.,.,1,.,.,.
2,4,.,.,0,.,.,.,7,1,.,.,.
"""


def table(tmp_path, text=TABLE):
    path = tmp_path / "events.csv"
    path.write_text(text)
    return read_event_table(path, STATES)


def test_doses_and_observations(tmp_path):
    read = table(tmp_path)
    assert read.ids == ("1", "2")
    assert read.events.time.tolist() == [0, 7, 14, 0]
    assert read.events.patient.tolist() == [0, 0, 0, 1]
    assert read.events.target == ("central",) * 4
    assert read.events.duration.tolist() == [0, 0, 0, 2]
    assert read.observations["value"].tolist() == [5.5, 0.1]
    assert read.observations["censored"].tolist() == [0, 1]
    assert read.observations["limit"].tolist()[1] == 0.02


def test_round_trip(tmp_path):
    first = table(tmp_path)
    path = write_event_table(tmp_path / "again.csv", first, STATES)
    again = read_event_table(path, STATES)
    assert again.ids == first.ids
    assert again.events.target == first.events.target
    for column in ("patient", "time", "amount", "duration"):
        assert np.array_equal(getattr(again.events, column), getattr(first.events, column))
    assert again.observations.equals(first.observations)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1e3), st.floats(1e-3, 1e9), st.integers(0, 5), st.floats(0.1, 30)), min_size=1
    )
)
def test_additional_doses_are_spelt_out(tmp_path_factory, doses):
    folder = tmp_path_factory.mktemp("events")
    lines = ["ID TIME AMT ADDL II"] + [f"7 {t!r} {a!r} {n} {i!r}" for t, a, n, i in doses]
    read = table(folder, "\n".join(lines) + "\n")
    assert len(read.events.time) == sum(n + 1 for _, _, n, _ in doses)
    assert read.events.amount.sum() == pytest.approx(sum(a * (n + 1) for _, a, n, _ in doses))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("100,0,1,2", "100,0,4,2"), "EVID"),
        (("100,0,1,2", "100,-2,1,2"), "RATE"),
        (("100,0,1,2", "ten,0,1,2"), "AMT"),
        (("48,24,1,central", "48,24,1,centrall"), "Did you mean 'central'"),
        (("48,24,1,central", "48,24,1,3"), "CMT"),
        (("1,0,100", "1,.,100"), "TIME"),
        (("7,2,.,1", "0,2,.,1"), "II"),
        (("id,Time", "subject,Time"), "ID"),
        (("mdv,cens", "DV,cens"), "stands twice"),
    ],
)
def test_bad_tables_are_named(tmp_path, change, named):
    with pytest.raises(EventTableError) as raised:
        table(tmp_path, TABLE.replace(*change))
    assert named in str(raised.value)
    assert "events.csv" in str(raised.value)


def test_steady_state_is_refused(tmp_path):
    with pytest.raises(EventTableError, match="SS") as raised:
        table(tmp_path, "ID,TIME,AMT,SS,II\n1,0,5,1,1\n")
    assert "line 2" in str(raised.value)
