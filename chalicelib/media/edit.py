"""The edit as OpenTimelineIO's JSON, which editors read: the few schemas that are used here.

Names, versions and order of fields are those that OpenTimelineIO 0.18 writes; a test builds the
same edit with the library and compares. The library itself has no wheel for every Python.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]


@dataclass
class Track:
    """Clips, gaps and transitions one after another, counted in frames or samples: `rate` of
    them are a second."""

    name: str
    kind: Literal["Video", "Audio"]
    rate: float
    length: int = 0
    items: list[Json] = field(default_factory=list)
    markers: list[Json] = field(default_factory=list)

    def clip(
        self,
        name: str,
        file: str | None,
        length: int,
        *,
        start: int = 0,
        whole: int | None = None,
        **metadata: Any,
    ) -> None:
        """`length` of a file that has `whole`, from `start` on. The file is named as it lies
        beside the edit; without one it is marked missing, so that an editor asks for it."""
        there: Json = {
            "available_range": self._range(0, length if whole is None else whole),
            "available_image_bounds": None,
        }
        if file is None:
            reference = _schema("MissingReference.1", **there)
        else:
            reference = _schema("ExternalReference.1", **there, target_url=file)
        self._add(
            "Clip.2",
            name,
            start,
            length,
            metadata=metadata,
            media_references={"DEFAULT_MEDIA": reference},
            active_media_reference_key="DEFAULT_MEDIA",
        )

    def gap(self, length: int) -> None:
        self._add("Gap.1", "", 0, length)

    def transition(self, name: str, each_side: float, *, dissolve: bool) -> None:
        """From the item before to the one that comes next, `each_side` of their cut."""
        self.items.append(
            _schema(
                "Transition.1",
                name,
                in_offset=self._time(each_side),
                out_offset=self._time(each_side),
                transition_type="SMPTE_Dissolve" if dissolve else "Custom_Transition",
            )
        )

    def mark(self, name: str, start: int, length: int) -> None:
        """Name a stretch, as a chapter does."""
        self.markers.append(
            _schema(
                "Marker.2", name, color="RED", marked_range=self._range(start, length), comment=""
            )
        )

    def json(self) -> Json:
        return _item(
            "Track.1", self.name, markers=self.markers, children=self.items, kind=self.kind
        )

    def _add(self, schema: str, name: str, start: int, length: int, **more: Any) -> None:
        self.length += length
        self.items.append(_item(schema, name, source_range=self._range(start, length), **more))

    def _range(self, start: int, length: int) -> Json:
        return {
            "OTIO_SCHEMA": "TimeRange.1",
            "duration": self._time(length),
            "start_time": self._time(start),
        }

    def _time(self, value: float) -> Json:
        return {
            "OTIO_SCHEMA": "RationalTime.1",
            "rate": float(self.rate),
            "value": float(value),
        }


def otio(name: str, tracks: Sequence[Track]) -> str:
    """The whole edit, tracks one above the other, as it is written to a file."""
    stack = _item("Stack.1", "tracks", children=[track.json() for track in tracks])
    whole = _schema("Timeline.1", name, global_start_time=None, tracks=stack)
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _schema(schema: str, name: str = "", *, metadata: Json | None = None, **fields: Any) -> Json:
    return {"OTIO_SCHEMA": schema, "metadata": metadata or {}, "name": name, **fields}


def _item(
    schema: str,
    name: str,
    *,
    metadata: Json | None = None,
    source_range: Json | None = None,
    markers: Sequence[Json] = (),
    **fields: Any,
) -> Json:
    """What every item has, and then its own fields."""
    return _schema(
        schema,
        name,
        metadata=metadata,
        source_range=source_range,
        effects=[],
        markers=list(markers),
        enabled=True,
        color=None,
        **fields,
    )
