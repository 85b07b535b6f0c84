"""Jobs over the API: ordered, looked at, waited for, stopped, tried again, fetched."""

import threading
import time

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.jobs import watch
from tests import factories


@pytest.fixture
def project(alice):
    return factories.project(alice.user_id)


def set_job(user, job, **columns):
    with db.transaction(Actor.worker(user)) as tx:
        for name, value in columns.items():
            tx.run(
                {
                    "status": "update jobs set status = %(value)s where id = %(id)s",
                    "progress": "update jobs set progress = %(value)s where id = %(id)s",
                }[name],
                id=job,
                value=value,
            )


def test_a_job_is_ordered_once(alice, project, admin):
    path = f"/v1/projects/{project}/jobs"
    started = alice.post(path, {"minutes": 2}, idempotency_key="j1")
    assert started.status == 202
    assert (started.body["status"], started.body["cost_credits_reserved"]) == ("QUEUED", 2)
    assert alice.post(path, {"minutes": 2}, idempotency_key="j1").body == started.body
    assert alice.get("/v1/credits/balance").body["reserved"] == 2
    promised = admin.execute(
        "select count(*) as n from private.outbox where user_id = %s and topic = 'start_execution'",
        [alice.user_id],
    ).fetchone()
    assert promised["n"] == 1
    other = alice.post(path, {"minutes": 2}, idempotency_key="j2")
    assert (other.status, other.body["code"]) == (409, "JobAlreadyRunning")


def test_a_job_that_cannot_be_paid_is_not_ordered(alice, project):
    factories.job(alice.user_id, status="READY", reserve=9)
    refused = alice.post(f"/v1/projects/{project}/jobs", {"minutes": 5})
    assert (refused.status, refused.body["code"]) == (402, "CreditsExhausted")
    assert (refused.body["needed"], refused.body["available"]) == (5, 1)
    assert len(alice.get("/v1/jobs").body["items"]) == 1


def test_settings_written_past_the_api_are_looked_at_when_they_are_used(alice):
    project = factories.project(alice.user_id, settings={"format": "4:3", "captions": ["x"]})
    assert alice.get(f"/v1/projects/{project}").status == 200
    refused = alice.post(f"/v1/projects/{project}/jobs")
    assert refused.status == 422
    assert {error["field"] for error in refused.body["errors"]} == {"format", "captions"}
    assert alice.get("/v1/credits/balance").body["reserved"] == 0


def test_a_job_is_read_listed_and_told(alice, bob, project):
    job = alice.post(f"/v1/projects/{project}/jobs").body
    found = alice.get(f"/v1/jobs/{job['id']}").body
    assert found["steps"][0]["step_name"] == "SCRIPTING"
    assert [j["id"] for j in alice.get("/v1/jobs?status=QUEUED").body["items"]] == [job["id"]]
    assert alice.get("/v1/jobs?status=READY").body["items"] == []
    events = alice.get(f"/v1/jobs/{job['id']}/events").body["items"]
    assert events[-1]["stage"] == "QUEUED"
    assert alice.get(f"/v1/jobs/{job['id']}/assets").body == []
    for path in ("", "/events", "/assets"):
        assert bob.get(f"/v1/jobs/{job['id']}{path}").status == 404


def test_a_cancelled_job_gives_its_credits_back(alice, bob, project):
    job = alice.post(f"/v1/projects/{project}/jobs").body["id"]
    assert bob.post(f"/v1/jobs/{job}/cancel").status == 404
    assert alice.post(f"/v1/jobs/{job}/cancel").body["status"] == "CANCELLED"
    assert alice.get("/v1/credits/balance").body["available"] == 10
    retried = alice.post(f"/v1/jobs/{job}/retry")
    assert (retried.status, retried.body["code"]) == (409, "IllegalMove")


def test_a_failed_job_is_tried_again(alice, project):
    job = alice.post(f"/v1/projects/{project}/jobs").body["id"]
    with db.transaction(Actor.worker(alice.user_id)) as tx:
        from chalicelib.domains.jobs import service

        locked = tx.one(service.sql["job_for_update"], id=job)
        service.end(tx, locked, "FAILED", "ProviderRejected", "No such picture.")
    failed = alice.get(f"/v1/jobs/{job}").body
    assert (failed["status"], failed["error_code"]) == ("FAILED", "ProviderRejected")
    retried = alice.post(f"/v1/jobs/{job}/retry", idempotency_key="r1")
    assert retried.status == 202
    assert (retried.body["status"], retried.body["attempt"]) == ("QUEUED", 2)
    assert alice.post(f"/v1/jobs/{job}/retry", idempotency_key="r1").body == retried.body


def test_a_file_is_fetched_by_a_signed_link(alice, bob, project, admin):
    job = factories.job(alice.user_id, project, settings={"title": "The deep sea"})
    key = f"{alice.user_id}/jobs/{job}/video.mp4"
    asset = admin.execute(
        "insert into assets (job_id, user_id, type, storage_path, mime_type)"
        " values (%s, %s, 'video', %s, 'video/mp4') returning id",
        [job, alice.user_id, key],
    ).fetchone()["id"]
    [listed] = alice.get(f"/v1/jobs/{job}/assets").body
    assert (listed["id"], listed["storage_path"]) == (str(asset), key)
    link = alice.get(f"/v1/assets/{asset}/download").body["url"]
    assert key in link
    assert "X-Amz-Signature" in link
    assert bob.get(f"/v1/assets/{asset}/download").status == 404


class Time:
    """A clock that moves by sleeping, and what happens meanwhile."""

    def __init__(self, **happens):
        self.now, self.happens = 0.0, happens

    def sleep(self, seconds):
        self.now += seconds
        if change := self.happens.pop(f"at_{int(self.now)}", None):
            change()


def test_waiting_ends_when_the_job_moves_ends_or_does_nothing(alice, project):
    user, job = alice.user_id, alice.post(f"/v1/projects/{project}/jobs").body["id"]
    actor = Actor.user(user)

    def waited(**happens):
        clock = Time(**happens)
        found = watch.watch(actor, job, 25, clock=lambda: clock.now, sleep=clock.sleep)
        return clock.now, found.status, found.progress

    assert waited() == (25, "QUEUED", 0)
    assert waited(at_3=lambda: set_job(user, job, progress=4)) == (3, "QUEUED", 4)
    assert waited(at_7=lambda: set_job(user, job, status="SCRIPTING")) == (7, "SCRIPTING", 4)
    set_job(user, job, status="READY")
    assert waited() == (0, "READY", 4)


def test_a_waiting_request_is_answered_when_the_job_moves(alice, project):
    job = alice.post(f"/v1/projects/{project}/jobs").body["id"]

    def move():
        time.sleep(0.3)
        set_job(alice.user_id, job, status="SCRIPTING")
        db.disconnect()

    mover = threading.Thread(target=move)
    mover.start()
    found = alice.get(f"/v1/jobs/{job}?wait=20")
    mover.join()
    assert found.body["status"] == "SCRIPTING"
