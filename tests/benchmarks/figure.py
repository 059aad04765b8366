"""A figure: what was measured, and what it is compared with, in the same run."""

from __future__ import annotations

import dataclasses
import json


@dataclasses.dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    reference: str  # what reference_value is: a peer, or a limit measured in the same run
    reference_value: float

    @property
    def ratio(self) -> float:
        return self.value / self.reference_value if self.reference_value else float("inf")

    def line(self) -> str:
        return (f"{self.name:28} {self.value:10.3f} {self.unit:4}  {self.ratio:8.2f} x  {self.reference}"
                f" ({self.reference_value:.3f} {self.unit})")

    def json(self) -> str:
        return json.dumps({"name": self.name, "value": self.value, "unit": self.unit, "reference": self.reference,
                           "reference_value": self.reference_value, "ratio": self.ratio})
