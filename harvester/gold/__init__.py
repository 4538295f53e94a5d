"""Gold on disk comes in, a folder a page; GoldPages go out: the raw bytes, and what a person says stands in them.

Gold is also made here of a page as it is extracted now (`add`), imported from the formats of others (`importing`), and linted
(`lint`): from these modules, so that to read gold loads little.
"""

from harvester.gold.read import Expect, GoldPage, Problem, capture_of, read_gold, survey

__all__ = [
    "Expect",
    "GoldPage",
    "Problem",
    "capture_of",
    "read_gold",
    "survey",
]
