"""The state machines keep to the rules that no interpreter here enforces."""

import copy
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from statelint.linter import Linter

from chalicelib import errors
from chalicelib.errors import InvalidInput
from chalicelib.pipelines import album, prompt_video
from chalicelib.pipelines.flow import Flow
from chalicelib.pipelines.runs import RETRIED

FOLDER = Path("infra/pipelines")
FLOWS: list[Flow[Any]] = [prompt_video.FLOW, album.FLOW]
MOST_ITEMS = 40
ROUND = ("BeginAlbum", "PLANNED", "MissingTracks", "WhatFor", "GENERATING_MUSIC", "MissingPictures",
         "GENERATING_IMAGE", "Review", "HowItGoesOn")  # fmt: skip
"""States that an album passes again when its review asks for something to be made anew."""
MOST_EVENTS = 12_500
"""Half of what the history of a standard execution may hold."""
FAIL_OVER_SECONDS = 120
"""What a managed Postgres may take to come back on another machine."""
MOST_BYTES = 64 * 1024
WORKER_ERRORS = {
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    "Lambda.TooManyRequestsException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
}

State = dict[str, Any]

every_flow = pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)


@pytest.fixture
def machine() -> State:
    return definition(prompt_video.FLOW)


def definition(flow: Flow[Any]) -> State:
    found: State = json.loads((FOLDER / f"{flow.name}.asl.json").read_text())
    return found


def test_every_definition_has_its_flow() -> None:
    names = {path.name.removesuffix(".asl.json") for path in FOLDER.glob("*.asl.json")}
    assert names == {flow.name for flow in FLOWS}


@every_flow
def test_the_definition_is_valid(flow: Flow[Any]) -> None:
    assert Linter.validate(json.dumps(definition(flow))) == []


@every_flow
def test_the_definition_keeps_the_rules(flow: Flow[Any]) -> None:
    assert lint(definition(flow)) == []


@every_flow
def test_every_task_has_its_step_and_every_step_its_task(flow: Flow[Any]) -> None:
    tasks = {name for name, state, _ in walk(definition(flow)) if state["Type"] == "Task"}
    assert tasks == flow.steps.keys()


@every_flow
def test_every_step_counts_for_a_stage_or_ends_the_job(flow: Flow[Any]) -> None:
    stages = {place.stage for place in flow.steps.values() if place.stage or place.builds_on}
    assert stages - {None} == set(flow.stages)
    builds_on = {name for place in flow.steps.values() for name in place.builds_on}
    assert builds_on <= flow.steps.keys()


@every_flow
def test_who_goes_back_does_the_last_step_again_and_none_before(flow: Flow[Any]) -> None:
    last = "READY" if flow is prompt_video.FLOW else "READY_FOR_EXPORT"
    for number, stage in enumerate(flow.stages):
        again = flow.again(stage)
        assert last in again.steps
        assert {stage, flow.stages[-1]} <= set(again.stages) <= set(flow.stages[number:])


@pytest.mark.parametrize(
    ("flow", "stage", "kept"),
    [
        (prompt_video.FLOW, "SCRIPTING", set()),
        (prompt_video.FLOW, "VOICE_GEN", {"SCRIPTING", "VISUAL_PLAN", "DrawScene"}),
        (prompt_video.FLOW, "VISUAL_PLAN", {"SCRIPTING", "SpeakScene", "ALIGNMENT"}),
        (
            prompt_video.FLOW,
            "RENDERING",
            {"SCRIPTING", "SpeakScene", "ALIGNMENT", "VISUAL_PLAN", "DrawScene", "TIMELINE"},
        ),
        (album.FLOW, "generating_music", {"PLANNED", "DrawVisual"}),
        (album.FLOW, "generating_image", {"PLANNED", "ComposeTrack", "MasterTracks"}),
        (album.FLOW, "rendering", {"PLANNED", "ComposeTrack", "DrawVisual"}),
    ],
)
def test_what_does_not_build_on_a_stage_is_kept(
    flow: Flow[Any], stage: str, kept: set[str]
) -> None:
    steps = {name for name, place in flow.steps.items() if place.stage or place.builds_on}
    assert steps - set(flow.again(stage).steps) == kept


@every_flow
def test_a_stage_there_is_not_is_refused_by_name(flow: Flow[Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        flow.again("READY")
    [told] = refused.value.members["errors"]
    assert told["field"] == "from"
    assert all(stage in told["message"] for stage in flow.stages)


@every_flow
def test_the_errors_retried_are_the_errors_called_temporary(flow: Flow[Any]) -> None:
    machine = definition(flow)
    ours = {
        name
        for _, state, _ in walk(machine)
        for retrier in state.get("Retry", [])
        for name in retrier["ErrorEquals"]
        if hasattr(errors, name)
    }
    assert ours == {kind.__name__ for kind in RETRIED}


def test_the_longest_history_stays_far_from_the_limit(machine: State) -> None:
    assert events(machine["States"], MOST_ITEMS) < MOST_EVENTS


def test_an_album_that_comes_back_from_review_again_and_again_stays_far_from_it() -> None:
    """Every retry used the first time, and for one place in every round."""
    states = definition(album.FLOW)["States"]
    again = {name: states[name] for name in ROUND}
    most = events(states, album.MOST_AT_ONCE) + album.MOST_ROUNDS * events(again, 1)
    assert most < MOST_EVENTS


def test_the_largest_album_state_is_small() -> None:
    job = {"job_id": "0" * 36, "user_id": "0" * 36, "attempt": 99, "pipeline": "album"}
    places = [f"{n:02}-{'0' * 16}" for n in range(MOST_ITEMS)]
    made = {"go": "make", "items": places}
    edition = {"edition": "0" * 16, "segments": places, "delivery": "0" * 20}
    error = {"Error": "E" * 100, "Cause": "C" * 32_768}
    state = {**job, "tracks": made, "pictures": made, "album": edition, "error": error}
    assert len(json.dumps(state)) < MOST_BYTES


def test_the_largest_state_is_small() -> None:
    job = {"job_id": "0" * 36, "user_id": "0" * 36, "attempt": 99, "order": {"voice_over": False}}
    numbers = list(range(MOST_ITEMS))
    error = {"Error": "E" * 100, "Cause": "C" * 32_768}
    state = {**job, "script": {"scenes": numbers}, "timeline": {"chunks": numbers}, "error": error}
    assert len(json.dumps(state)) < MOST_BYTES


def _set(path: str, value: Any) -> Callable[[State], None]:
    def change(machine: State) -> None:
        *way, last = path.split(".")
        place: Any = machine["States"]
        for key in way:
            place = place[int(key) if key.isdigit() else key]
        if value is None:
            del place[last]
        else:
            place[last] = value

    return change


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (_set("TIMELINE.TimeoutSeconds", None), "TIMELINE has no TimeoutSeconds"),
        (_set("TIMELINE.Retry", None), "TIMELINE has no Retry"),
        (_set("TIMELINE.Catch", None), "TIMELINE has no Catch"),
        (_set("READY.Next", "Nowhere"), "READY goes to Nowhere, which is not there"),
        (_set("READY.ResultPath", "$"), "READY loses the job's id"),
        (_set("READY.Parameters.Payload.step", "RENDERING"), "READY asks for the step RENDERING"),
        (
            _set("READY.Resource", "arn:aws:lambda:eu-central-1:1:function:x"),
            "READY does not use lambda:invoke",
        ),
        (
            _set("READY.Catch.1.ErrorEquals", ["States.ALL", "States.Timeout"]),
            "READY has States.ALL beside another error",
        ),
        (
            _set("READY.Catch.0.ErrorEquals", ["States.ALL"]),
            "READY has States.ALL before the end",
        ),
        (_set("READY.Catch.0.ErrorEquals", ["Cancelled"]), "READY does not catch States.Timeout"),
        (_set("READY.Catch.1.Next", "Delivered"), "READY can fail past Release"),
        (_set("READY.Retry.0.MaxDelaySeconds", None), "READY has a retry without a cap"),
        (_set("READY.Retry.0.JitterStrategy", None), "READY has a retry without jitter"),
        (
            _set("READY.Retry.0.ErrorEquals", ["States.TaskFailed"]),
            "READY retries errors it does not name",
        ),
        (
            _set("READY.Retry.2.MaxAttempts", 3),
            "READY does not wait for a database that fails over",
        ),
        (_set("READY.HeartbeatSeconds", 5), "READY has a heartbeat but no task token"),
        (_set("Filming.Branches.0.States.RENDERING.MaxConcurrency", 0), "RENDERING is unbounded"),
        (
            _set("Filming.Branches.0.States.RENDERING.ItemProcessor.ProcessorConfig", None),
            "RENDERING is not an inline map",
        ),
    ],
)
def test_a_broken_rule_is_found(machine: State, fault: Callable[[State], None], said: str) -> None:
    broken = copy.deepcopy(machine)
    fault(broken)
    assert said in lint(broken)


def walk(machine: State, around: tuple[State, ...] = ()) -> Iterator[tuple[str, State, tuple]]:
    """Every state with its name and the states around it, at any depth."""
    for name, state in machine["States"].items():
        yield name, state, around
        for inner in (*state.get("Branches", []), state.get("ItemProcessor")):
            if inner:
                yield from walk(inner, (*around, state))


def lint(machine: State) -> list[str]:
    """What the state machine does against our rules."""
    return [
        *(f"{name} {what}" for name, state, around in walk(machine) for what in _of(state, around)),
        *(f"{name} asks for the step {step}" for name, step in _misnamed(machine)),
        *_dangling(machine),
    ]


def _of(state: State, around: tuple[State, ...]) -> Iterator[str]:
    if state["Type"] == "Map":
        if state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("Mode") != "INLINE":
            yield "is not an inline map"
        if not 0 < state.get("MaxConcurrency", 0) <= MOST_ITEMS:
            yield "is unbounded"
        if not {"job_id.$", "user_id.$", "attempt.$", "item.$"} <= state["ItemSelector"].keys():
            yield "does not tell its items whose they are"
    if state["Type"] in ("Task", "Map", "Parallel") and state.get("ResultPath", "$") == "$":
        yield "loses the job's id"
    if state["Type"] == "Task":
        yield from _of_task(state, around)


def _of_task(task: State, around: tuple[State, ...]) -> Iterator[str]:
    is_release = task["Parameters"]["Payload"]["step"].startswith("Release")
    if "arn:aws:states:::lambda:invoke" not in task["Resource"]:
        yield "does not use lambda:invoke"
    if "TimeoutSeconds" not in task:
        yield "has no TimeoutSeconds"
    if "HeartbeatSeconds" in task and ".waitForTaskToken" not in task["Resource"]:
        yield "has a heartbeat but no task token"
    if not task.get("Retry"):
        yield "has no Retry"
    named = {name for retrier in task.get("Retry", []) for name in retrier["ErrorEquals"]}
    if not is_release and not named >= WORKER_ERRORS:
        yield "does not retry a lost worker"
    if not is_release and named & {"States.ALL", "States.TaskFailed"}:
        yield "retries errors it does not name"
    for retrier in task.get("Retry", []):
        if "MaxDelaySeconds" not in retrier:
            yield "has a retry without a cap"
        if retrier.get("JitterStrategy") != "FULL":
            yield "has a retry without jitter"
        if "DatabaseUnavailable" in retrier["ErrorEquals"] and _waits(retrier) < FAIL_OVER_SECONDS:
            yield "does not wait for a database that fails over"
    catching = next((s for s in (task, *reversed(around)) if s.get("Catch")), None)
    if not is_release:
        yield from _of_catch(catching["Catch"]) if catching else ["has no Catch"]


def _waits(retrier: State) -> float:
    """Seconds that all retries wait together, on the average: full jitter halves each."""
    first, rate, cap = (
        retrier["IntervalSeconds"], retrier["BackoffRate"], retrier.get("MaxDelaySeconds", math.inf)
    )  # fmt: skip
    return sum(min(cap, first * rate**n) / 2 for n in range(retrier["MaxAttempts"]))


def _of_catch(catchers: list[State]) -> Iterator[str]:
    lists = [catcher["ErrorEquals"] for catcher in catchers]
    if any("States.ALL" in names and len(names) > 1 for names in lists):
        yield "has States.ALL beside another error"
    if any("States.ALL" in names for names in lists[:-1]):
        yield "has States.ALL before the end"
    for name in ("States.Timeout", "States.HeartbeatTimeout", "States.ALL"):
        if not any(name in names for names in lists):
            yield f"does not catch {name}"
    if any(not catcher["Next"].startswith("Release") for catcher in catchers):
        yield "can fail past Release"


def _misnamed(machine: State) -> Iterator[tuple[str, str]]:
    for name, state, _ in walk(machine):
        if state["Type"] == "Task" and (step := state["Parameters"]["Payload"]["step"]) != name:
            yield name, step


def _dangling(machine: State) -> Iterator[str]:
    levels = [machine] + [
        inner
        for _, state, _ in walk(machine)
        for inner in (*state.get("Branches", []), state.get("ItemProcessor"))
        if inner
    ]
    for level in levels:
        for name, state in level["States"].items():
            ways = [state.get("Next"), state.get("Default")]
            ways += [way["Next"] for way in (*state.get("Catch", []), *state.get("Choices", []))]
            for way in ways:
                if way is not None and way not in level["States"]:
                    yield f"{name} goes to {way}, which is not there"


def events(states: State, items: int) -> int:
    """Most events these states can leave in a history: every retry used, every map full."""
    total = 0
    for state in states.values():
        retries = sum(retrier["MaxAttempts"] for retrier in state.get("Retry", []))
        match state["Type"]:
            case "Task":
                total += 2 + 3 * (1 + retries)
            case "Map":
                total += 4 + items * (2 + events(state["ItemProcessor"]["States"], items))
            case "Parallel":
                total += 4 + sum(events(branch["States"], items) for branch in state["Branches"])
            case _:
                total += 2
    return total
