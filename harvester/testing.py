"""A plugin for pytest: the fixture `harvest_gold` runs a test once for each gold page, with what is extracted of it now.

    def test_site(harvest_gold):
        harvest_gold.assert_f1(0.95)
        harvest_gold.assert_snippets()

Nothing of harvester is imported, and no file is read, before a test asks for the fixture.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harvester.extraction import Weights
    from harvester.gate.page_score import PageScore
    from harvester.gold import GoldPage
    from harvester.judge.overlaps import Overlap
    from harvester.settings import Recipe
    from harvester.types import Capture, Document

_ROOT = "seeds/gold"
_SHOWN = 10
"""Blocks of text lost or gained that a message shows, the longest ones."""


class HarvestGold:
    """A gold page and what is extracted of it, each computed when it is asked for and once."""

    def __init__(self, page: "GoldPage", recipe: "Recipe", weights: "Weights") -> None:
        self.page = page
        self._recipe, self._weights = recipe, weights

    def __repr__(self) -> str:
        return f"<gold page {self.page.name}>"

    @cached_property
    def capture(self) -> "Capture":
        """The page as if it had just come."""
        from harvester.gold import capture_of

        return capture_of(self.page)

    @cached_property
    def document(self) -> "Document":
        """What is extracted now. Raises PageError."""
        from harvester.extraction import extract_page

        return extract_page(self.capture, self._recipe, self._weights)

    @cached_property
    def score(self) -> "PageScore":
        """The scores, as `harvest check` has them."""
        from harvester.gate.score import score_page

        return score_page(self.page, self.capture, self._recipe, self._weights)

    @property
    def words(self) -> "Overlap":
        """Common, found and gold words, with `precision`, `recall` and `f1`; skips the test where the gold has no body."""
        if self.score.words is None:
            pytest.skip(f"{self.page.name}: its gold has no body")
        return self.score.words

    @property
    def f1(self) -> float:
        """Word F1 of the text to the gold's body."""
        return self.words.f1

    @property
    def missing(self) -> tuple[str, ...]:
        """Snippets that must be in the text, and are not."""
        return self.score.missing

    @property
    def leaked(self) -> tuple[str, ...]:
        """Snippets that must not be in the text, and are."""
        return self.score.leaked

    def assert_f1(self, least: float) -> None:
        """Fail below a word F1, saying which text is missing and which is too much."""
        __tracebackhide__ = True
        if self.f1 < least:
            words = self.words
            parts = f"precision {words.precision:.3f}, recall {words.recall:.3f}"
            said = f"{self.page.name}: word F1 {words.f1:.3f} < {least} ({parts})"
            pytest.fail("\n".join([said, *self._moved()]), pytrace=False)

    def assert_snippets(self) -> None:
        """Fail where a snippet that must be there is not, or one that must not is."""
        __tracebackhide__ = True
        if wrong := [*(f"- {text}" for text in self.missing), *(f"+ {text}" for text in self.leaked)]:
            said = f"{self.page.name}: {len(self.missing)} snippets missing, {len(self.leaked)} leaked"
            pytest.fail("\n".join([said, *self._failed(), *wrong]), pytrace=False)

    def assert_metadata(self, *fields: str) -> None:
        """Fail where a field is not what the gold states; all that it states, if none is named."""
        __tracebackhide__ = True
        wrong = [field for field in self.score.wrong if not fields or field.field in fields]
        if wrong or self.score.failed:
            said = f"{self.page.name}: metadata is not what the gold states"
            rows = [f"{row.field}: expected {row.expected!r}, found {row.found!r}" for row in wrong]
            pytest.fail("\n".join([said, *self._failed(), *rows]), pytrace=False)

    def _failed(self) -> list[str]:
        return [f"no text: {self.score.failed}"] if self.score.failed else []

    def _moved(self) -> list[str]:
        """`- ` text that is missing, `+ ` text that is too much, each with the reason of its verdict."""
        moves = self.score.moves
        more = [f"… and {len(moves) - _SHOWN} blocks more"] if len(moves) > _SHOWN else []
        return [*self._failed(), *(f"{move.sign} {move.text}  [{move.reason}]" for move in moves[:_SHOWN]), *more]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--harvest-gold DIR`, and `harvest_gold_root` of the settings file."""
    group = parser.getgroup("harvester", "gold pages of harvester")
    group.addoption("--harvest-gold", metavar="DIR", help=f"gold that the fixture harvest_gold reads (default {_ROOT})")
    parser.addini(
        "harvest_gold_root", f"gold that the fixture harvest_gold reads, relative to the root folder ({_ROOT})"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each gold page, named as its folder."""
    if "harvest_gold" not in metafunc.fixturenames:
        return
    from harvester.errors import HarvestError
    from harvester.extraction import load_weights
    from harvester.gold import read_gold
    from harvester.settings import resolve

    config = metafunc.config
    given = config.getoption("--harvest-gold")
    root = Path.cwd() / given if given else config.rootpath / (str(config.getini("harvest_gold_root")) or _ROOT)
    try:
        pages, recipe = read_gold(root), resolve(folder=config.rootpath).extract
    except HarvestError as error:
        raise pytest.UsageError(str(error)) from None
    found = [(page, recipe, load_weights()) for page in pages]
    metafunc.parametrize("harvest_gold", found, ids=[page.name for page in pages], indirect=True)


@pytest.fixture
def harvest_gold(request: pytest.FixtureRequest) -> HarvestGold:
    """A gold page, what is extracted of it now, and its scores; the test runs once for each page."""
    return HarvestGold(*request.param)
