"""Calibration: fit to published summaries with uncertainty, and what the fitted model predicts beyond them."""
