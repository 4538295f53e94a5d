"""Lines that stand in many records of a host: what is left of its template.

Two passes, so that memory does not grow with the text. The first counts every line of a host in a table of counters by its
digest; lines may share a counter, so that a counter is never too small. The second counts for itself each line whose
counter is large enough. What is found is exact.
"""

import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from math import ceil

from harvester.extraction import count_words
from harvester.gate.findings import Finding

_FEWEST_WORDS = 5
"""Of a line: shorter ones are headings that many articles have, such as `See also`."""
_COUNTERS = 1 << 24
"""At most: 32 MB."""
_PER_RECORD = 64
_MOST = 65_535
_SHOWN = 5
_LONGEST = 160


class Repeated:
    """Give it all records to `count`, then all again to `look`."""

    def __init__(self, records: int) -> None:
        size = 1 << max(12, (records * _PER_RECORD).bit_length())
        self._counters = array("H", bytes(2 * min(size, _COUNTERS)))
        self._found: dict[str, Counter[str]] = defaultdict(Counter)

    def count(self, host: str, text: str) -> None:
        """The first pass."""
        counters = self._counters
        for line in _lines(text):
            place = self._place(host, line)
            if counters[place] < _MOST:
                counters[place] += 1

    def look(self, host: str, text: str, least: int) -> None:
        """The second pass; `least` records of the host make a line repeated."""
        for line in _lines(text):
            if self._counters[self._place(host, line)] >= min(least, _MOST):
                self._found[host][line] += 1

    def _place(self, host: str, line: str) -> int:
        return zlib.crc32(f"{host}\n{line}".encode("utf-8", "replace")) & (len(self._counters) - 1)

    def findings(self, least: Mapping[str, int], records: Mapping[str, int]) -> Iterator[Finding]:
        """One for each host that has such lines, with the commonest of them."""
        for host in sorted(self._found):
            lines = [(-number, line) for line, number in self._found[host].items() if number >= least[host]]
            if lines:
                shown = tuple(f"+ {-number} × {line[:_LONGEST]}" for number, line in sorted(lines)[:_SHOWN])
                said = "1 line stands" if len(lines) == 1 else f"{len(lines):,} lines stand"
                detail = f"{said} in at least {least[host]:,} of its {records[host]:,} records"
                yield Finding("boilerplate", host, detail, lines=shown)


def least_records(records: Mapping[str, int], fewest: int, share: float) -> dict[str, int]:
    """For each host with at least `fewest` records, from how many on a line is repeated."""
    return {host: max(fewest, ceil(share * number)) for host, number in records.items() if number >= fewest}


def _lines(text: str) -> set[str]:
    return {line for part in text.split("\n\n") if count_words(line := part.strip()) >= _FEWEST_WORDS}
