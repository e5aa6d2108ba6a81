"""Workers as they run: real processes, two at a time, and one that is killed."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests import processes
from tests.authserver.receivers import Handler, Receiver, receiver
from tests.authserver.servers import Server
from tests.processes import Process

DELIVERIES = 24
ANNOUNCE = """
from uuid import uuid4
from authserver.models import Client, LogoutDelivery, User
Client.objects.filter(client_id="printshop").update(backchannel_logout_uri="{url}")
shop = Client.objects.get(client_id="printshop")
alice = User.objects.get(username="alice")
LogoutDelivery.objects.all().delete()
for _ in range({count}):
    LogoutDelivery.objects.create(client=shop, user=alice, sub=alice.sub, sid=uuid4())
"""
COUNT = """
from authserver.models import LogoutDelivery as All
waiting = All.objects.waiting()
print(waiting.count(), All.objects.exclude(delivered_at=None).count())
"""
A_MINUTE_PASSES = """
from datetime import timedelta
from django.db.models import F
from authserver.models import LogoutDelivery
LogoutDelivery.objects.update(due_at=F("due_at") - timedelta(minutes=1))
"""


def run(server: Server, code: str, **values: object) -> str:
    """Code in the server's own Django."""
    return server.manage("shell", "-v0", "-c", code.format(**values)).strip()


@contextmanager
def workers(server: Server, count: int) -> Iterator[list[Process]]:
    command = ("manage.py", "authserver", "worker")
    with server.log.open("a") as log:
        started = [
            processes.start(command, server.environment, stderr=log)
            for _ in range(count)
        ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait(30)


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def takes_a_moment(handler: Handler) -> None:
    time.sleep(0.2)
    handler.send_response(200)
    handler.end_headers()


def never_answers(handler: Handler) -> None:
    time.sleep(60)


def told(found: Receiver) -> Counter[str]:
    return Counter(str(came.claims["sid"]) for came in found.received)


@pytest.mark.rule("AS-54", "X-05")
@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_two_workers_send_each_token_once(server: Server) -> None:
    with receiver() as shop:
        shop.answers = [takes_a_moment]
        run(server, ANNOUNCE, url=shop.url, count=DELIVERIES)
        with workers(server, 2):
            wait_until(lambda: len(shop.received) >= DELIVERIES)
            wait_until(lambda: run(server, COUNT) == f"0 {DELIVERIES}")
    assert set(told(shop).values()) == {1}
    assert len(told(shop)) == DELIVERIES
    assert "Traceback" not in server.log.read_text()


@pytest.mark.rule("AS-54")
@pytest.mark.rule("AS-54")
@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_a_worker_that_is_killed_loses_nothing(server: Server) -> None:
    with receiver() as shop:
        shop.answers = [never_answers, 200]
        run(server, ANNOUNCE, url=shop.url, count=1)
        with workers(server, 1) as [worker]:
            wait_until(lambda: len(shop.received) == 1)
            worker.kill()
            worker.wait(30)
        assert run(server, COUNT) == "1 0"
        run(server, A_MINUTE_PASSES)
        with workers(server, 1):
            wait_until(lambda: len(shop.received) == 2)
            wait_until(lambda: run(server, COUNT) == "0 1")
    assert list(told(shop).values()) == [2]
    assert shop.received[0].claims["jti"] != shop.received[1].claims["jti"]
