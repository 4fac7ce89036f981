"""Between the workers: what one of them says, all of them pass on to their own lines, through Redis.

A dead or hung Redis must cost nothing but the hints: neither a wait nor a failed write. Pages learn of a long absence
by the missing pulse. A short one no pulse betrays: then whoever could not speak or hear says `missed` with the next
pulse, and pages ask for themselves.
"""

import logging
import time
import uuid

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from socketio import RedisManager

log = logging.getLogger(__name__)

AGAIN_AFTER = 1  # seconds between two tries to speak, or to hear
LISTEN = 1  # seconds of silence after which the listening line is looked at
UNANSWERED = 3  # questions whether Redis is there, after which the listening line is dead

# Tries of its own would keep a whole worker's hints waiting for seconds after Redis is back.
OPTIONS = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 1.0,
    "health_check_interval": 5,
    "retry": Retry(NoBackoff(), 0),
}


class Relay(RedisManager):
    """every: seconds between two pulses. gap: called, without arguments, when words of others may have been missed."""

    def __init__(self, url, every, gap):
        super().__init__(url, channel="wg-portal", redis_options=OPTIONS)
        self.every, self.gap = every, gap
        self.silent_until = 0.0  # Redis did not take what was said last
        self.is_owing = False  # something was said that the others may not have heard

    def initialize(self):
        # The application is made before the workers are: with one name between them, each would take the
        # others' words for its own, and pass nothing on.
        self.host_id = uuid.uuid4().hex
        super().initialize()

    def pulse(self, **more):
        """Say `pulse` to every line by way of Redis alone: this worker's own lines hear it only if it comes back."""
        self._publish(self.beat(**more))

    def beat(self, **more):
        return {
            "method": "emit",
            "event": "pulse",
            "data": [{"every": self.every, **more}],
            "binary": False,
            "namespace": "/",
            "room": None,
            "skip_sid": None,
            "callback": None,
            "host_id": "nobody",
        }

    def _publish(self, data):
        """Give it to the other workers once, or leave it: one hint that waits keeps all that follow waiting."""
        if time.monotonic() < self.silent_until:
            self.is_owing = True
            return
        try:
            if not self.connected:
                self._redis_connect()
            self.redis.publish(self.channel, self.json.dumps(data))
            if self.is_owing:
                self.is_owing = False
                self.redis.publish(self.channel, self.json.dumps(self.beat(missed=True)))
        except Exception as trouble:
            log.error("cannot speak to Redis: %s", type(trouble).__name__)
            self.connected, self.is_owing = False, True
            self.silent_until = time.monotonic() + AGAIN_AFTER

    def _redis_listen_with_retries(self):
        # The library waits up to a minute between its tries; readers would notice. The line is our own, since the
        # library gives up its own whenever something could not be published.
        while True:
            try:
                yield from self.heard(redis.Redis.from_url(self.redis_url, **OPTIONS).pubsub())
            except Exception as trouble:
                log.error("cannot hear Redis: %s", type(trouble).__name__)
                time.sleep(AGAIN_AFTER)

    def heard(self, pubsub):
        """What is said, until the line ends. A line that is open and dead says nothing for ever: so it is asked."""
        with pubsub:
            pubsub.subscribe(self.channel)
            while pubsub.health_check_response_counter < UNANSWERED:
                message = pubsub.get_message(timeout=LISTEN)
                if message and message["type"] == "subscribe":
                    self.gap()  # from now on we hear; what was said before is gone
                elif message:
                    yield message
        raise ConnectionError("no answer")
