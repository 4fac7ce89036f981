"""Work that need not happen within a request. The outbox is the promise; Huey only makes it prompt.

Embedded: Huey on SQLite, its consumer in threads of the one process. At scale: Huey on Redis, `wg-portal jobs`.
"""

import logging

from huey import RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

from wg_portal.core import idempotency, outbox
from wg_portal.core.transactions import transaction

log = logging.getLogger(__name__)


class QuietConsumer(Consumer):
    """A consumer inside a web process: the server keeps its own signal handlers."""

    def _set_signal_handlers(self):
        pass


def make_huey(app):
    """The queue of this application, with its periodic work."""
    if app.config["REDIS_URL"]:
        huey = RedisHuey("wg-portal", url=app.config["REDIS_URL"])
    else:
        # strict_fifo and fsync: a task that was queued survives the machine.
        huey = SqliteHuey("wg-portal", filename=str(app.config["DATA_DIR"] / "jobs.db"), fsync=True, strict_fifo=True)

    @huey.periodic_task(crontab(minute="*"))
    def sweep():
        with app.app_context():
            outbox.run_due()

    @huey.periodic_task(crontab(minute="17"))
    def tidy():
        with app.app_context(), transaction():
            idempotency.forget_old()

    return huey


def start_consumer(app):
    """Run the jobs in threads of this process, and go on where a dead process stopped."""
    consumer = QuietConsumer(app.huey, workers=1, check_worker_health=False)
    consumer.start()
    with app.app_context():
        outbox.resume()
    return consumer
