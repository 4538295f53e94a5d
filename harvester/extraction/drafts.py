"""Drafts of blocks, and the lists and tables whose nature shows only after their last block."""

import msgspec

from harvester.extraction.declared import Declaring

_MAX_ITEM_BLOCKS = 6


class Draft(msgspec.Struct, eq=False):
    """A block in the making."""

    label: str
    text: str
    markdown: str
    level: int
    info: str
    group: int
    element: int
    tag: str
    link_words: int
    words: int
    item: "Item | None" = None
    """The list item that it is a block of."""
    row: "Row | None" = None
    """The table row that it is a block of."""

    def settle(self, item: "Item") -> None:
        """Take place in the list of its item, once the lists around it are settled; in a layout item there is none."""
        if not item.is_layout:
            self.level, self.group = item.list.level, item.list.group
        elif self.label == "list-item":
            self.label, self.info = "paragraph", ""


class List(msgspec.Struct, eq=False):
    """A list being read: its depth counts, and its number passes to, the lists inside its items."""

    number: int
    ordered: bool
    around: "List | None"
    item: "Item | None"
    """The item of `around` that it stands in."""
    level: int = 1
    group: int = 0

    def settle(self) -> None:
        """Find level and group, those of the list around being known."""
        if self.around is None or (self.item is not None and self.item.is_layout):
            self.group = self.number
        else:
            self.level, self.group = self.around.level + 1, self.around.group


class Item(msgspec.Struct, eq=False):
    """A list item being read."""

    list: List
    blocks: int = 0
    begun: bool = False
    """Whether its first text, which bears the marker, has come."""
    headed: bool = False

    @property
    def is_layout(self) -> bool:
        """Whether it is a card or a post: an item with a heading or many blocks, which are no list items then."""
        return self.headed or self.blocks > _MAX_ITEM_BLOCKS


class Row(msgspec.Struct, eq=False):
    """A table row being read."""

    table: "Table"
    element: int
    in_head: bool
    cells: list[list[Draft]] = msgspec.field(default_factory=list)
    plain_cells: int = 0
    """Cells that are `td`."""


class Table(msgspec.Struct, eq=False):
    """A table being read. `layout` is set by what no data table holds: another table, a heading, code."""

    group: int
    start: int
    """Number of drafts before the table."""
    layout: bool
    rows: list[Row] = msgspec.field(default_factory=list)


class Place(msgspec.Struct, eq=False, gc=False):
    """What a block at a place of the page is, and what it stands in; never changed, shared by elements inside."""

    label: str = "paragraph"
    level: int = 0
    info: str = ""
    group: int = 0
    list: List | None = None
    quotes: int = 0
    quote_group: int = 0
    item: Item | None = None
    table: Table | None = None
    row: Row | None = None
    in_notes: bool = False
    """Inside an element that holds the page's footnotes."""


class Read:
    """What a walk found: `drafts` are the blocks, `parents`, `tags` and `words` the elements.

    `images` are those that stand in no block, each with the number of drafts before it. `declaring` are the elements that may
    declare something of the page, in the order of its source.

    `shown` counts the visible characters and `hidden` those left out, by outermost hidden element (its `mem_id`).
    """

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.images: list[tuple[int, Draft]] = []
        self.parents: list[int] = []
        self.tags: list[str] = []
        self.words: list[frozenset[str]] = []
        self.declaring: list[Declaring] = []
        self.shown = 0
        self.hidden: dict[int, int] = {}
