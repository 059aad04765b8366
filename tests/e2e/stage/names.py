"""The stage's name server: answers A, AAAA and PTR from a JSON file that the stage may change at any time.

names.py FILE DOMAIN: the file maps a name to its addresses. Bare names and names in the stage's domain are the same.
"""

import ipaddress
import json
import socket
import struct
import sys
from pathlib import Path

A, PTR, AAAA = 1, 12, 28
NO_ERROR, NO_SUCH_NAME = 0, 3


def answer(query: bytes, names: dict[str, list[str]], domain: str) -> bytes:
    name, end = _name(query)
    kind, _ = struct.unpack("!HH", query[end:end + 4])
    found = _records(name.lower(), kind, names, domain)
    records = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(data)) + data for data in found or [])
    code = NO_SUCH_NAME if found is None else NO_ERROR
    flags = 0x8580 | code  # an authoritative answer; recursion is said to be there so that nobody asks elsewhere
    return query[:2] + struct.pack("!HHHHH", flags, 1, len(found or []), 0, 0) + query[12:end + 4] + records


def _records(name: str, kind: int, names: dict[str, list[str]], domain: str) -> list[bytes] | None:
    """The data of all matching records; None when the name is unknown."""
    if name.endswith(".arpa"):
        owners = [n for n, addresses in names.items() for a in addresses
                  if ipaddress.ip_address(a).reverse_pointer == name]
        return [_encoded(f"{owner}.{domain}") for owner in owners] or None
    addresses = names.get(name.removesuffix(f".{domain}"))
    if addresses is None:
        return None
    wanted = {A: 4, AAAA: 6}.get(kind)
    return [ip.packed for ip in map(ipaddress.ip_address, addresses) if ip.version == wanted]


def _name(query: bytes) -> tuple[str, int]:
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("ascii"))
        at += query[at] + 1
    return ".".join(labels), at + 1


def _encoded(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def main(file: Path, domain: str) -> None:
    server = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    server.bind(("::", 53))
    print("ready", flush=True)
    while True:
        query, asker = server.recvfrom(4096)
        try:
            server.sendto(answer(query, json.loads(file.read_text()), domain), asker)
        except (ValueError, IndexError, struct.error) as error:  # a broken question gets no answer
            print(f"cannot answer {asker[0]}: {error!r}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
