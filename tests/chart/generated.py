"""Parts of documents that are made, not written: between two marks. UPDATE_GOLDEN=1 writes them."""

from __future__ import annotations

import os
from pathlib import Path

BEGIN, END = "<!-- made by tests/chart: begin -->\n", "<!-- end -->\n"


def updating() -> bool:
    return os.environ.get("UPDATE_GOLDEN") == "1"


def check_file(file: Path, wanted: str) -> None:
    if updating():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(wanted)
    assert file.exists() and file.read_text() == wanted, f"{file} is not current: UPDATE_GOLDEN=1 python3 -m pytest tests/chart"


def check_part(file: Path, wanted: str) -> None:
    before, rest = file.read_text().split(BEGIN)
    after = rest.split(END, 1)[1]
    check_file(file, f"{before}{BEGIN}{wanted}{END}{after}")
