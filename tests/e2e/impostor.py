"""Ports that are no good front-end, each in its own way; started by test_front_end_faults.py on the front-end's address.

    python3 impostor.py ADDRESS CHAIN KEY OTHER_CHAIN OTHER_KEY     # says "ready" when all ports listen
"""

import socket
import ssl
import sys
import threading
from collections.abc import Callable

address, chain, key, other_chain, other_key = sys.argv[1:]


def with_tls(answer: Callable[[ssl.SSLSocket], None], certificate: str = chain, private: str = key):
    """The front-end's own name and key, so that only what comes after is wrong."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(["onenode/1"])
    context.load_cert_chain(certificate, private)

    def talk(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as stream:
            stream.recv(65536)
            answer(stream)
    return talk


def endlessly(begin: bytes, piece: bytes) -> Callable[[ssl.SSLSocket], None]:
    def answer(stream: ssl.SSLSocket) -> None:
        stream.sendall(begin)
        while True:
            stream.sendall(piece)
    return answer


def saying(text: bytes) -> Callable[[ssl.SSLSocket], None]:
    return lambda stream: stream.sendall(text)


def until_the_other_side_leaves(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ports = {
    4201: lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
    4202: with_tls(saying(b""), other_chain, other_key),
    4203: with_tls(saying(b"\0\1\2\3 this is nothing that anybody could understand\r\n\r\n")),
    4204: with_tls(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n<html>hello")),
    4205: with_tls(endlessly(chunked, b"400\r\n" + b" " * 1024 + b"\r\n")),
    4206: with_tls(endlessly(b"HTTP/1.1 200 OK\r\n", b"More: and more\r\n")),
    4207: with_tls(saying(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"version":')),
    4208: until_the_other_side_leaves,
    4209: with_tls(until_the_other_side_leaves),
}


def serve(listener: socket.socket, talk: Callable[[socket.socket], None]) -> None:
    while True:
        connection, _ = listener.accept()
        try:
            with connection:
                talk(connection)
        except OSError:  # also what ssl raises: the node has had enough
            pass


for port, talk in ports.items():
    threading.Thread(target=serve, args=(socket.create_server((address, port)), talk), daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
