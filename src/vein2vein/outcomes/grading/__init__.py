"""Toxicity grades by consensus rules, from what the ward records; an interval where inputs are missing."""
