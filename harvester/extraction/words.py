"""What a word is, and how white space folds: one definition for counts, scores and rules."""

import re

import cython

UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts written without spaces, as a class of characters: each counts as a word (Thai, Lao, Myanmar, Khmer, kana, Han)."""
_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+(?:['’\-][^\W{UNSPACED}]+)*")
_SENTENCE_END = re.compile(r"(?:[.!?…:;।؟。！？：]|\.\.\.)[\"'”’»)\]」』】*_]*\s*$")


def words(text: str) -> list[str]:
    """The words of a text, lower case; `self-made` and `it’s` are one word each."""
    return _WORD.findall(text.lower())


def count_words(text: str) -> int:
    """How many words a text has: as many as `words` finds, which are not made."""
    count: cython.Py_ssize_t = 0
    inside: cython.bint = False
    joined: cython.bint = False
    for char in text:
        if "a" <= char <= "z" or "A" <= char <= "Z":  # these and the space are most characters of most pages
            count += not (inside or joined)
            inside, joined = True, False
        elif char == " ":
            inside = joined = False
        elif char >= "\u0e00" and (
            char <= "\u0eff"
            or "\u1000" <= char <= "\u109f"
            or "\u1780" <= char <= "\u17ff"
            or "\u3040" <= char <= "\u30ff"
            or "\u3400" <= char <= "\u4dbf"
            or "\u4e00" <= char <= "\u9fff"
            or "\uf900" <= char <= "\ufaff"
        ):
            count += 1
            inside = joined = False
        elif char.isalnum() or char == "_":
            count += not (inside or joined)
            inside, joined = True, False
        else:
            joined = inside and (char == "'" or char == "’" or char == "-")
            inside = False
    return count


def fold(text: str) -> str:
    """White space of any kind and length as one space, none at the ends."""
    parts: list[str] = []
    start: cython.Py_ssize_t = 0
    end: cython.Py_ssize_t = 0  # behind the last character that is no white space
    position: cython.Py_ssize_t = 0
    other: cython.bint = False  # than a space stands behind it
    for char in text:
        if "!" <= char <= "~" or not char.isspace():
            if position > end and (other or position > end + 1 or end == start):
                if end > start:
                    parts.append(text[start:end])
                start = position
            end = position + 1
            other = False
        elif char != " ":
            other = True
        position += 1
    if end - start == position:  # most texts are folded
        return text
    return " ".join([*parts, text[start:end]])


def ends_sentence(text: str) -> bool:
    """Whether the text ends as a sentence does, closing quotes and brackets aside."""
    return _SENTENCE_END.search(text[-16:]) is not None
