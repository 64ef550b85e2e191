"""Rows as a table on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def table(columns: Mapping[str, Callable[[Row], Any]], rows: Sequence[Row]) -> list[str]:
    """Return rows as lines of equally wide columns under a heading; no line if there is no row."""
    if not rows:
        return []
    cells = [list(columns), *([str(show(row) or "") for show in columns.values()] for row in rows)]
    widths = [max(len(line[number]) for line in cells) for number in range(len(columns))]
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
