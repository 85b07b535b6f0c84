"""Content: moves of the calendar, one publication per platform, files that stay while used."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Conflict, Forbidden, IllegalMove, InvalidInput
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")

PAST = datetime(2026, 1, 1, tzinfo=UTC)


def entry(user_id: UUID, *path: str, **columns: Any) -> UUID:
    given = {
        "title": "Launch day",
        "content_type": "post",
        "platform": ["x", "linkedin"],
        "scheduled_date": PAST,
        **columns,
    }
    entry_id = rows.insert(Actor.user(user_id), "content_calendar", **given)
    for status in path:
        rows.update(Actor.user(user_id), "content_calendar", entry_id, status=status)
    return entry_id


def file(user_id: UUID, **columns: Any) -> UUID:
    given = {
        "uploaded_by": user_id,
        "file_name": "logo.png",
        "asset_type": "image",
        "storage_path": f"{user_id}/{uuid4()}",
        **columns,
    }
    return rows.insert(Actor.worker(user_id), "digital_assets", **given)


def claim(actor: Actor) -> list[UUID]:
    with db.transaction(actor) as tx:
        return [row["id"] for row in tx.all("select id from content_claim_due()")]


def publications(user_id: UUID) -> dict[str, UUID]:
    with db.transaction(Actor.user(user_id)) as tx:
        return {row["platform"]: row["id"] for row in tx.all("select * from content_publications")}


def test_the_calendar_moves_as_it_may() -> None:
    alice = factories.user()
    entry_id = entry(alice, "in_review", "approved")
    assert rows.row(Actor.user(alice), "content_calendar", entry_id)["approved_at"]
    with pytest.raises(IllegalMove) as caught:
        rows.update(Actor.user(alice), "content_calendar", entry_id, status="published")
    assert caught.value.hint == "Allowed next: archived, draft, scheduled."
    with pytest.raises(IllegalMove):
        rows.insert(
            Actor.worker(alice), "content_calendar", created_by=alice, title="x",
            content_type="post", scheduled_date=PAST, status="published", published_at=PAST,
        )  # fmt: skip


def test_what_is_due_is_claimed_by_one_alone() -> None:
    alice = factories.user()
    made = {entry(alice, "approved", "scheduled") for _ in range(5)}
    entry(alice, "approved")
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda _: claim(Actor.worker(alice)), range(4)))
    flat = [entry_id for each in taken for entry_id in each]
    assert sorted(flat) == sorted(made)


def test_an_entry_is_published_when_all_its_platforms_are() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    entry_id = entry(alice, "approved", "scheduled")
    claim(house)
    places = publications(alice)
    assert set(places) == {"x", "linkedin"}
    for place in places.values():
        rows.update(house, "content_publications", place, status="publishing")
    rows.update(house, "content_publications", places["x"], status="published", external_id="1")
    seen = rows.row(Actor.user(alice), "content_calendar", entry_id)
    assert (seen["status"], seen["attempts"]) == ("publishing", 1)
    rows.update(house, "content_publications", places["linkedin"], status="published")
    seen = rows.row(Actor.user(alice), "content_calendar", entry_id)
    assert (seen["status"], seen["external_post_id"]) == ("published", "1")
    assert seen["published_at"]


def test_a_post_of_unknown_fate_is_not_sent_again_by_itself() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    entry_id = entry(alice, "approved", "scheduled", platform=["x"])
    claim(house)
    place = publications(alice)["x"]
    rows.update(house, "content_publications", place, status="publishing")
    rows.update(house, "content_publications", place, status="unconfirmed")
    assert rows.row(house, "content_calendar", entry_id, "status") == {"status": "unconfirmed"}
    assert claim(house) == []
    with pytest.raises(IllegalMove):
        rows.update(house, "content_publications", place, status="pending")


def test_a_failed_platform_alone_is_tried_again() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    entry_id = entry(alice, "approved", "scheduled")
    claim(house)
    places = publications(alice)
    rows.update(house, "content_publications", places["x"], status="publishing")
    rows.update(house, "content_publications", places["x"], status="published")
    rows.update(
        house, "content_publications", places["linkedin"], status="failed", error_code="refused"
    )
    seen = rows.row(house, "content_calendar", entry_id)
    assert (seen["status"], seen["error_code"]) == ("failed", "refused")
    rows.update(Actor.user(alice), "content_calendar", entry_id, status="scheduled")
    claim(house)
    assert rows.row(house, "content_publications", places["x"])["status"] == "published"
    assert rows.row(house, "content_publications", places["linkedin"])["status"] == "pending"


def test_a_file_in_use_is_not_thrown_away() -> None:
    alice = factories.user()
    file_id = file(alice, sha256="a" * 64, file_size=3)
    brand = rows.insert(
        Actor.user(alice), "brand_assets",
        asset_name="Logo", asset_type="logo", asset_data={}, digital_asset_id=file_id,
    )  # fmt: skip
    with pytest.raises(IllegalMove) as caught:
        rows.update(Actor.user(alice), "digital_assets", file_id, status="deleted")
    assert caught.value.hint == "Used by: brand_asset Logo."
    rows.delete(Actor.user(alice), "brand_assets", brand)
    rows.update(Actor.user(alice), "digital_assets", file_id, status="deleted")
    assert rows.row(Actor.user(alice), "digital_assets", file_id)["deleted_at"]
    file(alice, sha256="a" * 64)


def test_the_same_bytes_are_kept_once() -> None:
    alice = factories.user()
    file(alice, sha256="b" * 64)
    with pytest.raises(Conflict):
        file(alice, sha256="b" * 64)
    file(factories.user(), sha256="b" * 64)


def test_a_file_is_ready_only_when_it_was_checked() -> None:
    alice = factories.user()
    file_id = file(alice)
    with pytest.raises(InvalidInput):
        rows.update(Actor.worker(alice), "digital_assets", file_id, status="ready")
    with pytest.raises(Forbidden):
        rows.update(Actor.user(alice), "digital_assets", file_id, sha256="c" * 64)


def test_nothing_points_at_a_strangers_things() -> None:
    alice, mallory = factories.user(), factories.user()
    file_id = file(alice)
    campaign = rows.insert(Actor.user(alice), "campaigns", name="x", type="email")
    with pytest.raises(Conflict):
        entry(mallory, assets=[file_id])
    with pytest.raises(Conflict):
        entry(mallory, campaign_id=campaign)
    with pytest.raises(Conflict):
        rows.insert(
            Actor.user(mallory), "brand_assets",
            asset_name="x", asset_type="logo", asset_data={}, digital_asset_id=file_id,
        )  # fmt: skip
    assert entry(alice, assets=[file_id])


def test_a_brand_has_one_primary_logo() -> None:
    me = Actor.user(factories.user())
    logo: dict[str, Any] = {"asset_type": "logo", "asset_data": {}, "is_primary": True}
    rows.insert(me, "brand_assets", asset_name="One", **logo)
    with pytest.raises(Conflict):
        rows.insert(me, "brand_assets", asset_name="Two", **logo)


def test_a_template_is_its_owners_even_when_meant_to_be_shared() -> None:
    alice = factories.user()
    me = Actor.user(alice)
    template = rows.insert(
        me, "content_templates",
        name="Hello", template_type="email", content="Hi {{name}}", is_public=True,
    )  # fmt: skip
    rows.update(me, "content_templates", template, content="Dear {{name}}")
    assert rows.row(me, "content_templates", template)["version"] == 2
    with db.transaction(Actor.user(factories.user())) as tx:
        assert tx.all("select id from content_templates") == []


def test_an_entry_knows_its_zone() -> None:
    with pytest.raises(InvalidInput):
        entry(factories.user(), timezone="Nowhere/Land")
