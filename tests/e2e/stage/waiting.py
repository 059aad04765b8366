"""Waits for something to become true, with a deadline and a sentence that says what was waited for."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class NotInTime(Exception):
    """What was waited for did not happen before the deadline."""


def wait_for(predicate: Callable[[], T], deadline: float, what: str, *, every: float = 0.02,
             otherwise: Callable[[], str] | None = None) -> T:
    """Ask until the answer is true and return it; after `deadline` seconds raise, with the text of `otherwise`."""
    end = time.monotonic() + deadline
    while True:
        answer = predicate()
        if answer:
            return answer
        if time.monotonic() >= end:
            more = f"\n{otherwise()}" if otherwise else ""
            raise NotInTime(f"waited {deadline:g} s for {what}, in vain{more}")
        time.sleep(every)


def tail(text: str, lines: int = 25) -> str:
    return "\n".join(text.splitlines()[-lines:])
