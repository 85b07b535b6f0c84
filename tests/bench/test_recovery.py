"""What a killed worker costs: at most one chunk is rendered again, and nothing is paid again."""

import random
import statistics
from collections import Counter

import pytest

from tests import factories
from tests.integration.pipelines.studio import TRANSCRIPT, Plan, Studio, balance, sound
from tests.integration.pipelines.worker import POINTS

KILLS = 200
SEED = 20260101
UNDISTURBED = 3
"""Jobs that tell what a chunk takes."""
PAID = ("SpeakScene", "DrawScene", "MixAudio")
ACTS = ("QUEUED", "AwaitVoiceOver", "Release")
AT_NINETY = {"progress": 0.9, "do": "kill"}


def test_recovery(studio: Studio, capsys: pytest.CaptureFixture[str]) -> None:
    """200 kills, at 90 % of a chunk and at every other point, drawn by a seed."""
    whole: Counter[str] = Counter()
    for _ in range(UNDISTURBED):
        studio.reset()
        undisturbed = studio.run(studio.order(factories.user(), transcript_text=TRANSCRIPT))
        whole.update({item: cpu / UNDISTURBED for item, cpu in _cpu(studio).items()})
    assert undisturbed.manifest_json is not None
    answers, chunks = len(studio.answers), _renders(studio)
    draw = random.Random(SEED)
    kills = again = paid_again = 0
    lost: dict[bool, list[float]] = {True: [], False: []}
    while kills < KILLS:
        studio.reset()
        plans: dict[tuple[str, str], Plan] = {}

        def plan(
            step: str, item: str, run: int, plans: dict[tuple[str, str], Plan] = plans
        ) -> Plan:
            return plans.setdefault((step, item), _drawn(draw, step)) if run == 0 else None

        studio.plan = plan
        user = factories.user()
        job = studio.run(studio.order(user, transcript_text=TRANSCRIPT))
        assert (job.status, job.error_message) == ("READY", None), f"seed {SEED}"
        assert job.manifest_json is not None
        files = undisturbed.manifest_json["files"]
        assert job.manifest_json["files"]["video.mp4"] == files["video.mp4"], f"seed {SEED}"
        assert sound(user)
        assert balance(user) == 9
        kills += studio.deaths
        renders = _renders(studio) - chunks
        dead = [(item, cpu) for step, item, cpu in studio.killed if step == "RenderChunk"]
        assert renders <= len(dead)
        again += renders
        paid_again += len(studio.answers) - answers
        for item, cpu in dead:
            at_ninety = plans["RenderChunk", item] is AT_NINETY
            lost[at_ninety].append(cpu / whole[item])
    with capsys.disabled():
        print(
            f"\nrecovery: {kills} kills (seed {SEED}), {again} chunks begun again,"
            f" {paid_again} paid calls repeated; every video's hash equals the undisturbed one's"
        )
        for at_ninety, shares in lost.items():
            print(
                f"a render killed {'at 90 %' if at_ninety else 'elsewhere'} lost"
                f" {statistics.median(shares):.2f} of its chunk's CPU,"
                f" {statistics.mean(shares):.2f} in the mean, {max(shares):.2f} at most"
            )
    assert paid_again == 0
    assert statistics.mean(lost[True]) <= 1


def _cpu(studio: Studio) -> dict[str, float]:
    """Seconds of CPU that each chunk took."""
    return {item: cpu for (step, item), cpu in studio.cpu.items() if step == "RenderChunk"}


def _renders(studio: Studio) -> int:
    return sum(runs for (step, _), runs in studio.runs.items() if step == "RenderChunk")


def _drawn(draw: random.Random, step: str) -> Plan:
    """Where the first worker of a step dies."""
    if step == "RenderChunk" and draw.random() < 0.5:
        return AT_NINETY
    points = [point for point in POINTS if point != "published" or step in PAID]
    if step in ACTS:
        points.remove("after_effect")
    return {"at": draw.choice(points), "do": "kill"}
