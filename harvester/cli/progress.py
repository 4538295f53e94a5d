"""How far a run is, on stderr while it goes, where that is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from harvester.run import Progress


@contextmanager
def progress(quiet: bool) -> Iterator[Progress | None]:
    """What a run reports to; None when stderr is no terminal, or `quiet`."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from harvester.cli.bars import Display

    with Display() as display:
        yield display.report
