"""The HTTP API, version 1, and what belongs beside it: its description and signs of life."""
