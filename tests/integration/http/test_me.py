"""The user's own record, made on first sight."""

from uuid import uuid4

from tests import factories


def test_a_user_nobody_told_us_of_is_made_at_the_first_request(sign_in):
    new = sign_in(uuid4(), email="ada@users.example", user_metadata={"name": "Ada"})
    me = new.get("/v1/me")
    assert me.status == 200
    assert (me.body["display_name"], me.body["email"]) == ("Ada", "ada@users.example")
    assert new.get("/v1/credits/balance").body["available"] == 10
    assert factories.balanced(new.user_id)


def test_hostile_metadata_is_only_a_name(sign_in):
    for told in ({"name": "a\0b" * 500}, {"name": ["x"]}, "text", None, {"name": "'; drop table"}):
        assert sign_in(uuid4(), user_metadata=told).get("/v1/me").status == 200


def test_preferences_change_one_by_one(alice):
    changed = alice.patch("/v1/me", {"notification_prefs": {"job_failed": False}})
    assert changed.body["notification_prefs"] == {
        "job_complete": True,
        "job_failed": False,
        "published": True,
        "budget": True,
        "email": True,
        "webhook": True,
    }
    changed = alice.patch("/v1/me", {"display_name": None, "avatar_url": "https://x.example/a.png"})
    assert changed.body["display_name"] is None
    assert changed.body["avatar_url"] == "https://x.example/a.png"
    assert changed.body["notification_prefs"]["job_failed"] is False
    assert alice.get("/v1/me").body == changed.body


def test_preferences_written_past_the_api_do_not_break_it(alice, admin):
    admin.execute(
        """update profiles set notification_prefs = '{"job_complete": "x", "job_failed": [1]}'
           where id = %s""",
        [alice.user_id],
    )
    assert alice.get("/v1/me").status == 200
