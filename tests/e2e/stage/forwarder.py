"""Joins two bridges and lets every frame wait on the way: forwarder.py MILLISECONDS TAP MASTER TAP MASTER.

This kernel need not know netem. Frames leave the kernel through one TAP device and come back through the other;
what comes out of a TAP is whole (checksums made, segments cut), which a packet socket does not promise.
"""

import fcntl
import heapq
import itertools
import os
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000


def open_tap(name: str, master: str) -> int:
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH14x", name.encode(), IFF_TAP | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", name, "master", master, "up"], check=True)
    return tap


def forward(delay: float, one: int, other: int) -> None:
    across = {one: other, other: one}
    waiting: list[tuple[float, int, int, bytes]] = []
    order = itertools.count()  # frames of one moment keep their order
    while True:
        pause = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        for tap in select.select([one, other], [], [], pause)[0]:
            heapq.heappush(waiting, (time.monotonic() + delay, next(order), across[tap], os.read(tap, 65536)))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, tap, frame = heapq.heappop(waiting)
            try:
                os.write(tap, frame)
            except BlockingIOError:
                pass  # a full queue loses frames, as on any wire


if __name__ == "__main__":
    milliseconds, *taps = sys.argv[1:]
    ends = open_tap(*taps[:2]), open_tap(*taps[2:])
    print("ready", flush=True)
    forward(float(milliseconds) / 1000, *ends)
