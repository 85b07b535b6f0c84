"""Scripts: kept, and followed from session to session without missing a change."""


def test_a_script_is_kept_and_read(alice, bob):
    made = alice.post("/v1/scripts", {"content": "An octopus has\nthree hearts.", "title": "T"})
    assert made.status == 201
    assert (made.body["word_count"], made.body["version"]) == (5, 1)
    assert alice.get(f"/v1/scripts/{made.body['id']}").body == made.body
    assert bob.get(f"/v1/scripts/{made.body['id']}").status == 404


def test_a_rewriting_counts_on_from_ones_own_script(alice, bob):
    first = alice.post("/v1/scripts", {"content": "One."}).body
    second = alice.post("/v1/scripts", {"content": "Two.", "parent_id": first["id"]}).body
    assert second["version"] == 2
    refused = bob.post("/v1/scripts", {"content": "Three.", "parent_id": first["id"]})
    assert refused.status == 422
    assert refused.body["errors"][0]["field"] == "parent_id"


def settle(admin, alice):
    """Let all changes so far be older than the time in which one may still surface late."""
    admin.execute("alter table scripts disable trigger user")
    admin.execute(
        "update scripts set updated_at = updated_at - interval '1 minute' where user_id = %s",
        [alice.user_id],
    )
    admin.execute("alter table scripts enable trigger user")


def test_a_session_follows_what_changes(alice, admin):
    assert alice.get("/v1/scripts").body == {"items": [], "since": None, "more": False}
    ids = [alice.post("/v1/scripts", {"content": f"No. {n}"}).body["id"] for n in range(5)]
    settle(admin, alice)
    found, since, more = [], "", True
    while more:
        page = alice.get(f"/v1/scripts?limit=2{since}").body
        found += [script["id"] for script in page["items"]]
        since, more = f"&since={page['since']}", page["more"]
    assert found == ids
    assert alice.get(f"/v1/scripts?{since[1:]}").body["items"] == []
    admin.execute("update scripts set title = 'new' where id = %s", [ids[0]])
    changed = alice.get(f"/v1/scripts?{since[1:]}").body
    assert [script["id"] for script in changed["items"]] == [ids[0]]


def test_a_change_that_surfaces_late_is_not_missed(alice, admin):
    """A transaction that began earlier commits later: its row is older than one already read."""
    alice.post("/v1/scripts", {"content": "before"})
    settle(admin, alice)
    late, early = (alice.post("/v1/scripts", {"content": c}).body["id"] for c in "ab")
    admin.execute("alter table scripts disable trigger user")
    admin.execute(
        "update scripts set updated_at = now() - interval '9 seconds', user_id = %s where id = %s",
        [alice.user_id, early],
    )
    page = alice.get("/v1/scripts").body
    admin.execute(
        "update scripts set updated_at = now() - interval '10 seconds' where id = %s", [late]
    )
    admin.execute("alter table scripts enable trigger user")
    again = alice.get(f"/v1/scripts?since={page['since']}").body
    assert early in [script["id"] for script in page["items"]]
    assert late in [script["id"] for script in again["items"]]


def test_a_place_belongs_to_its_user(alice, bob, admin):
    alice.post("/v1/scripts", {"content": "One."})
    settle(admin, alice)
    since = alice.get("/v1/scripts").body["since"]
    for place in (since, since[:-2] + "xx", "nonsense"):
        refused = bob.get(f"/v1/scripts?since={place}")
        assert refused.status == 400
        assert refused.body["errors"][0]["field"] == "since"
