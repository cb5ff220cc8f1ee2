"""Measurements: each prints one JSON line and compares with a named baseline of the same run."""
