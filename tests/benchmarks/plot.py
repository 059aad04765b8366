"""Plots as SVG, by hand: nothing to install, and a browser shows them."""

from __future__ import annotations

import html
import pathlib
from collections.abc import Sequence

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 400, 70, 50, 40


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all is not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))]


def draw(file: pathlib.Path, title: str, x_label: str, y_label: str, points: Sequence[tuple[float, float]],
         limit: float | None = None, limit_label: str = "limit") -> None:
    """A line through the points, and the limit as a dashed line: across, in units of y."""
    file.parent.mkdir(parents=True, exist_ok=True)
    most_x = max((x for x, _ in points), default=1) or 1
    most_y = max([y for _, y in points] + [limit or 0], default=1) * 1.1 or 1

    def at(x: float, y: float) -> str:
        return f"{LEFT + x / most_x * (WIDTH - LEFT - 20):.1f},{HEIGHT - BOTTOM - y / most_y * (HEIGHT - BOTTOM - TOP):.1f}"

    def text(x: float, y: float, words: str, more: str = "") -> str:
        return f'<text x="{x}" y="{y}" {more}>{html.escape(words)}</text>'

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        text(WIDTH / 2, 20, title, 'text-anchor="middle" font-size="15"'),
        text(WIDTH / 2, HEIGHT - 8, x_label, 'text-anchor="middle"'),
        text(15, HEIGHT / 2, y_label, f'text-anchor="middle" transform="rotate(-90 15 {HEIGHT / 2})"'),
        f'<polyline fill="none" stroke="black" points="{at(0, most_y)} {at(0, 0)} {at(most_x, 0)}"/>',
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        x, y = at(most_x * share, most_y * share).split(",")
        lines.append(text(float(x), HEIGHT - BOTTOM + 16, f"{most_x * share:.4g}", 'text-anchor="middle"'))
        lines.append(text(LEFT - 6, float(y) + 4, f"{most_y * share:.4g}", 'text-anchor="end"'))
    if limit is not None:
        lines.append(f'<polyline fill="none" stroke="red" stroke-dasharray="6 4" points="{at(0, limit)} {at(most_x, limit)}"/>')
        lines.append(text(WIDTH - 24, float(at(0, limit).split(",")[1]) - 5, limit_label, 'text-anchor="end" fill="red"'))
    lines.append(f'<polyline fill="none" stroke="blue" stroke-width="2" points="{" ".join(at(x, y) for x, y in points)}"/>')
    file.write_text("\n".join([*lines, "</svg>", ""]))


def spread(values: Sequence[float]) -> list[tuple[float, float]]:
    """How many (in percent) took at most how long."""
    ordered = sorted(values)
    step = max(1, len(ordered) // 500)
    points = [(value, 100 * (index + 1) / len(ordered)) for index, value in enumerate(ordered)]
    return points[::step] + points[-1:]
