"""Which of many like cases run every time."""

import pytest


def mostly_full(values, *, always: tuple) -> list:
    """One of a kind in every run; the others, which only take longer, with --full."""
    return [value if value in always else pytest.param(value, marks=pytest.mark.full) for value in values]
