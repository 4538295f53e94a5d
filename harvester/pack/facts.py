"""What the files that describe a version tell of it, beside the manifest's counts. Plain data."""

from collections.abc import Mapping

from harvester.pack.licenses import Stated
from harvester.types import Frozen


class Facts(Frozen):
    """Figures counted while the version was packed, and what its index says of it."""

    name: str
    description: str | None
    license: str | None
    languages: Mapping[str, int]
    """Records by language, `unknown` among them."""
    hosts: Mapping[str, int]
    years: Mapping[str, int]
    splits: Mapping[str, int]
    """Records by split, in the order of the setting."""
    confidence: Mapping[str, int]
    """Records by expected word F1, in tenths, from the best down."""
    licenses: Mapping[Stated, int]
    newest: str
    """The date of the newest capture, `YYYY-MM-DDTHH:MM:SSZ`."""
    cut: int
    """Records whose text or page was cut at a limit."""
    opted_out: int
    """Records whose page asks those who mine text to keep off."""
    duplicates: int
    """Records that say which other record they repeat."""
