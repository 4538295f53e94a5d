"""How many children there are, and what one may take."""

import math

from msgspec.structs import replace

from harvester.types import Frozen

_PAGE_BYTES = 32_000_000


class Workers(Frozen):
    """Results do not depend on any of this, except those of items that no child gets through with.

    So the limits lie far above what a page takes that the gate of extraction lets pass. The worst found of 32 MB took
    11 s of a processor and 1.3 GiB; typical ones take milliseconds.
    """

    count: int = 1
    """Children at a time; with 0 the work is done in this process, and nothing is held to a limit."""
    memory: int = 4096
    """MiB of address space that a child may add to what it has once it is ready."""
    cpu: int = 120
    """Seconds of the processor for an item."""
    wall: float = 600.0
    """Seconds that are waited for an item: for one that sleeps. On a busy machine nobody may wait in vain for one that works."""
    items: int = 10_000
    """Items after which a child is replaced, against what a parser may leave behind."""
    growth: int = 200
    """MiB of resident memory by which a child may have grown after an item without being replaced."""

    def for_pages_of(self, most: int) -> "Workers":
        """As much more of everything as pages of so many bytes are larger than those of 32 MB."""
        times = max(1.0, most / _PAGE_BYTES)
        return replace(
            self, memory=math.ceil(self.memory * times), cpu=math.ceil(self.cpu * times), wall=self.wall * times
        )


HERE = Workers(0)
"""No children: a parser that crashes takes this process with it."""
