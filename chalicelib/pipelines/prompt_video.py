"""A prompt becomes a narrated video: what each state of `prompt_video.asl.json` does.

Steps hand each other S3 keys through their stored results; documents lie in the job's folder.
"""

import hashlib
import json
from dataclasses import asdict
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from chalicelib import db, providers
from chalicelib.db import Tx, queries
from chalicelib.domains.jobs import pricing
from chalicelib.domains.jobs import service as jobs
from chalicelib.domains.jobs.models import BANDS, STAGES, Order
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.research import service as research
from chalicelib.errors import InvalidInput, MediaCheckFailed, ProviderGarbage
from chalicelib.media.timeline import Chunk, Scene, SceneInput, Timeline, Word, build, chunks
from chalicelib.pipelines import artifacts, runs, transcript
from chalicelib.pipelines.context import StepContext
from chalicelib.pipelines.failures import explain
from chalicelib.pipelines.flow import Flow
from chalicelib.pipelines.paid import Made
from chalicelib.pipelines.pictures import drawn
from chalicelib.pipelines.runs import Call, Result
from chalicelib.providers.image.interface import drawable
from chalicelib.providers.text.interface import (
    WORDS_PER_MINUTE,
    Research,
    Script,
    ScriptScene,
)
from chalicelib.settings import settings

MOODS = {
    "motivation": "hopeful",
    "explainer": "curious",
    "facts": "bright",
    "history": "serious",
    "finance": "calm",
    "science": "dreamy",
}
"""The music that goes with a niche, when the order does not say."""

sql = queries(__file__)

Context = StepContext[Order]
FLOW = Flow(
    name="prompt_video",
    folder="jobs",
    prefix="job",
    terms=Order,
    stages=tuple(STAGES),
    machine=lambda: settings().prompt_video_arn,
    held=jobs.held,
    give_up=jobs.give_up,
    words={"bands": list(BANDS), "says": Jsonb(STAGES)},
)
act, step = partial(runs.act, FLOW), partial(runs.step, FLOW)


@act("QUEUED")
def begin(call: Call) -> Result:
    """Take the job up; answers whether a recording of the user's replaces the voice."""
    with db.transaction(call.worker) as tx:
        order = jobs.begin(tx, call.job_id, call.attempt, call.execution)
    return {"voice_over": order.voice_over_upload_id is not None}


@step("SCRIPTING", stage="SCRIPTING")
def write_script(ctx: Context) -> Result:
    """Write the script, or take the user's own words; answers the scenes' numbers.

    Raises ProviderThrottled, ProviderUnavailable (retried), ProviderRejected, ProviderGarbage.
    """
    order = ctx.order
    if order.transcript is not None:
        script = Script(order.title, transcript.scenes(order.transcript, order.prompt), tokens=0)
    else:
        script = _written(ctx)
    document = ctx.publish_json(asdict(script), "script.json")
    text = "\n\n".join(scene.narration for scene in script.scenes)

    def keep(tx: Tx) -> None:
        tx.run(
            sql["add_script"],
            user_id=ctx.user_id,
            run_id=str(ctx.job_id),
            title=script.title[:200],
            topic=order.prompt,
            content=text,
            content_hash=hashlib.sha256(text.encode()).hexdigest(),
            word_count=len(text.split()),
        )

    ctx.effect(keep)
    ctx.plan(IMAGE_GEN=len(script.scenes))
    if order.voice_over_upload_id is None:
        ctx.plan(VOICE_GEN=len(script.scenes))
    return {"script": document.key, "scenes": list(range(len(script.scenes)))}


def _written(ctx: Context) -> Script:
    order, text = ctx.order, providers.text()

    def look_up() -> Made:
        found = text.research(order.prompt, order.niche, order.seed)
        return _json(asdict(found), text.price(len(found.content.split())), tokens=found.tokens)

    def ask() -> Research:
        asked, price = (str(ctx.job_id), order.prompt), text.price(research.USUAL_WORDS)
        paid = ctx.once("research", text.name, *asked, price=price, make=look_up)
        return Research(**json.loads(artifacts.load(paid.key)))

    known = research.lookup(
        ctx.user_id,
        order.prompt[:500],
        order.niche,
        ask,
        stale_ok=True,
        provider=text.name,
        run_id=ctx.job_id,
        price=text.price,
    )

    def write() -> Made:
        script = text.write(
            order.prompt,
            niche=order.niche,
            minutes=order.minutes,
            research=known.content,
            seed=order.seed,
        )
        if not 1 <= len(script.scenes) <= transcript.MOST_SCENES:
            raise ProviderGarbage(f"The script has {len(script.scenes)} scenes.")
        price = text.price(sum(len(scene.narration.split()) for scene in script.scenes))
        return _json(asdict(script), price, tokens=script.tokens)

    asked = (order.prompt, order.niche, order.minutes, known.content, order.seed)
    price = text.price(order.minutes * WORDS_PER_MINUTE)
    paid = ctx.once("text", text.name, *asked, price=price, make=write)
    return _script(json.loads(artifacts.load(paid.key)))


@act("AwaitVoiceOver")
def await_voice_over(call: Call) -> Result:
    """Leave the task's token where the upload's event finds it."""
    assert call.task_token is not None
    with db.transaction(call.worker) as tx:
        rows = jobs.await_voice_over(tx, call.job_id, call.attempt, call.task_token)
    outbox.announce(rows)
    return {}


@step("SpeakScene", stage="VOICE_GEN", needs=("SCRIPTING",))
def speak_scene(ctx: Context) -> Result:
    """Speak one scene, paid once for the same words and voice.

    Raises ProviderThrottled, ProviderUnavailable (retried), ProviderRejected, ProviderGarbage.
    """
    from chalicelib.media import audio

    voice, words = providers.voice(), _scene(ctx).narration
    chosen = ctx.order.voice

    def speak() -> Made:
        speech = voice.speak(words, voice=chosen)
        told = [word.text for word in speech.words]
        if told != words.split() or abs(len(speech.pcm) / audio.RATE - speech.seconds) > 0.1:
            raise ProviderGarbage("The voice did not say the words it was given.")
        with ctx.workspace() as folder:
            audio.write_wav(folder / "speech.wav", speech.pcm)
            data = (folder / "speech.wav").read_bytes()
        timed = [(word.text, word.start, word.end) for word in speech.words]
        facts = {"seconds": speech.seconds, "words": timed}
        spoken = speech.seconds
        return Made(data, ".wav", "audio/wav", facts, price, units=spoken, unit="second")

    price = voice.price(words)
    paid = ctx.once("voice", voice.name, words, chosen, price=price, make=speak)
    spoken = {"audio": paid.key, **paid.facts}
    return {"speech": ctx.publish_json(spoken, f"speech/{ctx.item}.json").key, "audio": paid.key}


@step("ALIGNMENT", stage="ALIGNMENT", needs=("SCRIPTING", "SpeakScene"))
def align(ctx: Context) -> Result:
    """Give every word of every scene its time, from the voice or from the user's recording."""
    if ctx.order.voice_over_upload_id is not None:
        spoken = _from_recording(ctx)
    else:
        spoken = [ctx.load_json(item["speech"]) for item in ctx.items("SpeakScene")]
    return {"speech": ctx.publish_json(spoken, "alignment.json").key}


def _from_recording(ctx: Context) -> list[dict[str, Any]]:
    """The recording cut into scenes, half-way between the last word of one and the next's first."""
    from chalicelib.media import audio
    from chalicelib.media.align import align

    scenes = _load_script(ctx).scenes
    text = " ".join(scene.narration for scene in scenes)
    with ctx.workspace() as folder:
        recording = audio.read_audio(_recording(ctx, folder))
        reference = providers.make("voice", "local").speak(text)
        words = align(recording, reference)
        seconds = len(recording) / audio.RATE
        counts = [len(scene.narration.split()) for scene in scenes]
        ends = [sum(counts[: n + 1]) for n in range(len(counts))]
        cuts = [0.0, *((words[end - 1].end + words[end].start) / 2 for end in ends[:-1]), seconds]
        spoken = []
        for number, (begin, finish) in enumerate(pairwise(cuts)):
            piece = recording[round(begin * audio.RATE) : round(finish * audio.RATE)]
            audio.write_wav(folder / "scene.wav", piece)
            stored = ctx.publish(folder / "scene.wav", f"speech/{number}.wav", "audio/wav")
            mine = words[ends[number] - counts[number] : ends[number]]
            length = len(piece) / audio.RATE
            timed = [
                (w.text, *(min(max(t - begin, 0.0), length) for t in (w.start, w.end)))
                for w in mine
            ]
            spoken.append({"audio": stored.key, "seconds": length, "words": timed})
    return spoken


def _recording(ctx: Context, folder: Path) -> Path:
    """The user's recording, as it was when it was checked."""
    with db.transaction(ctx.actor, read_only=True) as tx:
        upload = tx.one(sql["recording"], id=ctx.order.voice_over_upload_id)
    path = artifacts.fetch(upload["key"], folder)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != upload["sha256"]:
            raise InvalidInput("Your voice-over was replaced after it was checked.")
    return path


@step("VISUAL_PLAN", stage="VISUAL_PLAN", needs=("SCRIPTING",))
def plan_pictures(ctx: Context) -> Result:
    """Decide what each scene shows, and how large it is drawn."""
    blank = SceneInput(heading="", narration="", image="", seconds=0)
    frame = build("", [blank], format=ctx.order.format, short_side=settings().render_height)
    width, height = drawable(*frame.picture_size)
    plan = [
        {"prompt": scene.picture, "width": width, "height": height, "seed": ctx.order.seed + n}
        for n, scene in enumerate(_load_script(ctx).scenes)
    ]
    return {"plan": ctx.publish_json(plan, "pictures.json").key}


@step("DrawScene", stage="IMAGE_GEN", needs=("VISUAL_PLAN",))
def draw_scene(ctx: Context) -> Result:
    """Draw one scene's picture, paid once for the same words, size and seed.

    Raises ProviderThrottled, ProviderUnavailable (retried), ProviderRejected, ProviderGarbage.
    """
    wanted = ctx.load_json(ctx.result("VISUAL_PLAN")["plan"])[int(ctx.item)]
    return {"image": drawn(ctx, **wanted).key}


@step("TIMELINE", stage="TIMELINE", needs=("SCRIPTING", "ALIGNMENT", "DrawScene"))
def lay_out(ctx: Context) -> Result:
    """Put sound and pictures on one time axis; answers the chunks' numbers."""
    script = _load_script(ctx)
    speech = ctx.load_json(ctx.result("ALIGNMENT")["speech"])
    timeline = build(
        script.title,
        [
            SceneInput(
                heading=scene.heading,
                narration=scene.narration,
                image=drawn["image"],
                seconds=spoken["seconds"],
                words=tuple(Word(text=t, start=a, end=b) for t, a, b in spoken["words"]),
            )
            for scene, spoken, drawn in zip(
                script.scenes, speech, ctx.items("DrawScene"), strict=True
            )
        ],
        format=ctx.order.format,
        short_side=settings().render_height,
        fps=settings().render_fps,
        captions=ctx.order.captions,
        seed=ctx.order.seed,
    )
    document = ctx.publish(timeline.model_dump_json().encode(), "timeline.json", "application/json")
    numbers = [chunk.index for chunk in chunks(timeline)]
    ctx.plan(RENDERING=len(numbers) + 2, PACKAGING=2)
    return {"timeline": document.key, "chunks": numbers, "seconds": timeline.seconds}


@step("RenderChunk", stage="RENDERING", needs=("TIMELINE",))
def render_chunk(ctx: Context) -> Result:
    """Render one chunk. Raises RenderFailed."""
    from chalicelib.media import chunk as renderer

    timeline = _timeline(ctx)
    chunk = chunks(timeline)[int(ctx.item)]
    with ctx.workspace() as folder:
        images = _pictures(
            {scene.image for scene in timeline.scenes if _in_sight(timeline, scene, chunk)}, folder
        )
        out = folder / "chunk.mp4"
        facts = renderer.render_chunk(timeline, chunk, images, out, on_progress=ctx.beat)
        stored = ctx.publish(out, f"chunks/{chunk.index:03}.mp4", "video/mp4", work=True)
    return {"chunk": stored.key, "sha256": facts.sha256, "frames": facts.frames}


@step("MixAudio", stage="RENDERING", needs=("TIMELINE", "ALIGNMENT"))
def mix_audio(ctx: Context) -> Result:
    """Mix narration and ducked music, once for the whole video."""
    from chalicelib.media import audio

    timeline = _timeline(ctx)
    composer = providers.music()
    mood = ctx.order.music_mood or MOODS.get(ctx.order.niche, "")
    mood = mood if mood in composer.moods else composer.moods[0]
    seconds = round(timeline.seconds, 3)

    def compose() -> Made:
        music = composer.compose(mood, seconds=seconds, seed=ctx.order.seed)
        if abs(len(music.pcm) / audio.RATE - seconds) > 0.1:
            raise ProviderGarbage("The music is not as long as was asked for.")
        with ctx.workspace() as folder:
            audio.write_wav(folder / "music.wav", music.pcm)
            data = (folder / "music.wav").read_bytes()
        facts = {"key": music.key, "tempo": music.tempo, "mood": music.mood}
        return Made(data, ".wav", "audio/wav", facts, price, units=seconds, unit="second")

    asked, price = (mood, seconds, ctx.order.seed), composer.price(seconds)
    paid = ctx.once("music", composer.name, *asked, price=price, make=compose)
    with ctx.workspace() as folder:
        speech = [
            _into(spoken["audio"], folder / str(number))
            for number, spoken in enumerate(ctx.load_json(ctx.result("ALIGNMENT")["speech"]))
        ]
        out = folder / "sound.m4a"
        loudness = audio.mix(timeline, speech, _into(paid.key, folder / "music"), out)
        stored = ctx.publish(out, "sound.m4a", "audio/mp4")
    ctx.asset("audio", stored, "audio/mp4", seconds=seconds, **paid.facts)
    return {"audio": stored.key, "music": paid.key, "loudness": asdict(loudness)}


@step("JoinChunks", stage="RENDERING", needs=("TIMELINE", "RenderChunk", "MixAudio"))
def join_chunks(ctx: Context) -> Result:
    """Join chunks and sound by stream copy. Raises EncoderMismatch, RenderFailed."""
    from chalicelib.media import package
    from chalicelib.media.join import join

    timeline = _timeline(ctx)
    with ctx.workspace() as folder:
        chunks = [artifacts.fetch(item["chunk"], folder) for item in ctx.items("RenderChunk")]
        sound = artifacts.fetch(ctx.result("MixAudio")["audio"], folder)
        out = folder / "video.mp4"
        chapters = package.chapters(timeline)
        facts = join(chunks, sound, out, title=timeline.title, chapters=chapters)
        stored = ctx.publish(out, "video.mp4", "video/mp4")
    size = {"width": facts.width, "height": facts.height, "fps": timeline.fps}
    ctx.asset("video", stored, "video/mp4", seconds=facts.seconds, **size)
    return {"video": stored.key, "sha256": facts.sha256, "seconds": facts.seconds}


@step("PACKAGING", stage="PACKAGING", needs=("TIMELINE", "ALIGNMENT", "JoinChunks", "MixAudio"))
def pack(ctx: Context) -> Result:
    """Captions, thumbnail, chapters, manifest, an editor's file, and a zip of it all."""
    from chalicelib.pipelines.packing import pack_files

    return pack_files(ctx, _timeline(ctx))


@step(
    "CheckVideo",
    stage="PACKAGING",
    needs=("TIMELINE", "JoinChunks", "MixAudio"),
    after=("PACKAGING",),
)
def check_video(ctx: Context) -> Result:
    """Look at the video and listen to it. Raises MediaCheckFailed saying what is wrong."""
    from chalicelib.media.audio import Loudness
    from chalicelib.media.check import check

    with ctx.workspace() as folder:
        video = artifacts.fetch(ctx.result("JoinChunks")["video"], folder)
        report = check(
            video,
            _timeline(ctx),
            Loudness(**ctx.result("MixAudio")["loudness"]),
            srt=artifacts.load(f"{ctx.folder}/captions.srt").decode(),
        )
    if report.problems:
        raise MediaCheckFailed("The video did not pass its checks: " + "; ".join(report.problems))
    return {"figures": report.figures}


@step("READY", needs=("JoinChunks", "PACKAGING", "CheckVideo"))
def hand_over(ctx: Context) -> Result:
    """Hand the video over and charge it, in the transaction that stores this result."""
    video = ctx.result("JoinChunks")
    manifest = ctx.load_json(ctx.result("PACKAGING")["manifest"])
    del manifest["scenes"]  # long, and in the file
    manifest["checks"] = ctx.result("CheckVideo")["figures"]

    def deliver(tx: Tx) -> list[UUID]:
        return jobs.deliver(
            tx,
            ctx.job_id,
            minutes=pricing.started_minutes(video["seconds"]),
            output_url=f"s3://{settings().media_bucket}/{video['video']}",
            manifest=manifest,
        )

    ctx.effect(deliver)
    return {"video": video["video"]}


@act("Release")
def release(call: Call) -> Result:
    """End a job that cannot go on, in plain words, and give its credits back."""
    code, message = explain(call.error or {})
    with db.transaction(call.worker) as tx:
        status, rows = jobs.give_up(tx, call.job_id, call.attempt, code, message)
    outbox.announce(rows)
    return {"status": status}


def _json(value: Any, cost_usd: Any, *, tokens: int) -> Made:
    data = json.dumps(value).encode()
    return Made(data, ".json", "application/json", {}, cost_usd, tokens)


def _script(value: dict[str, Any]) -> Script:
    return Script(
        value["title"], tuple(ScriptScene(**scene) for scene in value["scenes"]), value["tokens"]
    )


def _load_script(ctx: Context) -> Script:
    return _script(ctx.load_json(ctx.result("SCRIPTING")["script"]))


def _scene(ctx: Context) -> ScriptScene:
    return _load_script(ctx).scenes[int(ctx.item)]


def _timeline(ctx: Context) -> Timeline:
    return Timeline.model_validate_json(artifacts.load(ctx.result("TIMELINE")["timeline"]))


def _in_sight(timeline: Timeline, scene: Scene, chunk: Chunk) -> bool:
    """Whether a scene, with the transitions around it, shows in a chunk."""
    from chalicelib.media.motion import span

    first, after = span(timeline, scene)
    return first < chunk.start + chunk.frames and after > chunk.start


def _pictures(keys: set[str], folder: Path) -> dict[str, Path]:
    return {key: _into(key, folder / str(n)) for n, key in enumerate(sorted(keys))}


def _into(key: str, folder: Path) -> Path:
    folder.mkdir()
    return artifacts.fetch(key, folder)
