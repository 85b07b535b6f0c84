"""eSpeak NG through its C library: text in, samples and the places of its words out."""

from __future__ import annotations

import _ctypes
import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.errors import InvalidInput, ProviderUnavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# From speak_lib.h of eSpeak NG 1.52.
_SYNCHRONOUS, _PHONEME_EVENTS, _DONT_EXIT = 2, 0x0001, 0x8000
_END_OF_EVENTS, _WORD, _PHONEME = 0, 1, 7
_UTF8, _FROM_START_BY_CHARACTER = 1, 1
_PACE, _PITCH, _PITCH_RANGE = 1, 3, 4
_OK, _CONTINUE = 0, 0


class _Id(ctypes.Union):
    _fields_ = (
        ("number", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("string", ctypes.c_char * 8),
    )


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True)
class Sound:
    """What the engine said: `pcm` int16 at `rate`; `spans` are one per spoken word:
    index of its first character in the text, first sample, sample after its last sound."""

    pcm: NDArray[np.int16]
    rate: int
    spans: tuple[tuple[int, int, int], ...]


_one_at_a_time = threading.Lock()  # the library keeps its state in globals


def synthesize(text: str, *, voice: str, pace: int, pitch: int, pitch_range: int) -> Sound:
    """Speak `text` with an eSpeak voice ("en-us", "de+f3"), `pace` in words per minute.

    Raises InvalidInput for an unknown voice, ProviderUnavailable when the library fails.
    """
    import numpy as np

    blocks: list[NDArray[np.int16]] = []
    events: list[tuple[int, int, int, bytes]] = []

    def listen(samples: Any, count: int, event: Any) -> int:
        if count > 0:
            blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        at = 0
        while event[at].type != _END_OF_EVENTS:
            e = event[at]
            if e.type in (_WORD, _PHONEME):
                sound = e.id.string if e.type == _PHONEME else b""
                events.append((e.type, e.text_position - 1, e.sample, sound))
            at += 1
        return _CONTINUE

    callback = _Callback(listen)
    data = text.encode()
    with _one_at_a_time, _engine() as (library, rate):
        library.espeak_SetSynthCallback(callback)
        if library.espeak_SetVoiceByName(voice.encode()) != _OK:
            raise InvalidInput(f"There is no eSpeak voice {voice!r}.")
        for parameter, value in ((_PACE, pace), (_PITCH, pitch), (_PITCH_RANGE, pitch_range)):
            library.espeak_SetParameter(parameter, value, 0)
        library.espeak_ng_SetRandSeed(ctypes.c_long(1))
        status = library.espeak_Synth(
            data, len(data) + 1, 0, _FROM_START_BY_CHARACTER, 0, _UTF8, None, None
        )
    if status != _OK:
        raise ProviderUnavailable(f"eSpeak could not speak (status {status}).")
    pcm = np.concatenate(blocks) if blocks else np.zeros(0, np.int16)
    return Sound(pcm, rate, tuple(_spans(events, len(pcm))))


def _spans(events: list[tuple[int, int, int, bytes]], end: int) -> list[tuple[int, int, int]]:
    """Close each word where the next begins or where silence (phonemes `_…`) sets in."""
    spans: list[tuple[int, int, int]] = []
    first: tuple[int, int] | None = None
    for kind, place, sample, sound in events:
        if first and (kind == _WORD or sound.startswith(b"_")):
            spans.append((*first, sample))
            first = None
        if kind == _WORD:
            first = (place, sample)
    if first:
        spans.append((*first, end))
    return spans


@contextmanager
def _engine() -> Iterator[tuple[Any, int]]:
    """A freshly loaded library and its sample rate.

    Synthesis leaves traces in the library's globals that initialising does not clear, so the
    same text would sound a little different each time; loading costs 4 ms.
    """
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    try:
        rate = library.espeak_Initialize(
            _SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), _PHONEME_EVENTS | _DONT_EXIT
        )
        if rate <= 0:
            raise ProviderUnavailable("eSpeak could not start: its data is missing or damaged.")
        yield library, rate
        library.espeak_Terminate()
    finally:
        _ctypes.dlclose(library._handle)
