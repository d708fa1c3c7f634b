"""Survival curves for those who only have curves: forms, cure models, fits, partitioned survival."""
