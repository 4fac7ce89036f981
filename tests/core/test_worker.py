"""The web server's worker: whoever is slow, sends nonsense or sends too much costs nobody else a page."""

import socket
from contextlib import ExitStack

import pytest

from tests.running import Portal


@pytest.fixture(scope="module")
def portal(password_hash):
    running = Portal("sqlite", password_hash).start()
    yield running
    running.remove()


def line(portal, *parts):
    """An open connection on which these bytes were sent."""
    sock = socket.create_connection(("127.0.0.1", portal.port), timeout=10)
    for part in parts:
        sock.sendall(part)
    return sock


def heard(sock):
    """Everything until the other side hangs up."""
    with sock:
        return b"".join(iter(lambda: sock.recv(65_536), b""))


HEAD = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"


def test_more_slow_clients_than_threads_stop_nobody(portal):
    threads = portal.app.config["SOCKETS_AT_MOST"] + 60
    with ExitStack() as slow:
        for _each in range(threads):
            slow.enter_context(line(portal, HEAD + b"Content-Length: 900\r\n\r\n", b"half of it"))
        assert portal.member("head").get("/", timeout=10).status_code == 200


def test_a_request_in_pieces_is_answered_whole(portal):
    answer = heard(line(portal, b"GET /healthz HT", b"TP/1.1\r\nHost: local", b"host\r\nConnection: close\r\n\r\n"))
    assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"ok")


def test_two_requests_at_once_on_one_line_are_answered_in_turn(portal):
    ask = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
    answer = heard(line(portal, ask % b"" + ask % b"Connection: close\r\n"))
    assert answer.count(b"HTTP/1.1 200") == 2


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000, b"431"),
        (HEAD + b"Content-Length: 99999999\r\n\r\n", b"413"),
        (b"\r\n\r\nnonsense\r\n\r\n", b"400"),
    ],
)
def test_what_cannot_be_read_gets_a_plain_no(portal, sent, status):
    assert heard(line(portal, sent)).split(b" ", 2)[1] == status
