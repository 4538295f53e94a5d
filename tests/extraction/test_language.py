"""The language of a text: what the library answers, by a shorter way."""

import py3langid
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.extraction.language import language_of

TEXTS = {
    "en": "The harbour wall keeps the worst of the sea out, and twice a day the tide lets the boats go where they want.",
    "de": "Die Hafenmauer hält das Schlimmste der See ab, und zweimal am Tag lässt die Flut die Boote hinaus.",
    "fr": "Le mur du port arrête le pire de la mer, et deux fois par jour la marée laisse sortir les bateaux.",
    "ru": "Стена гавани защищает от худшего в море, и дважды в день прилив выпускает лодки в открытое море.",
    "ja": "港の壁は海の荒波を防ぎ、一日に二度、潮の満ち引きに合わせて船は沖へ出て行くことができる。",
    "el": "Το τείχος του λιμανιού κρατά έξω τη θάλασσα και δύο φορές την ημέρα η παλίρροια αφήνει τις βάρκες να φύγουν.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_is_told_as_the_library_tells_it(language: str) -> None:
    for text in (TEXTS[language], TEXTS[language].upper(), TEXTS[language] * 40):
        assert language_of(text) == py3langid.classify(text[:1_000])[0]
    assert language_of(TEXTS[language]) == language


@given(st.text(min_size=40, max_size=300).filter(lambda text: sum(c.isalpha() for c in text) >= 40))
def test_any_text_is_told_as_the_library_tells_it(text: str) -> None:
    assert language_of(text) == py3langid.classify(text)[0]


def test_under_40_letters_nothing_is_guessed() -> None:
    assert language_of("x" * 39) is None and language_of("1 2 3 " * 100) is None
    assert language_of("the sea " * 8) is not None
