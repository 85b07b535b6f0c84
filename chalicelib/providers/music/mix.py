"""From notes to sound: every part played, the room, the sounds around, and the master."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from chalicelib.providers.music.drums import drum
from chalicelib.providers.music.instruments import INSTRUMENTS
from chalicelib.providers.music.synth import RATE
from chalicelib.providers.music.textures import texture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chalicelib.providers.music.brief import Brief
    from chalicelib.providers.music.notes import Drums, Part
    from chalicelib.providers.music.piece import Piece

    Sound = NDArray[np.floating[Any]]

_LEVEL, _PEAK = 0.12, 0.85  # RMS about -18 dBFS; peak below -1.4 dBFS
_LEAD_IN = 0.06  # s before the first note
_FADE_IN, _FADE_OUT = 0.4, 1.0  # s; shorter than a crossfade, which so finds music on both sides
_MOMENT = 0.1  # s: as fine as loudness is evened where tracks meet
_EDGE, _BESIDE = 4.0, 12.0  # s that are evened, and s that say how loud it is there
_RIDE = (-3.0, 12.0)  # dB
_HUMAN = 0.006  # s that players are early or late
_COARSE = 4  # the room is heard at a quarter of the rate: nothing above 6 kHz echoes
_STEP = 96  # frames between the limiter's gain steps, 2 ms
_CHUNK = 4096  # steps worked on at once, to keep memory flat


def perform(piece: Piece, brief: Brief, frames: int, rng: np.random.Generator) -> Sound:
    """The piece as float32 (2, frames)."""
    out = np.zeros((2, frames), np.float32)
    send = np.zeros(-(-frames // _COARSE), np.float32)
    for part in piece.parts.values():
        if part.notes:
            _add(out, send, _played(part, brief, frames, rng), part.level, part.room)
    if piece.drums.hits:
        _add(out, send, _drummed(piece.drums, brief, frames, rng), piece.drums.level,
             0.3 * brief.style.room)  # fmt: skip
    _room(out, send, 1.2 + 3.2 * brief.style.room, rng)
    for way in (out, out[:, ::-1]):
        _even(way)
    out /= np.float32(max(_rms(out), 1e-9))
    for name in brief.textures:
        loop, level = texture(name, rng)
        start = int(rng.integers(loop.shape[1]))
        for at in range(-start, frames, loop.shape[1]):
            into = out[:, max(at, 0) : at + loop.shape[1]]
            into += loop[:, max(-at, 0) :][:, : into.shape[1]] * np.float32(level)
    return master(out)


def _played(part: Part, brief: Brief, frames: int, rng: np.random.Generator) -> Sound:
    """One instrument's notes, at RMS 1 where it plays. Equal notes are made once."""
    instrument = INSTRUMENTS[part.instrument]
    bus = np.zeros((2, frames), np.float32)
    angle = np.pi / 2 * instrument.place
    sides = np.sqrt(2) * np.array([np.cos(angle), np.sin(angle)])
    tones: dict[tuple[int, float], Sound] = {}
    together: dict[float, int] = {}
    for note in part.notes:
        order = together.get(note.start, 0)  # notes of a chord are struck one after the other
        together[note.start] = order + 1
        key = (note.midi, round(note.beats * 60 / brief.tempo, 2))
        if key not in tones:
            tones[key] = instrument.sound(*key, brief.bright)
        late = abs(rng.normal(0, _HUMAN)) + order * instrument.strum
        start = _frame(note.start, brief) + int(late * RATE)
        _put(bus, tones[key], start, sides * note.loud)
    level = _active(bus)
    bus /= np.float32(max(level, 1e-9))
    return bus


def _drummed(drums: Drums, brief: Brief, frames: int, rng: np.random.Generator) -> Sound:
    bus = np.zeros((2, frames), np.float32)
    for name, hits in drums.hits.items():
        tone, level, place = drum(name, brief.key.tonic)
        angle = np.pi / 2 * place
        sides = np.sqrt(2) * level * np.array([np.cos(angle), np.sin(angle)])
        for start, loud in hits:
            late = int(abs(rng.normal(0, _HUMAN / 2)) * RATE)
            _put(bus, tone, _frame(start, brief) + late, sides * loud * rng.uniform(0.9, 1.1))
    return bus * np.float32(2.2)


def _frame(beat: float, brief: Brief) -> int:
    """The frame a beat falls on; offbeat eighths are late where the style swings."""
    whole, part = divmod(beat, 1)
    if brief.style.swing > 0.5 and 0.45 < part < 0.55:
        part += brief.style.swing - 0.5
    return int((_LEAD_IN + (whole + part) * 60 / brief.tempo) * RATE)


def _put(bus: Sound, tone: Sound, start: int, sides: Sound) -> None:
    """Add a tone to a bus, `sides` its gain left and right; what hangs over the end is lost in
    the fade."""
    end = min(start + tone.shape[1], bus.shape[1])
    for side in range(2):
        bus[side, start:end] += tone[side % len(tone), : end - start] * np.float32(sides[side])


def _add(out: Sound, send: Sound, bus: Sound, level: float, room: float) -> None:
    """Add a bus to the mix, and `room` of it to what the hall hears, piece by piece."""
    chunk = _COARSE * RATE
    for at in range(0, bus.shape[1], chunk):
        part = bus[:, at : at + chunk]
        part *= np.float32(level)
        out[:, at : at + chunk] += part
        if room:
            mono = part.sum(axis=0)
            mono = np.pad(mono, (0, -len(mono) % _COARSE)).reshape(-1, _COARSE).mean(axis=1)
            send[at // _COARSE :][: len(mono)] += mono * np.float32(room)


def _room(out: Sound, send: Sound, seconds: float, rng: np.random.Generator) -> None:
    """Add the hall's answer: noise that dies away, darker the later, another one for each ear."""
    rate = RATE // _COARSE
    t = np.arange(int(seconds * rate)) / rate
    size = _fast(len(send) + len(t))
    heard = np.fft.rfft(send, size)
    heard *= 1 / (1 + (np.fft.rfftfreq(size, 1 / rate).astype(np.float32) / 3_200) ** 4)
    for side in range(2):
        echo = rng.standard_normal(len(t))
        late = np.convolve(echo, np.full(4, 0.5), "same")
        part = np.clip(t / seconds * 1.6, 0, 1)
        echo = (echo * (1 - part) + late * part) * np.exp(-6.9 * t / seconds)
        echo *= np.clip((t - 0.012) / 0.02, 0, 1)
        echo *= 0.55 / np.sqrt(np.sum(echo * echo))
        answer = np.fft.rfft(echo.astype(np.float32), size)
        wet = np.fft.irfft(heard * answer, size)[: len(send) + 1]
        after = np.concatenate([wet[1:], wet[-1:]])
        for phase in range(_COARSE):  # between two coarse frames, a straight line
            into = out[side, phase::_COARSE]
            share = np.float32(phase / _COARSE)
            into += (wet + (after - wet) * share)[: len(into)]


def _even(out: Sound) -> None:
    """Bring the first seconds to the loudness of those behind them, in place, as a hand on the
    fader does: where one piece melts into the next, no hole is heard, not even between two
    strokes of a quiet beginning."""
    size = int(_MOMENT * RATE)
    count = min(out.shape[1] // size // 2, int(_BESIDE / _MOMENT))
    head = _weighted(out[:, : count * size]).reshape(2, count, size)
    power = np.einsum("cbf,cbf->b", head, head)
    edge = min(int(_EDGE / _MOMENT), count // 3)
    around = np.convolve(np.pad(power, 1, mode="edge"), np.full(3, 1 / 3), "valid")
    usual = np.median(around[edge:])
    if not usual:
        return
    wanted = np.clip(10 * np.log10(usual / np.maximum(around, 1e-9 * usual)), *_RIDE)
    wanted *= np.clip((edge + 0.5 - np.arange(count)) / (edge / 2), 0, 1)
    soft = np.hanning(7)[1:-1]
    gain = 10 ** (np.convolve(np.pad(wanted, 2, mode="edge"), soft / soft.sum(), "valid") / 20)
    places = (np.arange(count) + 0.5) * size
    out[:, : count * size] *= np.interp(np.arange(count * size), places, gain).astype(np.float32)


def _weighted(sound: Sound) -> Sound:
    """As ears weigh it, about (ITU-R BS.1770, K): less of the lowest bass, more of the treble."""
    hertz = np.fft.rfftfreq(sound.shape[1], 1 / RATE).astype(np.float32)
    low, high = (hertz / 38) ** 2, (hertz / 1_400) ** 2
    curve = low / (1 + low) * np.sqrt((1 + 2.5 * high) / (1 + high))
    return np.asarray(np.fft.irfft(np.fft.rfft(sound) * curve, sound.shape[1]))


def _fast(size: int) -> int:
    """The next size that transforms fast: 2^a or 3·2^a or 5·2^a."""
    return min(base << max(0, (-(-size // base) - 1).bit_length()) for base in (1, 3, 5))


def master(out: Sound) -> Sound:
    """Level, limit, fade: in place. Peaks come down smoothly around them, so nothing clips."""
    out -= out.mean(axis=1, keepdims=True)
    out *= np.float32(_LEVEL / max(_rms(out), 1e-9))
    frames = out.shape[1]
    for span, edge in ((_FADE_IN, out), (_FADE_OUT, out[:, ::-1])):
        n = min(int(span * RATE), frames // 3)
        edge[:, :n] *= np.sin(np.linspace(0, np.pi / 2, n, dtype=np.float32)) ** 2
    _limit(out)
    return out


def _limit(out: Sound) -> None:
    """Bring peaks down to `_PEAK`, smoothly from 50 ms before to 50 ms after, in place."""
    frames, wide = out.shape[1], 25  # steps to either side
    steps = -(-frames // _STEP)
    high = np.zeros(steps, np.float32)
    for at in range(0, steps, _CHUNK):
        part = np.abs(out[:, at * _STEP : (at + _CHUNK) * _STEP]).max(axis=0)
        part = np.pad(part, (0, -len(part) % _STEP)).reshape(-1, _STEP)
        high[at : at + len(part)] = part.max(axis=1)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(high, wide), 2 * wide + 1)
    gain = np.minimum(1, _PEAK / np.maximum(around.max(axis=1), 1e-9))
    soft = np.hanning(wide * 2 + 1)
    gain = np.convolve(np.pad(gain, wide, mode="edge"), soft / soft.sum(), "valid")
    places = (np.arange(steps) + 0.5) * _STEP
    for at in range(0, frames, _CHUNK * _STEP):
        part = out[:, at : at + _CHUNK * _STEP]
        part *= np.interp(np.arange(at, at + part.shape[1]), places, gain).astype(np.float32)


def _rms(sound: Sound) -> float:
    """RMS of a whole sound, without a copy of it."""
    return float(np.sqrt(np.vdot(sound, sound) / sound.size))


def _active(bus: Sound) -> float:
    """RMS of the half seconds in which there is something to hear."""
    size = RATE // 2
    count = bus.shape[1] // size
    rows = [side[: count * size].reshape(count, size) for side in bus]
    power = sum(np.einsum("bf,bf->b", row, row) for row in rows) / (2 * size)
    heard = power[power > 0.02 * power.max()]
    return float(np.sqrt(heard.mean())) if len(heard) else 0.0
