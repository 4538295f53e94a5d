"""What a user looks for, as SQLite's FTS5 and as patterns for the snippets. Pure."""

import re

from harvester.errors import InputError
from harvester.search.words import is_alone, tokens
from harvester.types import Frozen

MAX_TERMS = 100
_PART = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


class Term(Frozen):
    """A word or a phrase."""

    tokens: tuple[str, ...]
    prefix: bool = False
    """Whether the last token may go on."""

    @property
    def match(self) -> str:
        """As FTS5 writes it; tokens hold no quote."""
        return f'"{" ".join(self.tokens)}"' + (" *" if self.prefix else "")

    @property
    def pattern(self) -> str:
        """A regular expression that finds it in text made of `words.cell`."""
        first, last = self.tokens[0], self.tokens[-1]
        before = "" if is_alone(first) else "(?<![^ ])"
        behind = "" if is_alone(last) or self.prefix else "(?![^ ])"
        return before + " *".join(map(re.escape, self.tokens)) + behind


class Query(Frozen):
    """What must occur, and what must not."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()

    @property
    def match(self) -> str:
        """As FTS5 writes it."""
        both = " AND ".join(term.match for term in self.wanted)
        return both + "".join(f" NOT {term.match}" for term in self.unwanted)


def parse(text: str) -> Query:
    """`lamp keeper`: both words; `"old lamp"`: one behind the other; `-bell`: not that; `light*`: how a word begins.

    Raises InputError.
    """
    if text.count('"') % 2:
        raise InputError(f'{text}: a quotation mark is not closed; write a phrase as "old lamp"')
    wanted, unwanted = list[Term](), list[Term]()
    for part in _PART.finditer(text):
        phrase, word = part["phrase"], part["word"] or ""
        term = Term(tuple(tokens(word if phrase is None else phrase)), phrase is None and word.endswith("*"))
        if term.tokens:
            (unwanted if part["minus"] else wanted).append(term)
    if not wanted:
        what = "only words that must not occur" if unwanted else "no word to look for"
        raise InputError(f"{text or repr(text)}: {what}; name one that must, such as lamp")
    if len(wanted) + len(unwanted) > MAX_TERMS:
        raise InputError(f"{text[:80]}…: more than {MAX_TERMS} words and phrases; take fewer")
    return Query(tuple(wanted), tuple(unwanted))
