"""What a word is, and how white space folds: one definition for counts, scores and rules."""

import re

UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts written without spaces, as a class of characters: each counts as a word (Thai, Lao, Myanmar, Khmer, kana, Han)."""
_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+(?:['’\-][^\W{UNSPACED}]+)*")
_SENTENCE_END = re.compile(r"(?:[.!?…:;।؟。！？：]|\.\.\.)[\"'”’»)\]」』】*_]*\s*$")


def words(text: str) -> list[str]:
    """The words of a text, lower case; `self-made` and `it’s` are one word each."""
    return _WORD.findall(text.lower())


def count_words(text: str) -> int:
    """How many words a text has."""
    return sum(1 for _ in _WORD.finditer(text))


def fold(text: str) -> str:
    """White space of any kind and length as one space, none at the ends."""
    return " ".join(text.split())


def ends_sentence(text: str) -> bool:
    """Whether the text ends as a sentence does, closing quotes and brackets aside."""
    return _SENTENCE_END.search(text[-16:]) is not None
