"""The walk over a parsed page that cuts it into drafts of blocks; iterative, linear, and reading only."""

from collections import Counter

from selectolax.lexbor import LexborHTMLParser, LexborNode

from harvester.extraction import inline, markup, note_markup
from harvester.extraction.drafts import Draft
from harvester.extraction.frames import Frame, Place, Text, is_block, link_text, styled
from harvester.extraction.inline import CODE, LINK, Run
from harvester.extraction.markup import Attributes
from harvester.extraction.places import Places, code_language
from harvester.extraction.tables import with_rows
from harvester.extraction.words import count_words

_MAY_BE_CONTROLS = {"paragraph", "list-item", "quote", "caption"}


class Walk:
    """One walk; afterwards `drafts` holds the blocks, and `parents`, `tags` and `words` the elements.

    `shown` counts the visible characters and `hidden` those left out, by outermost hidden element (its `mem_id`);
    `uncovered` are such elements to take for shown.
    """

    def __init__(self, uncovered: frozenset[int]) -> None:
        self.drafts: list[Draft] = []
        self.parents: list[int] = []
        self.tags: list[str] = []
        self.words: list[frozenset[str]] = []
        self.shown = 0
        self.hidden: Counter[int] = Counter()
        self._uncovered = uncovered
        self._text = Text()
        self._sink = self.drafts
        self._top: Frame | None = None
        self._places = Places()
        self._last_note = 0
        self._language = ""

    def run(self, tree: LexborHTMLParser) -> "Walk":
        """Walk the whole tree."""
        node = tree.root
        while node is not None:
            following = None
            if self._enter(node):
                following = node.first_child
            elif self._top is not None:
                following = node.next
            while following is None and self._top is not None:
                node = self._top.node
                self._leave(self._top)
                following = node.next if self._top is not None else None
            node = following
        for found in self._places.lists:
            found.settle()
        for draft in self.drafts:
            draft.settle()
        return self

    def _enter(self, node: LexborNode) -> bool:
        """Read a text, or open an element; False where there is nothing inside to walk."""
        tag = node.tag
        parent = self._top
        if parent is not None and tag == "-text":
            self._read(node.text_content or "", parent)
            return False
        if tag is None or not tag[:1].isalpha():
            return False
        attributes = node.attributes
        words = markup.hint_words(attributes)
        in_code = parent is not None and parent.place.label == "code"
        if (
            tag in markup.SILENT
            or (in_code and markup.is_left_out_of_code(tag, attributes, words))
            or (tag == "td" and markup.is_gutter(attributes))
            or (parent is not None and self._mark(node, tag, attributes, words, parent))
        ):
            return False
        if tag == "br":
            self._break(parent)
            return False
        self._top = self._open(node, tag, attributes, words, parent)
        return True

    def _open(
        self, node: LexborNode, tag: str, attributes: Attributes, words: frozenset[str], parent: Frame | None
    ) -> Frame:
        hidden_by = parent.hidden_by if parent else 0
        if not hidden_by and markup.is_hidden(tag, attributes) and node.mem_id not in self._uncovered:
            hidden_by = node.mem_id
        frame = Frame(
            node=node,
            tag=tag,
            parent=parent,
            is_block=is_block(tag, parent),
            block_tag=parent.block_tag if parent else tag,
            place=parent.place if parent else Place(),
            style=styled(parent.style, tag, attributes, parent.place.label) if parent else (),
            number=len(self.tags),
            hidden_by=hidden_by,
            in_control=tag in markup.CONTROLS or (parent is not None and parent.in_control),
        )
        self.parents.append(parent.number if parent else -1)
        self.tags.append(tag)
        self.words.append(words)
        apart = self._apart(node, tag, attributes, words, parent) if parent is not None else None
        if apart is not None:
            frame.place, frame.style, frame.interrupted = apart, (), self._text
            self._text, self._sink = Text(), self._text.held
        elif frame.is_block:
            frame.block_tag = tag
            if frame.place.label == "code":
                self._new_line()
            else:
                self._flush()
                frame.place = self._places.place(frame, words, attributes, len(self.drafts))
                if frame.place.label == "code":
                    self._language = code_language(frame)
        elif tag == "code" and frame.place.label == "code":
            self._language = self._language or markup.code_language(attributes)
        return frame

    def _leave(self, frame: Frame) -> None:
        if frame.interrupted is not None:
            self._flush()
            self._text, self._sink = frame.interrupted, self.drafts
        elif frame.is_block and frame.parent is not None and frame.parent.place.label == "code":
            self._new_line()
        elif frame.is_block:
            self._flush()
        table = frame.place.table
        if table is not None and (frame.parent is None or frame.parent.place.table is not table):
            self.drafts[table.start :] = with_rows(table, self.drafts[table.start :])
        if self._text.here is frame:
            self._text.here = frame.parent
        self._top = frame.parent

    def _read(self, text: str, frame: Frame) -> None:
        visible = 0 if text.isspace() else len((text := inline.clean(text)).strip())
        if frame.hidden_by:
            self.hidden[frame.hidden_by] += visible
        elif text:
            self.shown += visible
            self._text.runs.append(Run(text, frame.style))
            if visible:
                self._text.see(frame)

    def _break(self, frame: Frame | None) -> None:
        if frame is None or frame.hidden_by:
            return
        if frame.place.label == "code":
            self._text.runs.append(Run("\n"))
        elif self._text.after_break:
            self._flush()
        else:
            self._text.runs.append(Run(" ", frame.style))
            self._text.after_break = self._text.common is not None

    def _new_line(self) -> None:
        runs = self._text.runs
        if runs and not runs[-1].text.endswith("\n"):
            runs.append(Run("\n"))

    def _mark(self, node: LexborNode, tag: str, attributes: Attributes, words: frozenset[str], frame: Frame) -> bool:
        """Take up a footnote mark, or pass over a link from a footnote back to its mark; False for other elements."""
        if tag not in ("a", "sup", "span") or frame.hidden_by or frame.place.label == "code":
            return False
        text = self._text
        begun = text.common is not None
        in_note = frame.place.label == "footnote" or bool(text.note)
        back = note_markup.returns_to_mark(node, tag, attributes, words)
        if back is not None and (not back or in_note or not begun):
            text.note = text.note or ("" if in_note else back)
            return True
        label = note_markup.mark_label(node, tag, attributes, words)
        if label is None:
            return False
        if begun or not in_note:
            style = tuple(marker for marker in frame.style if marker != CODE and marker[0] != LINK)
            text.runs.append(Run("", style, label))
            text.mark = label
            self._last_note = max(self._last_note, int(label)) if label.isdecimal() else self._last_note
        return True

    def _apart(
        self, node: LexborNode, tag: str, attributes: Attributes, words: frozenset[str], parent: Frame
    ) -> Place | None:
        """The place inside an element that interrupts a block: a footnote in a sentence, an edit link in a heading."""
        text, label = self._text, parent.place.label
        if parent.hidden_by or label in ("footnote", "code", "control"):
            return None
        if label == "heading":
            return Place("control") if markup.is_heading_control(node, tag, words) else None
        if text.common is None:
            return None
        if note_markup.is_inline_note(attributes, words) or (text.mark and note_markup.is_tooltip(attributes)):
            if not text.mark:
                self._last_note += 1
                text.mark = str(self._last_note)
                text.runs.append(Run("", (), text.mark))
            note, text.mark = text.mark, ""
            return Place("footnote", info=note)
        return None

    def _flush(self) -> None:
        """End the block being read: a draft of it, and the footnotes that interrupted it."""
        text = self._text
        if text.common is None and not text.runs and not text.note:
            return
        if text.common is None:
            self._text = Text(note=text.note)  # a note's number may stand in a box of its own before the note's
            return
        self._text = Text()
        draft = self._code(text, text.common) if text.common.place.label == "code" else self._draft(text, text.common)
        if draft.text:
            self._file(draft, text.common.place)
        self._sink += text.held

    def _code(self, text: Text, frame: Frame) -> Draft:
        code = "".join(run.text for run in text.runs).strip("\n").rstrip()
        words = count_words(code)
        return Draft("code", code, code, 0, self._language, 0, frame.number, frame.block_tag, 0, words)

    def _draft(self, text: Text, frame: Frame) -> Draft:
        place = frame.place
        label, level, info, group = place.label, place.level, place.info, place.group
        if text.note:
            label, level, info, group = "footnote", 0, text.note, 0
        elif text.only_controls and label in _MAY_BE_CONTROLS:
            label, level, info, group = "control", 0, "", 0
        elif label == "list-item" and place.item is not None and place.item.begun:
            info = ""  # continues the item
        runs = inline.folded(text.runs)
        if label == "footnote" and runs:
            first = runs[0]._replace(text=note_markup.without_label(runs[0].text, info))
            runs = inline.folded([first, *runs[1:]])
        body = inline.plain(runs)
        markdown = inline.markdown(runs)
        if label not in ("heading", "table-row"):
            markdown = inline.escape_start(markdown)
        return Draft(
            label, body, markdown, level, info, group, frame.number, frame.block_tag,
            count_words(link_text(runs)), count_words(body),
        )  # fmt: skip

    def _file(self, draft: Draft, place: Place) -> None:
        """Add a draft to the blocks, to its list item and to its table cell."""
        self._sink.append(draft)
        if place.item is not None:
            if draft.label in ("list-item", "code"):
                draft.item = place.item
                place.item.blocks += 1
                place.item.begun = place.item.begun or draft.label == "list-item"
            place.item.headed = place.item.headed or draft.label == "heading"
        if place.row is not None:
            place.row.table.layout = place.row.table.layout or draft.label in ("heading", "code")
            if draft.label not in ("footnote", "caption") and place.row.cells:
                draft.row = place.row
                place.row.cells[-1].append(draft)
