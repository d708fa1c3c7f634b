import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from vein2vein.patients.streams import exponentials, matrix, normals, uniforms


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 2**40), first=st.integers(0, 10_000), count=st.integers(1, 50))
def test_patient_k_draws_the_same_number_in_any_cohort(seed, first, count):
    whole = uniforms(seed, "growth", 0, first + count)
    np.testing.assert_array_equal(uniforms(seed, "growth", first, count), whole[first:])


def test_streams_of_two_effects_and_two_seeds_are_unrelated():
    a, b, c = (
        normals(1, "growth", 0, 20_000),
        normals(1, "kill_max", 0, 20_000),
        normals(2, "growth", 0, 20_000),
    )
    assert abs(np.corrcoef([a, b, c])[np.triu_indices(3, 1)]).max() < 0.03


def test_distributions():
    assert stats.kstest(normals(7, "x", 0, 20_000), "norm").pvalue > 1e-3
    assert stats.kstest(exponentials(7, "x", 0, 20_000), "expon").pvalue > 1e-3
    u = uniforms(7, "x", 0, 100_000)
    assert 0 < u.min() < u.max() < 1


def test_matrix_rows_belong_to_patients():
    np.testing.assert_array_equal(matrix(3, "noise", 5, 2, 13), matrix(3, "noise", 0, 9, 13)[5:7])
