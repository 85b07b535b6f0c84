"""From a prompt's words to what is painted: a scene, a time of day, a style."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.light import Light, choose
from chalicelib.providers.image.scenes import (
    built,
    cosmos,
    gardens,
    halls,
    heights,
    homes,
    ideas,
    plains,
    streets,
    study,
    tavern,
    water,
)
from chalicelib.providers.image.style import find, without

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chalicelib.providers.image.canvas import Canvas

    Painter = Callable[[Canvas, Light], None]


@dataclass(frozen=True)
class Scene:
    """A painter, the times of day that suit it, the words that call for it, and whether it is
    under a roof."""

    paint: Painter
    times: tuple[str, ...]
    words: frozenset[str]
    inside: bool = False


def _words_of(line: str) -> frozenset[str]:
    return frozenset(line.split())


def _scene(paint: Painter, times: str, words: str, *, inside: bool = False) -> Scene:
    return Scene(paint, tuple(times.split()), _words_of(words), inside)


SCENES: tuple[Scene, ...] = (
    _scene(heights.mountains, "dawn day sunset dusk night fog storm",
           "mountain peak alps himalaya range valley hill climb rock cliff geology volcano wild "
           "nature montagne montaña berg height landscape earth tectonic 山 جبل"),
    _scene(heights.lake, "dawn day sunset dusk night fog",
           "lake calm still mirror reflection peace quiet meditation mindful rest pond see lago "
           "lac serenity patience balance 湖 بحيرة"),
    _scene(heights.summit, "dawn sunset dusk day",
           "summit goal success courage dream discipline motivation ambition achieve believe "
           "focus habit determination leader leadership challenge effort strength perseverance "
           "victory freedom figure alone hero self confidence mindset"),
    _scene(heights.polar, "night dusk night dawn day",
           "polar arctic antarctic ice snow winter aurora cold glacier frozen iceberg penguin "
           "north frost tundra climate 雪 冰 ثلج"),
    _scene(plains.forest, "dawn day fog night dusk",
           "forest tree wood woods jungle trunk leaf deer wolf fairy tale myth folklore shade "
           "wald forêt bosque ecosystem rainforest 森 غابة"),
    _scene(plains.pines, "dawn fog sunset dusk night",
           "pine conifer taiga mist fog haze ridge wilderness hike trail silence breath 林"),
    _scene(plains.desert, "sunset day dawn night",
           "desert sand dune sahara camel caravan dry arid heat drought oasis egypt arabia nomad "
           "mars 沙 صحراء"),
    _scene(plains.meadow, "dawn day sunset storm",
           "meadow field road path way journey farm grass country spring flower growth garden "
           "village horizon step begin beginning travel walk agriculture harvest future life "
           "seed bee plant summer 花 طريق"),
    _scene(plains.ruins, "dawn sunset dusk fog night",
           "ruin ruins temple ancient rome roman greek greece empire column antiquity history "
           "archaeology civilisation civilization king queen war battle dynasty past century "
           "pharaoh athens monument legend decline fall 史 تاريخ"),
    _scene(water.ocean, "dawn day sunset night storm dusk",
           "ocean sea wave water coast beach shore sail ship boat island storm tide voyage "
           "horizon sailor mer mar meer pirate wind rain surf lighthouse titanic 海 水 بحر"),
    _scene(water.underwater, "day night dusk",
           "underwater sea deepsea fish coral reef whale shark jellyfish marine abyss "
           "diving octopus squid seabed kelp dolphin depth 鱼"),
    _scene(built.city, "night dusk sunset dawn fog",
           "city town urban skyline building tower skyscraper traffic night downtown "
           "architecture metropolis stadt ville ciudad modern economy company office startup "
           "business crowd industry tokyo york london paris 城 市 مدينة"),
    _scene(built.library, "dusk night day sunset",
           "library book read reading study knowledge learn learning school university text "
           "write writer story philosophy archive document scholar education word letter "
           "language literature source note 书 كتاب"),
    _scene(built.laboratory, "night day dusk",
           "laboratory lab chemistry experiment science scientist flask test medicine vaccine "
           "drug reaction molecule research acid liquid chemical potion measure evidence 科 علم"),
    _scene(built.gathering, "sunset dawn dusk night",
           "people person human family friend team community society crowd together gathering "
           "group culture folk tribe citizen public child children parent love 人 ناس"),
    _scene(cosmos.space, "night",
           "space planet star galaxy universe cosmos astronaut rocket moon orbit nebula solar "
           "mars jupiter saturn telescope astronomy sun gravity black hole alien satellite "
           "asteroid comet milky espace espacio weltraum 星 宇 فضاء"),
    _scene(ideas.chart, "night",
           "chart finance money stock market invest investing investment bank economy growth "
           "price trade trading inflation interest debt budget saving savings wealth profit rate "
           "bitcoin crypto currency dollar euro fund index compound graph statistic number data "
           "percent 钱 مال"),
    _scene(ideas.network, "night",
           "network internet computer digital technology ai artificial intelligence brain neuron "
           "neural connection link web data code software robot machine algorithm system mind "
           "memory idea think thinking node blockchain cloud psychology quantum 网"),
    _scene(ideas.flow, "night",
           "flow abstract wave music sound energy field light colour color time change motion "
           "rhythm frequency silk emotion feeling dream signal physics spirit style art"),
    _scene(ideas.old_map, "day sunset night",
           "map chart atlas explore explorer exploration discovery route treasure navigation "
           "geography world trade continent border colony voyage columbus silk age medieval "
           "timeline origin place where parchment old 图 خريطة"),
    _scene(ideas.cells, "night",
           "cell tissue microscope biology bacteria virus microbe body immune blood organ health "
           "medicine disease cancer bacterium organism tiny close detail"),
    _scene(ideas.helix, "night",
           "dna gene genetic genome helix heredity evolution mutation molecule chromosome protein "
           "biotech inherit species"),
    _scene(tavern.tavern, "dusk night sunset dawn",
           "tavern inn innkeeper hearth fireplace mantel pub alehouse mug tankard barrel bard "
           "minstrel cellar feast firelight", inside=True),
    _scene(study.study, "dusk night dawn day sunset storm",
           "desk window room bedroom attic cafe coffee homework lofi lo fi lamp sill balcony "
           "armchair bookshop turntable laptop cosy cozy lounge kitchen seat train carriage "
           "compartment", inside=True),
    _scene(streets.street, "dusk night storm sunset",
           "street alley lane cobbled shop sign vending awning bistro crossing pavement market "
           "arcade neon highway"),
    _scene(halls.ballroom, "dusk night day sunset dawn",
           "ballroom palace throne hall chandelier royal court gallery marble corridor waltz "
           "dance elegant noble masquerade opera coronation", inside=True),
    _scene(halls.cathedral, "night dusk day dawn",
           "cathedral church chapel abbey monastery cloister crypt nave organ gothic sacred choir "
           "chant", inside=True),
    _scene(homes.cottage, "dusk night dawn sunset day",
           "cottage cabin house hut chimney porch lodge home farmhouse hamlet homestead"),
    _scene(homes.castle, "dusk night sunset storm dawn fog",
           "castle keep fortress citadel crag kingdom knight dragon wizard vampire fantasy"),
    _scene(gardens.garden, "dawn dusk sunset fog night day",
           "pagoda shrine torii zen japanese japan kyoto sakura blossom maple tea koi pond bamboo "
           "bridge lily crane"),
    _scene(gardens.park, "day dawn sunset dusk night",
           "garden pavilion fountain rose hedge park promenade orchard"),
    _scene(homes.beach, "sunset day dawn dusk night",
           "beach palm tropical lagoon hammock surf summer sand vacation coconut"),
)  # fmt: skip

_TIMES: dict[str, frozenset[str]] = {
    "dawn": _words_of("dawn sunrise morning daybreak"),
    "day": _words_of("day noon daylight midday sunny summer"),
    "sunset": _words_of("sunset evening"),
    "dusk": _words_of("dusk twilight"),
    "night": _words_of("night midnight star moon moonlit moonlight 夜 ليل"),
    "storm": _words_of("storm stormy rain thunder"),
    "fog": _words_of("fog foggy mist misty haze"),
}
_HINTS: dict[str, frozenset[str]] = {
    "dawn": _words_of("early begin beginning first spring hope awake light"),
    "day": _words_of("bright clear"),
    "sunset": _words_of("golden warm autumn gold amber last glow"),
    "dusk": _words_of("violet purple late ending"),
    "night": _words_of("dark sleep"),
    "storm": _words_of("war crisis crash danger fear disaster grey"),
    "fog": _words_of("unclear mystery mysterious uncertain forgotten"),
}
"""What suits a time of day, where none is named."""
_END_OF_DAY = re.compile(r"\bend of (?:the )?day\b", re.IGNORECASE)

_SURE = 10  # how much likelier the scene with the higher score is
_AROUND = 0.25  # what a word counts that is said of the place, its light or its mood


@dataclass(frozen=True)
class Plan:
    """What to paint, in which light and style, and the words that ask for it."""

    scene: Scene
    light: Light
    style: str
    words: tuple[str, ...]


def plan(prompt: str, rng: np.random.Generator) -> Plan:
    """The scene and light that the prompt's words ask for; where they say nothing, chance.

    "The deep sea: an open book" is a subject and a picture of it: either may lead.
    """
    said = without(prompt)
    words, parts = _words(said), said.split(":")
    scores = _scores(parts[int(rng.integers(len(parts)))])
    if not scores.any():
        scores = _scores(said)
    if not scores.any():
        scores[:] = 1
    weights = np.where(scores >= 0.3 * scores.max(), (scores / scores.max()) ** _SURE, 0)
    scene = SCENES[int(rng.choice(len(SCENES), p=weights / weights.sum()))]
    asked = _time(said) or scene.times[int(rng.integers(len(scene.times)))]
    return Plan(scene, choose(asked, rng), find(prompt), words)


def _time(said: str) -> str:
    """The time of day that is named or hinted at, "" for none. The light is said after what is
    shown: "a garden in the evening, blue moonlight" is a night."""
    shown, _, around = _END_OF_DAY.sub("evening", said).partition(",")
    words = (*_words(around), *_words(shown))
    for times in (_TIMES, _HINTS):
        asked = max(times, key=lambda time: _score(times[time], words))
        if _score(times[asked], words):
            return asked
    return ""


def _scores(said: str) -> NDArray[np.float64]:
    """How much each scene is called for: by what is shown, which stands before the first comma,
    more than by what is said of it, and by a word once."""
    shown, _, around = said.partition(",")
    first = tuple(dict.fromkeys(_words(shown)))
    rest = tuple(word for word in dict.fromkeys(_words(around)) if word not in first)
    return np.array(
        [_score(scene.words, first) + _AROUND * _score(scene.words, rest) for scene in SCENES]
    )


def _score(vocabulary: frozenset[str], words: tuple[str, ...]) -> float:
    """How much the words call for it; what is said first counts more."""
    return sum(1 / (1 + 0.25 * at) for at, word in enumerate(words) if word in vocabulary)


@lru_cache(256)
def _words(prompt: str) -> tuple[str, ...]:
    """Lower-case words in a simple singular, emoji by their names, ideographs one by one."""
    named = "".join(
        f" {unicodedata.name(sign, '')} " if unicodedata.category(sign) == "So" else sign
        for sign in prompt[:5000]
    )
    ideographs = re.compile(r"([\u3040-\u9fff])")
    found = re.findall(r"\w+", ideographs.sub(r" \1 ", named).lower())
    return tuple(_singular(word) for word in found)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("uses"):  # octopuses, viruses, cactuses
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
