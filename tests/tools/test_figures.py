"""What tests/bench prints: its names, its percentiles, its plots."""

from __future__ import annotations

import pathlib
import sys
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "benchmarks"))

from bench import benchmarks  # noqa: E402
from plot import draw, percentile, spread  # noqa: E402


def test_each_name_is_given_by_one_benchmark():
    names = [name for names, _ in benchmarks(0) for name in names]
    assert len(names) == len(set(names))


def test_a_percentile_is_the_smallest_value_that_enough_others_do_not_exceed():
    hundred = list(range(1, 101))
    assert [percentile(hundred, share) for share in (0.5, 0.99, 0.999)] == [50, 99, 100]
    assert percentile([7], 0.5) == 7
    assert percentile([1, 2, 3], 0.5) == 2


def test_a_plot_is_well_formed_and_has_the_limit(tmp_path):
    draw(tmp_path / "new" / "it.svg", "a < b", "x", "y", spread([3, 1, 2]), 50, "goal: 50")
    text = "".join(xml.etree.ElementTree.parse(tmp_path / "new" / "it.svg").getroot().itertext())
    assert "a < b" in text and "goal: 50" in text
