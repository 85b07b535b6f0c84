"""A real receiver on this machine, a pretended SES and KMS, and users with webhooks."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.db import Tx
from chalicelib.domains.notices import webhooks
from chalicelib.domains.notices.models import NewWebhook, WebhookWithSecret
from chalicelib.domains.outbox import topics
from chalicelib.domains.outbox.models import Message, Topic
from tests import factories
from tests.aws import pretended_aws
from tests.integration.notices.story import Admin, Heard, Post, Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """The endpoint, up; 200 unless told otherwise."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.heard.append(Heard(self.path, self.headers, body))
            if told.hangs is not None:
                told.hangs.wait(10)
                return
            status, headers = told.answers.pop(0) if told.answers else (200, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(b"said \0 the endpoint")

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told = Receiver(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield told
        finally:
            if told.hangs is not None:
                told.hangs.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def aws(database: str) -> Iterator[None]:
    """KMS with the key of secrets, SES with the sender's address, and a stack that is local."""
    with pretended_aws(OUTBOUND_LOCAL="true", API_URL="https://api.showrunner.example"):
        kms = client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName="alias/showrunner", TargetKeyId=key)
        client("sesv2").create_email_identity(EmailIdentity="studio@showrunner.example")
        yield


@pytest.fixture
def alice(aws: None) -> Actor:
    return Actor.user(factories.user())


@pytest.fixture
def bob(aws: None) -> Actor:
    return Actor.user(factories.user())


@pytest.fixture
def subscribe(receiver: Receiver) -> Callable[..., WebhookWithSecret]:
    """Make a webhook of a user at the receiver."""

    def make(actor: Actor, **also: Any) -> WebhookWithSecret:
        wanted = NewWebhook(**{"name": "Hook", "url": receiver.url, **also})
        return webhooks.create(actor, wanted, None)

    return make


@pytest.fixture
def post(admin: Admin, monkeypatch: pytest.MonkeyPatch) -> Post:
    """The outbox, and a note of every delay its topics are told of."""
    told = Post(admin)

    def noting(topic: Topic) -> Topic:
        def failed(tx: Tx, message: Message, delay: float | None) -> None:
            told.delays.append(delay)
            topic.failed(tx, message, delay)

        return topic._replace(failed=failed)

    for name, topic in topics.TOPICS.items():
        monkeypatch.setitem(topics.TOPICS, name, noting(topic))
    return told
