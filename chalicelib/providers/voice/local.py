"""Speech made here, offline, by eSpeak NG."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise

from chalicelib.errors import InvalidInput
from chalicelib.providers.voice.espeak import Sound, synthesize
from chalicelib.providers.voice.interface import RATE, Speech, SpokenWord


@dataclass(frozen=True)
class _Preset:
    """One eSpeak voice and how it reads: words per minute, pitch and liveliness 0 … 99."""

    engine: str
    pace: int = 158
    pitch: int = 42
    liveliness: int = 52


_PRESETS = {
    "default": _Preset("en-us"),
    "calm": _Preset("en-us", pace=142, pitch=34, liveliness=40),
    "bright": _Preset("en-us+f2", pace=164, pitch=52, liveliness=60),
    "deep": _Preset("en-us+m3", pace=150, pitch=26, liveliness=46),
    "british": _Preset("en-gb-x-rp", pitch=44),
    "deutsch": _Preset("de", pitch=42),
    "español": _Preset("es-419"),
    "français": _Preset("fr"),
    "italiano": _Preset("it"),
    "português": _Preset("pt-br"),
    "nederlands": _Preset("nl"),
    "polski": _Preset("pl"),
    "türkçe": _Preset("tr"),
}
_SCRIPTS = tuple(  # words in these letters are spoken in their language, whatever the voice
    (engine, re.compile(f"[{letters}]"))
    for engine, letters in (
        ("ja", "\u3040-\u30ff"),
        ("cmn", "\u3400-\u9fff"),
        ("ko", "\u1100-\u11ff\uac00-\ud7af"),
        ("ar", "\u0600-\u06ff\u0750-\u077f"),
        ("he", "\u0590-\u05ff"),
        ("ru", "\u0400-\u052f"),
        ("el", "\u0370-\u03ff"),
        ("hy", "\u0530-\u058f"),
        ("ka", "\u10a0-\u10ff"),
        ("am", "\u1200-\u137f"),
        ("hi", "\u0900-\u097f"),
        ("bn", "\u0980-\u09ff"),
        ("pa", "\u0a00-\u0a7f"),
        ("gu", "\u0a80-\u0aff"),
        ("ta", "\u0b80-\u0bff"),
        ("te", "\u0c00-\u0c7f"),
        ("kn", "\u0c80-\u0cff"),
        ("ml", "\u0d00-\u0d7f"),
        ("th", "\u0e00-\u0e7f"),
    )
)
_LONGEST = 100_000
_SHORTEST = 0.4  # seconds; a lone dash still is a moment of silence


class LocalVoice:
    """eSpeak NG with exact word times; the same text always gives the same samples."""

    name = "local"
    voices = tuple(_PRESETS)

    def speak(self, text: str, *, voice: str = "default", speed: float = 1.0) -> Speech:
        import numpy as np

        from chalicelib.providers.voice.sound import narration

        preset = _PRESETS.get(voice)
        if preset is None:
            raise InvalidInput(f"voice must be one of: {', '.join(_PRESETS)}.")
        if not 0.5 <= speed <= 2:
            raise InvalidInput("speed must be between 0.5 and 2.")
        if len(text) > _LONGEST:
            raise InvalidInput(f"text must not be longer than {_LONGEST:,} characters.")

        tokens = text.split()
        if not tokens:
            raise InvalidInput("text must have at least one word.")
        spans: list[tuple[int, int] | None] = [None] * len(tokens)
        pieces = []
        rate, at = 22_050, 0
        for engine, indices in _passages(tokens, preset.engine):
            sound, places = _say(tokens, indices, engine, preset, speed)
            rate = sound.rate
            for index, (start, end) in places.items():
                spans[index] = (at + start, at + end)
            pieces.append(sound.pcm)
            at += len(sound.pcm)
        missing = max(0, int(_SHORTEST * rate) - at)
        pcm = narration(np.concatenate([*pieces, np.zeros(missing, np.int16)]), rate)
        return Speech(pcm, _words(tokens, spans, rate, len(pcm) / RATE), len(pcm) / RATE)

    def price(self, text: str) -> Decimal:
        return Decimal(0)


def _passages(tokens: list[str], usual: str) -> list[tuple[str, list[int]]]:
    """Runs of tokens in one language. Digits, dashes and emoji stay with what precedes them."""
    engines, current = [], usual
    japanese = any(_SCRIPTS[0][1].search(token) for token in tokens)
    for token in tokens:
        script = next((engine for engine, letters in _SCRIPTS if letters.search(token)), None)
        if script:
            current = "ja" if script == "cmn" and japanese else script
        elif any(letter.isalpha() for letter in token):
            current = usual
        engines.append(current)
    runs = groupby(range(len(tokens)), key=engines.__getitem__)
    return [(engine, list(indices)) for engine, indices in runs]


def _say(
    tokens: list[str], indices: list[int], engine: str, preset: _Preset, speed: float
) -> tuple[Sound, dict[int, tuple[int, int]]]:
    """Speak some tokens. Returns the sound and, by token, its first and last sample."""
    starts, text = [], ""
    for index in indices:
        starts.append(len(text))
        text += "".join(sign if sign.isprintable() else " " for sign in tokens[index]) + " "
    sound = synthesize(
        text,
        voice=engine,
        pace=round(preset.pace * speed),
        pitch=preset.pitch,
        pitch_range=preset.liveliness,
    )
    places: dict[int, tuple[int, int]] = {}
    for character, first, last in sound.spans:
        index = indices[max(bisect_right(starts, character) - 1, 0)]
        start, end = places.get(index, (first, last))
        places[index] = (min(start, first), max(end, last))
    return sound, places


def _words(
    tokens: list[str], spans: list[tuple[int, int] | None], rate: int, seconds: float
) -> tuple[SpokenWord, ...]:
    """Times in seconds, in order. Unspoken tokens share the silence where they stand."""
    words: list[SpokenWord] = []
    now = 0.0
    for unspoken, run in groupby(range(len(tokens)), key=lambda index: spans[index] is None):
        indices = list(run)
        if unspoken:
            following = spans[indices[-1] + 1] if indices[-1] + 1 < len(tokens) else None
            until = max(now, min(following[0] / rate, seconds) if following else seconds)
            part = (until - now) / len(indices)
            edges = [now + n * part for n in range(len(indices))] + [until]
            for index, (start, end) in zip(indices, pairwise(edges), strict=True):
                words.append(SpokenWord(tokens[index], start, end))
            now = until
        else:
            for index in indices:
                first, last = spans[index] or (0, 0)
                start = min(max(now, first / rate), seconds)
                now = min(max(start, last / rate), seconds)
                words.append(SpokenWord(tokens[index], start, now))
    return tuple(words)
