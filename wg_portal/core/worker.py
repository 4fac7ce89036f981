"""The web server's worker: a request gets a thread once all of it has arrived, and no sooner.

Gunicorn's own gives a thread to whoever sends a first byte, and waits in it: as many slow clients as there are threads
stop everybody else, for as long as they like. Here the one loop that accepts connections also collects what they send,
so that a slow client costs a few kilobytes and is hung up on in time. No server in front is relied upon.
"""

import re
import resource
import selectors
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass, field

from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

WITHIN = 20  # seconds from its first byte, for the whole of a request
HEAD = 65_536  # bytes of a request line with its headers; gunicorn is stricter about each of them
BODY = 1_000_000  # bytes that are waited for; of a longer body the application sees the length only, and refuses it
HELD = 64_000_000  # bytes of unfinished requests in one process
CONNECTIONS = 4_000  # open at once in one process, in whatever state
GOODBYE = 2  # seconds for the other side to take the last answer and hang up
SENDING = 10  # seconds in which some of an answer must be taken
ANSWER = 1_000_000  # bytes of an answer that the system keeps for a slow reader, where it allows so much

LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*(\d{1,18})(?=[ \t]*\r\n)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
EXPECTS = re.compile(rb"\r\nexpect[ \t]*:[ \t]*100-continue", re.IGNORECASE)


@dataclass(eq=False)
class Arrival:
    """A request on its way in."""

    conn: TConn
    data: bytearray
    since: float = field(default_factory=time.monotonic)
    needs: int | None = None  # bytes with the head, once that is known

    def is_whole(self):
        return self.needs is not None and len(self.data) >= self.needs


class Connection(TConn):
    """Says goodbye without making the loop wait for an answer to it."""

    def __init__(self, worker, sock, address):
        super().__init__(worker.cfg, sock, address, sock.getsockname())
        self.worker = worker
        # A page fits into what the system keeps for the line, so a reader who takes their time holds no thread.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ANSWER)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", SENDING, 0))

    def close(self, graceful=False):
        if graceful:
            self.worker.say_goodbye(self.sock)
        else:
            super().close()


class Worker(ThreadWorker):
    """Gunicorn's threads behind a loop that is patient with everybody. All of it but `handle` runs in that loop."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.arriving = {}  # socket -> Arrival, oldest first
        self.leaving = {}  # socket -> when to close it whatever the other side does, oldest first
        self.held = 0  # bytes

    def accept(self, listener):
        if self.nr_conns >= self.worker_connections - 1:
            self.make_room()
        try:
            sock, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        self.enqueue_req(Connection(self, sock, address))

    def enqueue_req(self, conn):
        """Gunicorn would give this connection a thread. First its next request has to be there."""
        early = conn.parser.unreader.take_buffered() if conn.parser else b""
        arrival = Arrival(conn, bytearray())
        conn.sock.setblocking(False)
        self.arriving[conn.sock] = arrival
        self.poller.register(conn.sock, selectors.EVENT_READ, lambda sock: self.receive(arrival))
        if early:
            self.take(arrival, early)

    def receive(self, arrival):
        if arrival.conn.sock not in self.arriving:
            return  # dropped in this very round of the loop
        try:
            data = arrival.conn.sock.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self.take(arrival, data)
        else:
            self.drop(arrival)

    def take(self, arrival, data):
        arrival.data += data
        self.held += len(data)
        if arrival.needs is None:
            self.read_head(arrival)
        sock = arrival.conn.sock
        if sock in self.arriving and arrival.is_whole():
            # Who has not taken earlier answers gets no further one: the thread would wait with it.
            self.poller.modify(sock, selectors.EVENT_WRITE, lambda _sock: self.give_a_thread(arrival))
        while self.held > HELD and self.arriving:
            self.make_room()

    def read_head(self, arrival):
        """How much there will be. The parser behind decides what it means; here it only must not have to wait."""
        blank = len(arrival.data) - len(arrival.data.lstrip(b"\r\n"))
        self.held -= blank
        del arrival.data[:blank]
        end = arrival.data.find(b"\r\n\r\n", 0, HEAD) + 4
        if end < 4:
            if len(arrival.data) >= HEAD:
                self.drop(arrival, "431 Request Header Fields Too Large")
            return
        head = bytes(arrival.data[:end])
        if CHUNKED.search(head):
            self.drop(arrival, "411 Length Required")  # nothing of ours sends so, and its end is known to nobody
            return
        length = max(map(int, LENGTH.findall(head)), default=0)
        if length > BODY:
            # The application says no to the length alone. Nobody waits for the rest, so the line cannot be used again.
            line = head.index(b"\r\n") + 2
            self.held -= len(arrival.data) - end
            arrival.data[:] = head[:line] + b"Connection: close\r\n" + head[line:]
            self.held += len(arrival.data) - end
            length = 0
            end = len(arrival.data)
        elif length and EXPECTS.search(head) and len(arrival.data) == end:
            self.send(arrival.conn.sock, b"HTTP/1.1 100 Continue\r\n\r\n")
        arrival.needs = end + length

    def give_a_thread(self, arrival):
        if arrival.conn.sock not in self.arriving:
            return  # dropped in this very round of the loop
        self.forget(arrival)
        conn = arrival.conn
        conn.parser = conn.parser or http.get_parser(self.cfg, conn.sock, conn.client)
        conn.parser.unreader.unread(bytes(arrival.data))
        conn.data_ready = True
        super().enqueue_req(conn)

    def drop(self, arrival, why=None):
        """Hang up, on who is slow with a word about it."""
        self.forget(arrival)
        self.nr_conns -= 1
        if why and arrival.data:
            self.send(arrival.conn.sock, f"HTTP/1.1 {why}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
            arrival.conn.close(graceful=True)
        else:
            arrival.conn.close()

    def forget(self, arrival):
        del self.arriving[arrival.conn.sock]
        self.poller.unregister(arrival.conn.sock)
        self.held -= len(arrival.data)

    def make_room(self):
        """Whoever has been sending for longest goes first."""
        for arrival in list(self.arriving.values())[:1]:
            self.drop(arrival, "503 Service Unavailable")

    @staticmethod
    def send(sock, words):
        with suppress(OSError):  # they hear nothing, or have gone
            sock.send(words)

    def say_goodbye(self, sock):
        """Half-close, so that the last answer is not torn by what we never read; then wait a little, in the loop."""
        try:
            sock.setblocking(False)
            sock.shutdown(socket.SHUT_WR)
            self.poller.register(sock, selectors.EVENT_READ, self.hear_goodbye)
        except (OSError, ValueError, KeyError):
            sock.close()
            return
        self.leaving[sock] = time.monotonic() + GOODBYE

    def hear_goodbye(self, sock):
        if sock not in self.leaving:
            return
        try:
            gone = not sock.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            gone = True
        if gone:
            self.hang_up(sock)

    def hang_up(self, sock):
        del self.leaving[sock]
        self.poller.unregister(sock)
        sock.close()

    def murder_pending(self):
        """Gunicorn's name for what its loop does after each round; ours has no others that are pending."""
        now = time.monotonic()
        within = WITHIN if self.alive else GOODBYE
        while self.arriving and (oldest := next(iter(self.arriving.values()))).since < now - within:
            self.drop(oldest, "408 Request Timeout")
        while self.leaving and self.leaving[sock := next(iter(self.leaving))] < now:
            self.hang_up(sock)


def connections():
    """How many connections one process may hold, of the files the system lets it open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + 1_000  # with databases, logs, and what says goodbye
    if soft < wanted and hard != soft:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft >= wanted or soft == resource.RLIM_INFINITY else soft // 2
