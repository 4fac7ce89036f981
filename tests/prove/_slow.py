"""Clients that are slow, silent or half gone, by the hundred in one thread; and what other members wait meanwhile."""

import os
import selectors
import socket
import threading
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

EVERY = (1.0, 4.0)  # seconds between two bytes of the same client
LONGEST = 60  # seconds after which a client that was never hung up on is given up


@dataclass(eq=False)
class Client:
    """One of them. It never hangs up by itself, and goes on sending for as long as it is let."""

    kind: str
    first: bytes  # what it sends at once
    drip: bytes = b""  # what it sends of, a byte at a time
    deaf: bool = False  # it reads nothing
    sock: socket.socket | None = None
    began: float = 0
    next: float = 0
    heard: bytes = b""
    lasted: float | None = None  # seconds until the server hung up; None while it has not


def slow_body(url):
    head = f"POST /sign-in HTTP/1.1\r\nHost: {host(url)}\r\nOrigin: {url}\r\nContent-Length: 5000\r\n"
    return Client("body", f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nemail=".encode(), b"x")


def slow_head(url):
    return Client("head", f"GET / HTTP/1.1\r\nHost: {host(url)}\r\nX-Slow: ".encode(), b"x")


def silent(url):
    return Client("silent", b"")


def upgrade(url, cookie=None):
    """A WebSocket handshake as a page of ours makes it, but for the session."""
    lines = [
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        f"Host: {host(url)}",
        f"Origin: {url}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}",
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    return Client("upgrade", ("\r\n".join(lines) + "\r\n\r\n").encode())


def poll(url):
    address = "/socket.io/?EIO=4&transport=polling"
    return Client("poll", f"GET {address} HTTP/1.1\r\nHost: {host(url)}\r\nOrigin: {url}\r\n\r\n".encode())


def deaf(url, path):
    """Asks for something long many times in one breath, and takes nothing of it."""
    once = f"GET {path} HTTP/1.1\r\nHost: {host(url)}\r\n\r\n"
    return Client("deaf", (once * 50).encode(), deaf=True)


def host(url):
    return urlsplit(url).netloc


class Slow(threading.Thread):
    """All of them, within `seconds`. `end()` lets go of them and waits."""

    def __init__(self, url, clients, rng, seconds):
        super().__init__(daemon=True)
        where = urlsplit(url)
        self.where, self.clients, self.rng = (where.hostname, where.port), clients, rng
        self.between = seconds / len(clients)
        self.poller, self.ending = selectors.DefaultSelector(), False

    def run(self):
        for client in self.clients:
            self.open(client)
            self.attend(self.between)
        while not self.ending:
            self.attend(0.05)

    def open(self, client):
        client.sock = socket.socket()
        if client.deaf:
            client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.sock.settimeout(10)
        client.began = time.monotonic()
        try:
            client.sock.connect(self.where)
            client.sock.setblocking(False)
            client.sock.send(client.first)
        except OSError:
            client.lasted = time.monotonic() - client.began
            return
        client.next = client.began + self.rng.uniform(*EVERY)
        if not client.deaf:
            self.poller.register(client.sock, selectors.EVENT_READ, client)

    def attend(self, wait):
        for key, _ in self.poller.select(wait):
            self.read(key.data)
        now = time.monotonic()
        for client in self.clients:
            if client.drip and client.sock and client.lasted is None and client.next <= now:
                client.next = now + self.rng.uniform(*EVERY)
                try:
                    client.sock.send(client.drip)
                except BlockingIOError:
                    pass
                except OSError:
                    self.closed(client)

    def read(self, client):
        try:
            data = client.sock.recv(65_536)
        except OSError:
            data = b""
        client.heard += data
        if not data and client.lasted is None:
            self.closed(client)

    def closed(self, client):
        """The server hung up. Our end stays as it is: who is half gone does not say so."""
        client.lasted = time.monotonic() - client.began
        self.poller.unregister(client.sock)

    def wait(self):
        """Until the server has hung up on all that listen, or it is clear that it does not."""
        until = time.monotonic() + LONGEST
        while time.monotonic() < until and any(client.lasted is None for client in self.clients if not client.deaf):
            time.sleep(0.1)

    def end(self):
        self.ending = True
        self.join(10)
        for client in self.clients:
            if client.sock:
                client.sock.close()


def waits(members, pages, per_second, seconds):
    """How long members wait for pages asked for at a steady rate, from when each was due, in seconds; None for a no."""

    def ask(number, due):
        member, page = members[number % len(members)], pages[number % len(pages)]
        try:
            with locks[number % len(members)]:
                answer = member.get(page, timeout=15)
        except OSError:
            return None
        return time.monotonic() - due if answer.status_code == 200 else None

    locks = [threading.Lock() for _ in members]
    begun, asked = time.monotonic(), []
    with ThreadPoolExecutor(len(members)) as pool:
        for number in range(int(per_second * seconds)):
            due = begun + number / per_second
            time.sleep(max(0, due - time.monotonic()))
            asked.append(pool.submit(ask, number, due))
        return [one.result() for one in asked]


def p95(waited):
    """Of those who were answered, in milliseconds."""
    known = sorted(wait for wait in waited if wait is not None)
    return 1000 * known[int(0.95 * (len(known) - 1))] if known else float("inf")
