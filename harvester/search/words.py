"""Text as it is searched: without case, accents and points, and one word a character in scripts without spaces. Pure."""

import re
import unicodedata
from functools import lru_cache

from harvester.extraction import UNSPACED

_ALONE = re.compile(f"([{UNSPACED}])")
# Canonical combining classes of what a reader may leave out: Hebrew and Arabic points (10 to 36), and accents (200 on).
# Below 10 and from 84 to 132 stand signs that make another letter or vowel: nukta, voicing marks, vowels of Thai.
_MARKS = re.compile(
    "[{}]+".format(
        "".join(
            re.escape(chr(code))
            for code in range(0x300, 0x1F000)
            if 10 <= (kind := unicodedata.combining(chr(code))) <= 36 or kind >= 200
        )
    )
)
_DOTLESS = str.maketrans({"ı": "i", "ـ": None, "\u200c": " ", "\u200d": None})


def searchable(text: str) -> str:
    """Words apart by blanks or punctuation, folded: `Ёлка` → `елка`, `IŞIK` and `ışık` → `isik`, `灯台` → ` 灯  台 `.

    Compatibility forms become plain ones (NFKC), case is folded, marks that a reader may leave out go, dotless i
    becomes i, the Arabic stretch and joiners go.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_DOTLESS)
    plain = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", folded)))
    return _ALONE.sub(r" \1 ", plain)


def tokens(text: str) -> list[str]:
    """The words of a text as the index holds them: runs of letters, marks and digits."""
    return "".join(character if _is_word(character) else " " for character in searchable(text)).split()


@lru_cache(maxsize=65_536)
def cell(character: str) -> str:
    """One character as `searchable` folds it; a blank where it parts words."""
    if character.isspace():
        return " "
    return "".join(c if _is_word(c) else " " for c in searchable(character).strip())


def is_alone(token: str) -> bool:
    """Whether a token is a character of a script without spaces."""
    return _ALONE.fullmatch(token) is not None


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"
