"""The stage: a front-end and hypervisors as real machines on a real network, all on this one computer."""

from .machine import Machine
from .shell import CommandFailed, Result
from .stage import Stage
from .waiting import NotInTime, wait_for

__all__ = ["CommandFailed", "Machine", "NotInTime", "Result", "Stage", "wait_for"]
