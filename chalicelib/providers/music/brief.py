"""What a music prompt asks for: a style, a tempo and metre, a key, instruments, sounds around."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from chalicelib.providers.music.instruments import INSTRUMENTS
from chalicelib.providers.music.styles import Style, store
from chalicelib.providers.music.theory import NAMES, SCALES, Key

_SLOWEST, _FASTEST = 30.0, 220.0
_BPM = re.compile(r"(\d{2,3}(?:\.\d+)?)\s*bpm|tempo\D{0,12}(\d{2,3}(?:\.\d+)?)")
_METRE = re.compile(r"\b([346])/(4|8)\b")
_KEY = re.compile(r"\b(?:in|key:?)\s+(?:of\s+)?([a-g])(?:\s*(#|♯|sharp|b|♭|flat))?[\s-]+([a-z]+)")
_BARE = re.compile(r"\b(?:no|without)\s+(?:\w+\s+)?(?:drums?|percussion|beats?)\b|\bbeatless\b")
_PERCUSSION = re.compile(r"\b(?:drums?|percussion|beats?|brushes|shaker|groove)\b")
_SOFT = re.compile(r"\b(?:light|soft|gentle|subtle|sparse|brushed)\s+(?:drums?|percussion|beats?)")

_PLAYED = {
    "electric piano": "rhodes", "rhodes": "rhodes", "felt piano": "felt", "soft piano": "felt",
    "upright bass": "upright", "double bass": "upright", "music box": "musicbox",
    "piano": "piano", "strings": "strings", "string": "strings", "violin": "violin",
    "fiddle": "violin", "viola": "violin", "cello": "cello", "flute": "flute",
    "recorder": "recorder", "whistle": "recorder", "lute": "lute", "oud": "lute", "harp": "harp",
    "guitar": "guitar", "ukulele": "guitar", "organ": "organ", "choir": "choir", "voices": "choir",
    "bells": "bells", "bell": "bells", "chimes": "bells", "bowls": "bells", "celesta": "celesta",
    "kalimba": "kalimba", "marimba": "marimba", "vibraphone": "vibes", "vibes": "vibes",
    "clarinet": "clarinet", "oboe": "oboe", "horn": "horn", "horns": "horn", "brass": "horn",
    "koto": "koto", "dulcimer": "dulcimer", "pizzicato": "pizzicato", "synth": "lead",
    "pads": "warm", "pad": "warm", "drone": "drone", "sub": "sub", "glass": "glass",
}  # fmt: skip
_AROUND = {
    "rain": "rain", "rainy": "rain", "raindrops": "rain", "drizzle": "rain", "thunder": "storm",
    "storm": "storm", "vinyl": "vinyl", "crackle": "vinyl", "cassette": "vinyl", "tape": "vinyl",
    "fire": "fire", "fireplace": "fire", "hearth": "fire", "campfire": "fire", "waves": "sea",
    "sea": "sea", "ocean": "sea", "shore": "sea", "wind": "wind", "windy": "wind",
    "birds": "birds", "birdsong": "birds", "crickets": "crickets", "night": "crickets",
    "stream": "stream", "river": "stream", "brook": "stream", "waterfall": "stream",
    "crowd": "murmur", "chatter": "murmur", "murmur": "murmur", "underwater": "depths",
}  # fmt: skip
_SPIRIT = {
    "minor": "sad melancholic melancholy dark mysterious somber sombre tense lonely nostalgic "
    "haunting wistful gloomy gothic brooding bittersweet",
    "major": "happy joyful hopeful cheerful bright warm sunny uplifting festive elegant playful "
    "cosy cozy noble serene triumphant",
    "lively": "lively energetic upbeat festive playful fast dancing joyful triumphant allegro "
    "driving adventurous",
    "still": "calm slow still gentle peaceful serene sleepy tranquil soothing quiet relaxing "
    "largo adagio soft minimal sparse",
    "bright": "bright sparkling shimmering crisp clear glittering glassy airy",
    "dark": "dark warm mellow muffled deep dusty soft low muted",
}
SPIRIT = {name: frozenset(line.split()) for name, line in _SPIRIT.items()}


@dataclass(frozen=True)
class Brief:
    """All that is settled before a note is written. `beats` per bar; `tempo` in BPM; instruments
    by part, "" where the part is silent; `drums` is the kit's level."""

    name: str
    style: Style
    key: Key
    tempo: float
    metre: int
    lead: str
    comp: str
    pad: str
    bass: str
    drums: float
    textures: tuple[str, ...]
    lively: float
    bright: float

    @property
    def beats(self) -> int:
        """Beats of a bar: a bar of six has two."""
        return 2 if self.metre == 6 else self.metre

    @property
    def bar(self) -> float:
        """Seconds of a bar."""
        return self.beats * 60 / self.tempo


def read(prompt: str, rng: np.random.Generator) -> Brief:
    """What the words ask for; where they say nothing, what suits the style, by chance."""
    text = " ".join(prompt[:5000].lower().split())
    words = re.findall(r"[a-z][a-z-]*", text)
    name = _style(words, rng)
    style = store().style[name]
    spirit = {mood: sum(word in told for word in words) for mood, told in SPIRIT.items()}
    played = _named(text)
    parts = {
        part: _choose(part, played, tuple(getattr(style, part)), rng)
        for part in ("lead", "comp", "pad", "bass")
    }
    metre = _metre(text, words, style, rng)
    wish = np.clip(0.5 + 0.2 * (spirit["lively"] - spirit["still"]), 0, 1)
    tempo = _tempo(text) or float(
        np.interp(np.clip(wish + rng.uniform(-0.3, 0.3), 0, 1), (0, 1), style.tempo)
    )
    asked = _PERCUSSION.search(text)
    drums = 0.0 if _BARE.search(text) or not (style.kit or asked) else 1.0
    textures = dict.fromkeys((*style.textures, *(_AROUND[w] for w in words if w in _AROUND)))
    return Brief(
        name,
        style,
        _key(text, style, spirit, rng),
        round(tempo, 2),
        metre,
        **parts,
        drums=drums * (0.6 if _SOFT.search(text) else 1.0),
        textures=tuple(textures)[:3],
        lively=style.lively * float(0.75 + 0.5 * wish),
        bright=float(
            np.clip(style.bright + 0.12 * (spirit["bright"] - spirit["dark"]), 0.1, 0.9)
            + rng.uniform(-0.08, 0.08)
        ),
    )


def _style(words: list[str], rng: np.random.Generator) -> str:
    """The style whose words the prompt says, the earlier the better."""
    styles = store().style
    said = [*words, *(f"{a}-{b}" for a, b in pairwise(words))]
    scores = {
        name: sum(1 / (1 + 0.15 * at) for at, word in enumerate(said) if word in vocabulary)
        for name, vocabulary in ((n, frozenset(s.words.split())) for n, s in styles.items())
    }
    best = max(scores, key=lambda name: scores[name])
    if scores[best]:
        return best
    return str(rng.choice(["ambient", "piano", "lofi", "guitar", "strings"]))


def _named(text: str) -> list[str]:
    """Instruments the prompt names, in its order; longer names first ("electric piano")."""
    found: list[tuple[int, str]] = []
    for word, instrument in _PLAYED.items():
        match = re.search(rf"\b{word}\b", text)
        if match:
            found.append((match.start(), instrument))
            text = text.replace(word, " " * len(word))
    named = [instrument for _, instrument in sorted(found)]
    return list(dict.fromkeys(named))


def _choose(part: str, played: list[str], usual: tuple[str, ...], rng: np.random.Generator) -> str:
    """Who plays a part: somebody named who can, else one of the style's. Who is chosen leaves the
    list, except a melody's only player, who may accompany too."""
    able = [name for name in played if part in INSTRUMENTS[name].parts]
    if able:
        chosen = able[0] if part != "lead" else able[int(rng.integers(len(able)))]
        if part != "lead" or len(able) > 1:
            played.remove(chosen)
        return chosen
    return str(rng.choice(usual)) if usual else ""


def _metre(text: str, words: Iterable[str], style: Style, rng: np.random.Generator) -> int:
    said = _METRE.search(text)
    if said:
        return {"3": 3, "4": 4, "6": 6}[said[1]]
    if {"waltz", "minuet"} & set(words):
        return 3
    if {"jig", "tarantella", "barcarolle"} & set(words):
        return 6
    return int(rng.choice(style.metre))


def _tempo(text: str) -> float | None:
    said = _BPM.search(text)
    if said is None:
        return None
    return min(_FASTEST, max(_SLOWEST, float(said[1] or said[2])))


def _key(text: str, style: Style, spirit: dict[str, int], rng: np.random.Generator) -> Key:
    """The key that is named, else a tonic that lies well in a scale that suits the spirit."""
    said = _KEY.search(text)
    if said and said[3] in SCALES:
        sign = {"#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}.get(said[2] or "", 0)
        return Key((NAMES.index(said[1].upper()) + sign) % 12, said[3])
    scales = list(style.scales)
    if spirit["minor"] > spirit["major"]:
        scales = [s for s in scales if s in ("minor", "dorian")] or ["minor"]
    elif spirit["major"] > spirit["minor"]:
        scales = [s for s in scales if s not in ("minor", "dorian")] or scales
    return Key(int(rng.integers(12)), str(rng.choice(scales)))
