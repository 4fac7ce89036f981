"""Letters: whatever leaves by mail, caught by a real mail server, names nothing and shows nothing."""

from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

from tests.running import free_port
from wg_portal.core import outbox
from wg_portal.core.database import db


class Postbox:
    """Keeps every letter: (recipients, all that was sent)."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):
        self.letters.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


def test_letters_hold_no_word_that_a_member_wrote(stage, summary):
    app, postbox = stage.world.app, Postbox()
    server = Controller(postbox, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        app.config["SMTP_URL"] = f"smtp://127.0.0.1:{server.port}"
        outbox.run_due()
    finally:
        app.config["SMTP_URL"] = None
        server.stop()
        db.session.rollback()
    assert postbox.letters, "nothing was sent: nothing was tried"
    for [recipient], sent in postbox.letters:
        letter = message_from_bytes(sent, policy=policy.default)
        told = f"{letter.as_string()}\n{letter.get_content()}".replace(recipient, "")
        met = stage.canaries.met(told)
        assert not met, [stage.canaries.told[canary] for canary in met]
        assert letter["To"] == recipient
    summary(f"{app.config['KIND']}: {len(postbox.letters)} letters read, 0 leaked")
