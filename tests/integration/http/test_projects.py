"""Projects: made, read, changed with a version, thrown away, priced."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.jobs import service as jobs
from chalicelib.domains.projects import service as projects
from chalicelib.errors import Conflict
from tests import factories

WAITING = (
    "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
)
"""Who waits for a lock here; other tests have other databases of the same server."""

NEW = {
    "title": "Three hearts",
    "prompt_text": "Why octopuses have three hearts",
    "niche_preset": "science",
}


def test_a_project_is_made_read_and_listed(alice):
    made = alice.post("/v1/projects", NEW)
    assert made.status == 201
    assert made.body["target_minutes"] == 1
    assert made.body["settings"]["format"] == "16:9"
    assert made.headers["etag"] == '"1"'
    assert alice.get(f"/v1/projects/{made.body['id']}").body == made.body
    assert alice.get("/v1/projects").body == {"items": [made.body], "next": None}


def test_a_change_names_its_version(alice):
    made = alice.post("/v1/projects", NEW).body
    path = f"/v1/projects/{made['id']}"
    changed = alice.patch(path, {"title": "Nine brains"}, if_match='"1"')
    assert changed.status == 200
    assert changed.body["title"] == "Nine brains"
    assert changed.body["prompt_text"] == NEW["prompt_text"]
    assert changed.headers["etag"] == '"2"'
    for late in (
        alice.patch(path, {"title": "Blue blood"}, if_match='"1"'),
        alice.patch(path, {"title": "Blue blood", "version": 1}),
    ):
        assert late.status == 412
        assert late.body["details"] == {"version": 2}
    assert alice.patch(path, {"title": "Blue blood"}).body["version"] == 3


def test_settings_are_merged_and_null_clears(alice):
    made = alice.post("/v1/projects", {**NEW, "settings": {"format": "9:16", "seed": 7}}).body
    path = f"/v1/projects/{made['id']}"
    changed = alice.patch(path, {"settings": {"captions": False}}).body
    assert changed["settings"]["format"] == "9:16"
    assert changed["settings"]["seed"] == 7
    assert changed["settings"]["captions"] is False
    manual = {"transcript_mode": "manual", "transcript_text": "Word for word."}
    assert alice.patch(path, manual).status == 200
    refused = alice.patch(path, {"transcript_text": None})
    assert refused.status == 422
    assert refused.body["errors"][0]["field"] == "transcript_text"


def test_a_project_is_thrown_away_but_not_while_its_job_runs(alice):
    project = factories.project(alice.user_id)
    factories.job(alice.user_id, project)
    assert alice.delete(f"/v1/projects/{project}").status == 409
    other = factories.project(alice.user_id)
    assert alice.delete(f"/v1/projects/{other}").status == 204
    assert alice.get(f"/v1/projects/{other}").status == 404
    assert alice.delete(f"/v1/projects/{other}").status == 404


def test_a_project_whose_job_begins_at_the_same_time_is_kept(alice, admin):
    project = factories.project(alice.user_id)

    def delete():
        try:
            projects.delete(Actor.user(alice.user_id), project)
        finally:
            db.disconnect()

    with ThreadPoolExecutor(1) as pool:
        with db.transaction(Actor.worker(alice.user_id)) as tx:
            tx.one(jobs.sql["project"], id=project)
            deleted = pool.submit(delete)
            until = time.monotonic() + 300
            while not admin.execute(WAITING).fetchall():
                assert time.monotonic() < until
                time.sleep(0.01)
            tx.run(
                "insert into jobs (project_id, user_id) values (%(project)s, %(user)s)",
                project=project,
                user=alice.user_id,
            )
        with pytest.raises(Conflict):
            deleted.result()
    assert alice.get(f"/v1/projects/{project}").status == 200


def test_an_estimate_holds_nothing(alice):
    project = factories.project(alice.user_id, target_minutes=3)
    estimate = alice.get(f"/v1/projects/{project}/estimate").body
    assert estimate == {"minutes": 3, "credits": 3, "available": 10, "enough": True}
    assert alice.get("/v1/credits/balance").body["reserved"] == 0


@pytest.mark.usefixtures("new_hour")
def test_a_project_grows_from_ones_own_draft_alone(alice, bob):
    draft = alice.post("/v1/drafts", {"prompt_text": "Why octopuses have three hearts"})
    claimed = alice.post("/v1/drafts/claim", {"session_token": draft.body["session_token"]}).body
    assert alice.post("/v1/projects", {**NEW, "draft_id": claimed["id"]}).status == 201
    refused = bob.post("/v1/projects", {**NEW, "draft_id": claimed["id"]})
    assert refused.status == 422
    assert refused.body["errors"][0]["field"] == "draft_id"


def test_the_list_is_read_page_by_page(alice, bob):
    made = [alice.post("/v1/projects", {**NEW, "title": f"No. {n}"}).body["id"] for n in range(5)]
    found, path = [], "/v1/projects?limit=2&niche_preset=science"
    while path:
        page = alice.get(path)
        found += [project["id"] for project in page.body["items"]]
        path = None
        if page.body["next"]:
            link = page.headers["link"]
            assert link.endswith('>; rel="next"')
            path = "/v1/projects" + link.removeprefix("<").removesuffix('>; rel="next"')
    assert found == made[::-1]

    cursor = alice.get("/v1/projects?limit=2").body["next"]
    assert alice.get(f"/v1/projects?cursor={cursor}").status == 200
    for stranger in (
        bob.get(f"/v1/projects?cursor={cursor}"),
        alice.get(f"/v1/projects?niche_preset=facts&cursor={cursor}"),
        alice.get(f"/v1/uploads?cursor={cursor}"),
        alice.get(f"/v1/projects?cursor={cursor[:-2]}xx"),
        alice.get("/v1/projects?cursor=%F0%9F%8E%AC"),
    ):
        assert stranger.status == 400
        assert stranger.body["errors"][0]["field"] == "cursor"
