"""Loads for `benchmarks/durable.py`: an installation, clients, a partner, rows by the million."""
