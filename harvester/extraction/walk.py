# cython: nonecheck=True
"""The walk over a parsed page that cuts it into drafts of blocks; iterative, linear, and reading only.

One long file: a compiled class is a C struct only inside the module that defines it, so the open elements, the text being
read and the walk that fills them stand together.
"""

from __future__ import annotations

import cython
from selectolax.lexbor import LexborHTMLParser, LexborNode

from harvester.extraction import declared, image_markup, markup, note_markup
from harvester.extraction.declared import COMMONS
from harvester.extraction.drafts import Draft, Place, Read
from harvester.extraction.formulas import WORDS, formula
from harvester.extraction.inline import CODE, IMAGE, LINK, Run, Style, clean, is_tidy, spaced
from harvester.extraction.markup import (
    APART_ROLES,
    HINTS,
    NO_WORDS,
    code_language,
    is_for_screen_readers,
    is_gutter,
    is_heading_control,
    is_hidden,
    is_left_out_of_code,
    may_hide,
    split_words,
)  # fmt: skip
from harvester.extraction.places import PLACED, Places, settle_in
from harvester.extraction.revealed import arriving, behind_placeholder, is_panel
from harvester.extraction.styles import STYLED, code_draft, styled, text_draft
from harvester.extraction.tables import with_rows
from harvester.extraction.tex import DISPLAY, MATH

_BLOCK = cython.declare(cython.int, 1)
_CONTROL = cython.declare(cython.int, 2)
_SILENT = cython.declare(cython.int, 4)
_STYLED = cython.declare(cython.int, 8)
_PLACED = cython.declare(cython.int, 16)
_MAY_HIDE = cython.declare(cython.int, 32)
_APART = cython.declare(cython.int, 64)
_BREAK = cython.declare(cython.int, 128)
_CELL = cython.declare(cython.int, 256)
_TABLE = cython.declare(cython.int, 512)
_SPAN = cython.declare(cython.int, 1024)
_SUP = cython.declare(cython.int, 2048)
_MAY_MARK = cython.declare(cython.int, 4096)
_MATH = cython.declare(cython.int, 8192)
_IMAGE = cython.declare(cython.int, 16384)
_TEXT = cython.declare(cython.int, 32768)
_DECLARING = cython.declare(cython.int, 65536)
_SETS = (
    markup.BLOCKS, markup.CONTROLS, markup.SILENT, STYLED, PLACED, {"noscript", "dialog"}, markup.APART,
    {"br"}, {"td"}, {"table"}, {"span"}, {"sup"}, {"a", "span", "sup"}, {"math"}, image_markup.TAGS, {"-text"},
    declared.TAGS,
)  # fmt: skip
_KINDS = {tag: sum((tag in tags) << bit for bit, tags in enumerate(_SETS)) for tags in _SETS for tag in tags}
# Lexbor numbers the tags that it knows and what is no element, the same on every page; other tags have addresses there.
_MAX_NUMBER = cython.declare(cython.size_t, 512)
_NUMBERED: list[tuple[str, int] | None] = [None] * 512
"""Tag and kind by number, as they come."""
_HINT = cython.declare(cython.int, 1)
_CLASS = cython.declare(cython.int, 2)
_ROLE = cython.declare(cython.int, 4)
_HIDING = cython.declare(cython.int, 8)
_STYLE = cython.declare(cython.int, 16)
_CONTROLLING = cython.declare(cython.int, 32)
_STATING = cython.declare(cython.int, 64)
_LEADING = cython.declare(cython.int, 128)
_ATTRIBUTES = (
    HINTS, {"class"}, {"role"}, {"hidden", "aria-hidden"}, {"style"}, {"aria-controls"}, declared.ATTRIBUTES,
    {"href"},
)  # fmt: skip
_SAYS = {n: sum((n in names) << bit for bit, names in enumerate(_ATTRIBUTES)) for names in _ATTRIBUTES for n in names}
_BODY = Place()
_CONTROL_HOSTS = frozenset(("p", *markup.HEADINGS))
"""Elements in which a button or a label is part of the sentence."""
_TELLING = frozenset((*note_markup.WORDS, *markup.WORDS, *WORDS))
# Pages of a site have their classes in common. What a value says depends on nothing else, so nothing else shows it.
_NAMED: dict[str, tuple[frozenset[str], bool, bool]] = {}
_UNITED: dict[tuple[frozenset[str], frozenset[str]], frozenset[str]] = {}
_MAX_NAMED, _MAX_NAME, _MAX_UNITED, _MAX_WORDS = 16_384, 300, 4_096, 60
_MAX_MOVES, _MAX_CONTROLLED = cython.declare(cython.int, 16), 10_000


@cython.no_gc  # a frame knows those around it and the text that it interrupts, which knows those around it: no cycle
@cython.final
@cython.cclass
class Frame:
    """An open element."""

    node: LexborNode
    tag: str
    kind: cython.int
    """What the tag alone says, as bits."""
    attributes: dict[str, str | None]
    words: frozenset[str]
    telling: cython.bint
    """Whether one of the words is asked for anywhere."""
    may_be_formula: cython.bint
    states: cython.bint
    """Whether one of its attributes may declare something of the page."""
    parent: Frame | None
    is_block: cython.bint
    block_tag: str
    """Tag of the nearest block-level element, itself included."""
    place: Place
    label: str
    """The place's."""
    in_heading: cython.bint
    style: Style
    number: cython.Py_ssize_t
    """Its place among the elements of the page."""
    hidden_by: int
    """The outermost hidden element around the text, by its `mem_id`; 0 where the text is shown."""
    is_apart: cython.bint
    """Whether it or an element around it says that it is a menu, a form, a dialogue or the like."""
    moves: cython.int
    """How often the text around was moved to where scripts put it."""
    in_control: cython.bint
    in_code: cython.bint
    items: cython.Py_ssize_t
    """Items of a list read so far."""
    interrupted: Text | None
    """The block that this element interrupts."""

    @cython.cfunc
    def begin(self, node: LexborNode, tag: str, kind: cython.int, parent: Frame | None) -> Frame:
        """Set the fields of a new frame; a C function, where `__init__` would be called with Python objects."""
        self.node, self.tag, self.kind, self.parent = node, tag, kind, parent
        self.attributes = node.attributes
        self.words, self.telling, self.may_be_formula, self.states = NO_WORDS, False, False, False
        self.number, self.items, self.interrupted = 0, 0, None
        if parent is None:
            self.place, self.label, self.style, self.hidden_by, self.block_tag = _BODY, _BODY.label, (), 0, tag
            self.in_control = self.in_code = self.in_heading = self.is_apart = False
            self.moves = 0
        else:
            self.place, self.label, self.style, self.hidden_by = (
                parent.place,
                parent.label,
                parent.style,
                parent.hidden_by,
            )
            self.in_control, self.in_code, self.block_tag = parent.in_control, parent.in_code, parent.block_tag
            self.in_heading = parent.in_heading
            self.is_apart, self.moves = parent.is_apart, parent.moves
        self.is_apart = self.is_apart or kind & _APART != 0
        self.is_block = kind & _BLOCK != 0
        if kind & _CONTROL:
            self.in_control = True
            if tag == "button" or tag == "label":
                self.is_block = parent is None or parent.block_tag not in _CONTROL_HOSTS
        return self


@cython.no_gc
@cython.final
@cython.cclass
class Text:
    """The block being read."""

    runs: list[Run]
    common: Frame | None
    """The innermost element that holds all visible runs so far; None before the first."""
    here: Frame | None
    """The innermost element that holds them and is still open."""
    only_controls: cython.bint
    after_break: cython.bint
    mark: str
    """Label of a footnote mark whose note has not come yet."""
    note: str
    """Label of the footnote that this block is, as its link back to the mark says."""
    held: list[Draft]
    """Blocks that interrupt this one."""
    images: list[tuple[str, Frame]]
    """Those inside, and the elements around them."""

    def __init__(self, note: str) -> None:
        self.runs, self.held, self.images = [], [], []
        self.common = self.here = None
        self.only_controls, self.after_break = True, False
        self.mark, self.note = "", note

    @cython.cfunc
    def see(self, frame: Frame) -> None:
        """Take note that a visible run stands in `frame`."""
        if self.common is None:
            self.here = frame
        self.common = self.here
        self.after_break = False
        self.only_controls = self.only_controls and frame.in_control


def walk(
    tree: LexborHTMLParser,
    html: bytes,
    uncovered: frozenset[int],
    *,
    tex: bool,
    images: str | None,
) -> Read:
    """Walk the whole tree of a page with this source; `uncovered` are hidden elements to take for shown, by their `mem_id`.

    `tex` where TeX in the text is mathematics; `images` is the address that images are relative to, empty where there is
    none, and None where images are not asked for.
    """
    found = Read()
    walk = _Walk(found, tree, html, uncovered, tex, images)
    walk.run(tree.root)
    return found


@cython.final
@cython.cclass
class _Walk:
    found: Read
    drafts: list[Draft]
    parents: list[int]
    tags: list[str]
    words: list[frozenset[str]]
    hidden: dict[int, int]
    shown: cython.Py_ssize_t
    uncovered: frozenset[int]
    tree: LexborHTMLParser
    html: bytes
    arriving: dict[str, LexborNode] | None
    """Elements whose text belongs to a `<template>`, by its id; None before they are asked for."""
    arrived: set[int]
    """All of them."""
    taken: set[int]
    """Those of its elements whose text was read, there or where they stand."""
    controlled: set[str]
    """Ids of the elements that controls passed so far open."""
    text: Text
    sink: list[Draft]
    top: Frame | None
    places: Places
    last_note: int
    language: str
    numbered: list[tuple[str, int] | None]
    says: dict[str, int]
    named: dict[str, tuple[frozenset[str], bool, bool]]
    """For values of attributes read before their words, whether one is telling, and whether such a class hides."""
    united: dict[tuple[frozenset[str], frozenset[str]], frozenset[str]]
    """Words of two attributes together."""
    base: str | None
    tex: cython.bint

    def __init__(
        self,
        found: Read,
        tree: LexborHTMLParser,
        html: bytes,
        uncovered: frozenset[int],
        tex: bool,
        images: str | None,
    ) -> None:
        self.base, self.tex = images, tex
        self.tree, self.html, self.arriving, self.arrived = tree, html, None, set()
        self.taken, self.controlled = set(), set()
        self.found, self.uncovered = found, uncovered
        self.drafts, self.parents, self.tags, self.words = found.drafts, found.parents, found.tags, found.words
        self.hidden = found.hidden
        self.shown, self.last_note, self.language, self.named = 0, 0, "", _NAMED
        self.united = _UNITED
        if len(_NAMED) >= _MAX_NAMED or len(_UNITED) >= _MAX_UNITED:
            _NAMED.clear()
            _UNITED.clear()
        self.text, self.sink, self.top, self.places = Text(""), self.drafts, None, Places()
        self.numbered, self.says = _NUMBERED, _SAYS

    @cython.cfunc
    def run(self, root: LexborNode | None) -> None:
        node = root
        while node is not None:
            following = None
            inside = self.enter(node)
            if inside is not None:
                following = inside.first_child
            elif self.top is not None:
                following = node.next
            while following is None and self.top is not None:
                node = self.top.node
                self.leave(self.top)
                following = node.next if self.top is not None else None
            node = following
        for found in self.places.lists:
            found.settle()
        for draft in self.drafts:
            if draft.item is not None:
                draft.settle(draft.item)
        for _, draft in self.found.images:
            if draft.item is not None:
                draft.settle(draft.item)
        self.found.shown = self.shown

    @cython.cfunc
    def enter(self, node: LexborNode) -> LexborNode | None:
        """Read a text, or open an element: the node whose inside is walked next, None where there is nothing to walk."""
        parent: Frame | None = self.top
        tag: str
        kind: cython.int
        tag, kind = self.kind_of(node)
        if kind & _TEXT:
            if parent is not None:
                self.read(node.text_content or "", parent)
            return None
        if kind & _SILENT:
            self.pass_by(node, parent)
            if tag == "script" and parent is not None:
                self.formula(formula(node, tag, node.attributes), parent, parent)
            elif tag == "template" and parent is not None:
                return self.arrive(node, parent)
            return None
        if self.taken and node.mem_id in self.taken:
            self.pass_by(node, parent)
            return None
        new: Frame = Frame.__new__(Frame)
        frame = new.begin(node, tag, kind, parent)
        hiding: cython.int = self.name(frame) if frame.attributes else 0
        if (frame.states or kind & _DECLARING) and not frame.moves:
            self.found.declaring.append((node, tag, frame.attributes))
        if parent is not None and (
            (parent.in_code and is_left_out_of_code(tag, frame.attributes, frame.words))
            or (kind & _CELL and is_gutter(frame.attributes))
            or (kind & _MAY_MARK and self.mark(frame, parent))
        ):
            self.pass_over(node, parent)
            return None
        if kind & _BREAK:
            self.line_break(parent)
            return None
        if (
            (hiding & _MAY_HIDE or kind & _MAY_HIDE)
            and not frame.hidden_by
            and is_hidden(tag, frame.attributes)
            and not (hiding and not frame.is_apart and is_panel(node, frame.attributes, self.controlled))
        ):
            if node.mem_id in self.uncovered or self.comes_late(node, frame.attributes):
                self.taken.add(node.mem_id)
            else:
                frame.hidden_by = node.mem_id
        if parent is not None:
            if (frame.may_be_formula or kind & _MATH) and self.formula(
                formula(node, tag, frame.attributes), frame, parent
            ):
                self.pass_over(node, parent)
                return None
            if kind & _IMAGE and self.base is not None:
                self.image(frame, parent, self.base)
        self.open(frame)
        return node

    @cython.cfunc
    def kind_of(self, node: LexborNode) -> tuple[str, int]:
        """The tag and the kind of a node, remembered where its number tells them."""
        number: cython.size_t = node.tag_id
        known = self.numbered[number] if number < _MAX_NUMBER else None
        if known is not None:
            return known
        tag = node.tag or ""
        known = (tag, _KINDS.get(tag, 0) if tag[:1].isalpha() or tag == "-text" else _SILENT)
        if number < _MAX_NUMBER and tag == tag.lower():  # not the `foreignObject` of SVG, elsewhere `foreignobject`
            self.numbered[number] = known
        return known

    @cython.cfunc
    def pass_by(self, node: LexborNode, parent: Frame | None) -> None:
        """Look through an element that is not read for what declares something, itself included."""
        if parent is not None and parent.moves:
            return  # it is looked through where the source has it
        self.notice(node)
        self.pass_over(node, parent)

    @cython.cfunc
    def pass_over(self, element: LexborNode, parent: Frame | None) -> None:
        """Look through the inside of an element that is not read for what declares something."""
        if parent is not None and parent.moves:
            return
        stack = [element.first_child]
        while stack:
            node = stack.pop()
            if node is not None:
                stack.append(node.next)
                stack.append(node.first_child)
                self.notice(node)

    @cython.cfunc
    def notice(self, node: LexborNode) -> None:
        tag: str
        kind: cython.int
        tag, kind = self.kind_of(node)
        if kind & _TEXT:
            return
        attributes: dict[str, str | None] = node.attributes
        states: cython.bint = kind & _DECLARING != 0
        for name, value in attributes.items():
            states = states or self.states(self.says.get(name, 0), value)
        if states:
            self.found.declaring.append((node, tag, attributes))

    @cython.cfunc
    def states(self, says: cython.int, value: str | None) -> cython.bint:
        """Whether an attribute may declare something of the page."""
        return says & _STATING != 0 or (says & _LEADING != 0 and value is not None and COMMONS in value)

    @cython.cfunc
    def late(self) -> dict[str, LexborNode]:
        """What arrives late, by the id of its template; looked for once there is a sign of some."""
        if self.arriving is None:
            self.arriving = dict(arriving(self.tree, self.html))
            self.arrived = {node.mem_id for node in self.arriving.values()}
        return self.arriving

    @cython.cfunc
    def comes_late(self, node: LexborNode, attributes: dict[str, str | None]) -> cython.bint:
        """Whether a hidden element is one whose text belongs to a template."""
        return (attributes.get("id") or "").startswith("S:") and self.late() is not None and node.mem_id in self.arrived

    @cython.cfunc
    def arrive(self, template: LexborNode, parent: Frame) -> LexborNode | None:
        """Open a template in which text arrives: the element whose text that is, None where there is none."""
        name = template.attributes.get("id") or ""
        source = self.late().pop(name, None) if name.startswith(("B:", "P:")) else None
        if source is None or source.mem_id in self.taken or parent.moves >= _MAX_MOVES:
            return None
        self.taken.add(source.mem_id)
        new: Frame = Frame.__new__(Frame)
        frame = new.begin(template, "template", 0, parent)
        frame.node = behind_placeholder(template)
        last = frame.node.mem_id
        passed: LexborNode | None = template
        while passed is not None and passed.mem_id != last:
            passed = passed.next
            if passed is not None:
                self.pass_by(passed, parent)
        frame.moves += 1
        self.open(frame)
        return source

    @cython.cfunc
    def formula(self, found: tuple[str, bool] | None, frame: Frame, parent: Frame) -> cython.bint:
        """Read the formula that an element stands for; False where it stands for none."""
        if found is None:
            return False
        tex, on_own_line = found
        if frame.hidden_by:
            self.hide(frame.hidden_by, len(tex))
        elif tex:
            style = parent.style
            marker = () if parent.in_code or CODE in style else (DISPLAY if on_own_line else MATH,)
            self.shown += len(tex)
            self.text.runs.append((tex, (*style, *marker), ""))
            self.text.see(parent)
        return True

    @cython.cfunc
    def image(self, frame: Frame, parent: Frame, base: str) -> None:
        if frame.hidden_by or parent.in_code or parent.in_control or parent.label == "control":
            return
        written = image_markup.written(frame.node, frame.attributes, base)
        if written:
            style = [marker for marker in parent.style if marker != CODE and marker[0] != LINK]
            self.text.runs.append(("", (*style, IMAGE), written))
            self.text.images.append((written, parent))

    @cython.cfunc
    def name(self, frame: Frame) -> cython.int:
        """Find the words that name an element; `_MAY_HIDE` where its attributes may hide it, 0 where none speaks of that."""
        hiding: cython.int = 0
        says: cython.int
        attributes = frame.attributes
        for name, value in attributes.items():
            says = self.says.get(name, 0)
            if says & (_STATING | _LEADING) and self.states(says, value):
                frame.states = True
            if says & _HINT and value:
                said = self.named.get(value)
                if said is None:
                    words = split_words(value)
                    said = (words, not words.isdisjoint(_TELLING), is_for_screen_readers(value))
                    if len(value) <= _MAX_NAME and len(self.named) < _MAX_NAMED:
                        self.named[value] = said
                words, telling, hides = said
                frame.words = self.unite(frame.words, words) if frame.words else words
                if telling:
                    frame.telling = True
                if hides and says & _CLASS:
                    hiding |= _MAY_HIDE
                elif says & _ROLE and value in APART_ROLES:
                    frame.is_apart = True
            elif says & _STYLE:
                hiding |= _MAY_HIDE if value and may_hide(value) else _STYLE
            elif says & _HIDING:
                hiding |= _MAY_HIDE
            elif says & _CONTROLLING and value and len(self.controlled) < _MAX_CONTROLLED:
                self.controlled.update(value[:_MAX_NAME].split())
        frame.may_be_formula = frame.telling and not frame.words.isdisjoint(WORDS)
        return hiding

    @cython.cfunc
    def unite(self, first: frozenset[str], second: frozenset[str]) -> frozenset[str]:
        both = (first, second)
        found = self.united.get(both)
        if found is None:
            found = first | second
            if len(found) <= _MAX_WORDS and len(self.united) < _MAX_UNITED:
                self.united[both] = found
        return found

    @cython.cfunc
    def open(self, frame: Frame) -> None:
        parent = frame.parent
        frame.number = len(self.tags)
        self.tags.append(frame.tag)
        self.words.append(frame.words)
        self.parents.append(-1 if parent is None else parent.number)
        self.top = frame
        if parent is not None:
            if frame.kind & _STYLED:
                frame.style = styled(parent.style, frame.tag, frame.attributes, parent.label)
            apart = self.apart(frame, parent)
            if apart is not None:
                frame.place, frame.label, frame.style, frame.interrupted = apart, apart.label, (), self.text
                frame.in_heading = False
                self.sink = self.text.held
                self.text = Text("")
                return
        if frame.is_block:
            self.open_block(frame)
        elif frame.in_code and frame.tag == "code":
            self.language = self.language or code_language(frame.attributes)

    @cython.cfunc
    def open_block(self, frame: Frame) -> None:
        tag, parent = frame.tag, frame.parent
        frame.block_tag = tag
        if frame.in_code:
            self.new_line()
            return
        self.flush()
        if not (frame.kind & _PLACED or frame.telling or "id" in frame.attributes or frame.place.in_notes):
            return
        nth: cython.Py_ssize_t = 0
        if tag == "li" and parent is not None:
            parent.items += 1
            nth = parent.items
        around = parent.tag if parent is not None else ""
        frame.place = self.places.place(
            frame.node, tag, frame.place, frame.words, frame.attributes, around, nth, frame.number, len(self.drafts)
        )
        frame.label = frame.place.label
        frame.in_heading = frame.label == "heading"
        if frame.label == "code":
            frame.in_code = True
            # The language stands at the preformatted element or at one of the two around it.
            self.language = code_language(frame.attributes)
            if not self.language and parent is not None:
                self.language = code_language(parent.attributes)
                if not self.language and parent.parent is not None:
                    self.language = code_language(parent.parent.attributes)

    @cython.cfunc
    def leave(self, frame: Frame) -> None:
        parent = frame.parent
        if frame.interrupted is not None:
            self.flush()
            self.text = frame.interrupted
            self.sink = self.drafts
        elif frame.is_block and parent is not None and parent.in_code:
            self.new_line()
        elif frame.is_block:
            self.flush()
        if frame.kind & _TABLE:
            table = frame.place.table
            if table is not None and (parent is None or parent.place.table is not table):
                drafts = self.drafts[table.start :]
                rows = with_rows(table, drafts)
                self.drafts[table.start :] = rows
                if len(rows) != len(drafts):
                    self.images_behind(table.start)
        if self.text.here is frame:
            self.text.here = parent
        self.top = parent

    @cython.cfunc
    def images_behind(self, start: cython.Py_ssize_t) -> None:
        """Let the images between the cells of a table, which begins with that draft, stand behind its rows."""
        images = self.found.images
        for position in range(len(images) - 1, -1, -1):
            before, draft = images[position]
            if before <= start:
                return
            images[position] = (len(self.drafts), draft)

    @cython.cfunc
    def read(self, text: str, frame: Frame) -> None:
        runs = self.text.runs
        if _is_blank(text):
            if text and not frame.hidden_by and (runs or frame.in_code):
                runs.append((text if frame.in_code else " ", frame.style, ""))
            return
        tidy: cython.bint = is_tidy(text)
        visible: cython.Py_ssize_t
        if tidy:
            visible = len(text) - (text[0] == " ") - (text[len(text) - 1] == " ")
        else:
            text = clean(text)
            visible = len(text.strip())
        if frame.hidden_by:
            self.hide(frame.hidden_by, visible)
        elif text:
            self.shown += visible
            runs.append((text if tidy or frame.in_code else spaced(text), frame.style, ""))
            if visible:
                self.text.see(frame)

    @cython.cfunc
    def hide(self, element: int, size: cython.Py_ssize_t) -> None:
        self.hidden[element] = self.hidden.get(element, 0) + size

    @cython.cfunc
    def line_break(self, frame: Frame | None) -> None:
        if frame is None or frame.hidden_by:
            return
        if frame.in_code:
            self.text.runs.append(("\n", (), ""))
        elif self.text.after_break:
            self.flush()
        else:
            self.text.runs.append((" ", frame.style, ""))
            self.text.after_break = self.text.common is not None

    @cython.cfunc
    def new_line(self) -> None:
        runs = self.text.runs
        if runs and not runs[-1][0].endswith("\n"):
            runs.append(("\n", (), ""))

    @cython.cfunc
    def mark(self, frame: Frame, around: Frame) -> cython.bint:
        """Take up a footnote mark, or pass over a link from a footnote back to its mark; False where it is neither."""
        if around.hidden_by or around.in_code:
            return False
        kind = frame.kind
        if not (frame.telling or kind & _SUP) and (kind & _SPAN or "#" not in (frame.attributes.get("href") or "")):
            return False
        tag, text = frame.tag, self.text
        begun: cython.bint = text.common is not None
        in_note: cython.bint = text.note != "" or around.label == "footnote"
        back = note_markup.returns_to_mark(frame.node, tag, frame.attributes, frame.words)
        if back is not None and not around.in_heading and (not back or in_note or not begun):
            text.note = text.note or ("" if in_note else back)
            return True
        label = note_markup.mark_label(frame.node, tag, frame.attributes, frame.words)
        if label is None:
            return False
        if begun or not in_note:
            style = tuple([marker for marker in around.style if marker != CODE and marker[0] != LINK])
            text.runs.append(("", style, label))
            text.mark = label
            self.last_note = max(self.last_note, int(label)) if label.isdecimal() else self.last_note
        return True

    @cython.cfunc
    def apart(self, frame: Frame, around: Frame) -> Place | None:
        """The place inside an element that interrupts a block: a footnote in a sentence, an edit link in a heading."""
        if around.hidden_by or around.in_code:
            return None
        if around.in_heading:
            is_control = is_heading_control(frame.node, frame.tag, frame.words)
            return Place("control") if is_control else None
        text, label = self.text, around.label
        if text.common is None or not (frame.telling or text.mark) or label == "footnote" or label == "control":
            return None
        if note_markup.is_inline_note(frame.attributes, frame.words) or (
            text.mark and note_markup.is_tooltip(frame.attributes)
        ):
            if not text.mark:
                self.last_note += 1
                text.mark = str(self.last_note)
                text.runs.append(("", (), text.mark))
            note, text.mark = text.mark, ""
            return Place("footnote", info=note)
        return None

    @cython.cfunc
    def flush(self) -> None:
        """End the block being read: a draft of it, and the footnotes that interrupted it."""
        text = self.text
        frame = text.common
        if frame is None:
            for written, around in text.images:
                if around.label != "footnote":
                    self.found.images.append(
                        (len(self.drafts), image_markup.draft(written, around.place, around.number))
                    )
            if text.runs or text.held:
                self.sink += text.held
                self.text = Text(text.note)  # a note's number may stand in a box of its own before the note's
            return
        self.text = Text("")
        if frame.in_code:
            draft = code_draft("".join([run[0] for run in text.runs]), self.language, frame.number, frame.block_tag)
        else:
            draft = self.draft(text.runs, text, frame)
            if text.images:
                with_images = draft.markdown
                shown = [run for run in text.runs if not run[1] or run[1][-1] != IMAGE]
                draft = self.draft(shown, text, frame)
                draft.markdown = with_images
        if draft.text:
            self.sink.append(draft)
            place = frame.place
            if place.item is not None or place.row is not None:
                settle_in(draft, place)
        self.sink += text.held

    @cython.cfunc
    def draft(self, runs: list[Run], text: Text, frame: Frame) -> Draft:
        return text_draft(runs, frame.place, text.note, text.only_controls, frame.number, frame.block_tag, self.tex)


@cython.cfunc
def _is_blank(text: str) -> cython.bint:
    for char in text:
        if not char.isspace():
            return False
    return True
