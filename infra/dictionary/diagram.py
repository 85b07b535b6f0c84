"""A domain drawn: its tables with their columns, and which row points at which table, as SVG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import networkx as nx

from infra.dictionary.catalogue import Column, Domain, Table

ROW, HEAD, PAD = 17, 24, 10
GAP_X, GAP_Y = 90, 26
LETTER = 6.7
"""Widths of a letter at 11 px, rounded up."""
TALLEST = 1_000
STYLE = """
  text { font: 11px ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; fill: #24292f }
  .head { font-weight: 700; fill: #fff }
  .type { fill: #6e7781 }
  .key { font-weight: 700 }
  .box { fill: #fff; stroke: #8c959f }
  .bar { fill: #0969da }
  .line { fill: none; stroke: #0969da; stroke-width: 1.3; opacity: .75 }
  .tip { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .type { fill: #8d96a0 } .box { fill: #161b22; stroke: #484f58 }
    .bar { fill: #1f6feb } .line { stroke: #58a6ff } .tip { fill: #58a6ff }
  }
"""


@dataclass
class Box:
    """A table in its place; x and y are the upper left corner, in px."""

    table: Table
    x: float = 0
    y: float = 0

    @property
    def width(self) -> float:
        longest = max(len(_said(column)) for column in self.table.columns)
        return LETTER * max(longest, len(self.table.name) + 2) + 2 * PAD

    @property
    def height(self) -> float:
        return HEAD + ROW * len(self.table.columns) + PAD / 2

    def row(self, column: str) -> float:
        """The height of a column's middle."""
        names = [known.name for known in self.table.columns]
        return self.y + HEAD + ROW * (names.index(column) + 0.5)


def draw(domain: Domain) -> str:
    """The diagram of a domain's tables; the same text for the same tables."""
    boxes = {table.name: Box(table) for table in domain.drawn}
    links = [
        (table.name, column.name, column.refers_to)
        for table in domain.drawn
        for column in table.columns
        if column.refers_to in boxes
    ]
    width, height = _arrange(boxes, [(child, parent) for child, _, parent in links if parent])
    drawn = [
        _link(boxes[child], column, boxes[parent]) for child, column, parent in links if parent
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
            f'width="{width:.0f}" height="{height:.0f}" role="img">',
            f"<title>{escape(domain.title)}</title>",
            f"<style>{STYLE}</style>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
            'markerHeight="7" orient="auto"><path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>',
            *drawn,  # behind the tables
            *(_table(box) for box in boxes.values()),
            "</svg>\n",
        ]
    )


def _arrange(boxes: dict[str, Box], links: Sequence[tuple[str, str | None]]) -> tuple[float, float]:
    """Parents to the left of their children, each rank in columns of bounded height."""
    x = tallest = PAD
    for rank in _ranks(boxes, links):
        for column in _columns([boxes[name] for name in rank]):
            y: float = PAD
            for box in column:
                box.x, box.y = x, y
                y += box.height + GAP_Y
            tallest = max(tallest, round(y - GAP_Y))
            x += round(max(box.width for box in column)) + GAP_X
    return x - GAP_X + PAD, tallest + PAD


def _ranks(boxes: Iterable[str], links: Iterable[tuple[str, str | None]]) -> list[list[str]]:
    """Names by their distance from a table that points at none; a circle counts as one."""
    names = list(boxes)
    graph = nx.DiGraph()
    graph.add_nodes_from(names)
    graph.add_edges_from((parent, child) for child, parent in links if parent != child)
    circles = nx.condensation(graph)
    return [
        sorted((name for circle in rank for name in circles.nodes[circle]["members"]),
               key=names.index)
        for rank in nx.topological_generations(circles)
    ]  # fmt: skip


def _columns(boxes: Sequence[Box]) -> list[list[Box]]:
    columns: list[list[Box]] = [[]]
    height = 0.0
    for box in boxes:
        if columns[-1] and height + box.height > TALLEST:
            columns.append([])
            height = 0
        columns[-1].append(box)
        height += box.height + GAP_Y
    return columns


def _table(box: Box) -> str:
    x, y, width = box.x, box.y, box.width
    rows = "".join(
        f'<text x="{x + PAD:.0f}" y="{box.row(column.name) + 4:.0f}"'
        f"{' class=' + chr(34) + 'key' + chr(34) if column.is_key else ''}>{escape(column.name)} "
        f'<tspan class="type">{escape(_type(column))}</tspan></text>'
        for column in box.table.columns
    )
    return (
        f'<rect class="box" x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{box.height:.0f}" '
        f'rx="5"/><path class="bar" d="M{x:.0f} {y + HEAD:.0f}v{-HEAD + 5}a5 5 0 0 1 5 -5'
        f'h{width - 10:.0f}a5 5 0 0 1 5 5v{HEAD - 5}z"/>'
        f'<text class="head" x="{x + PAD:.0f}" y="{y + 16:.0f}">{escape(box.table.name)}</text>'
        f"{rows}"
    )


def _link(child: Box, column: str, parent: Box) -> str:
    """From a column's row to the head of the table it points at."""
    start, end = child.row(column), parent.y + HEAD / 2
    right = parent.x + parent.width
    if parent.x < child.x:
        bend = max(40.0, (child.x - right) / 2)
        path = f"M{child.x:.0f} {start:.0f}C{child.x - bend:.0f} {start:.0f} "
        path += f"{right + bend:.0f} {end:.0f} {right:.0f} {end:.0f}"
    else:
        out = max(child.x + child.width, right) + 40
        path = f"M{child.x + child.width:.0f} {start:.0f}C{out:.0f} {start:.0f} "
        path += f"{out:.0f} {end:.0f} {right:.0f} {end:.0f}"
    return f'<path class="line" d="{path}" marker-end="url(#tip)"/>'


def _said(column: Column) -> str:
    return f"{column.name} {_type(column)}"


def _type(column: Column) -> str:
    """A type as short as it is still understood."""
    short = {
        "timestamp with time zone": "timestamptz",
        "character varying": "varchar",
        "boolean": "bool",
        "double precision": "float8",
    }
    kind = column.type.removeprefix("extensions.").removeprefix("public.")
    for long, brief in short.items():
        kind = kind.replace(long, brief)
    return kind
