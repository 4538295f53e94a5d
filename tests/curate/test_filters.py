"""Bounds on the signals of quality: what a preset drops, and how a Failure says so."""

import pytest
from msgspec.structs import replace

from harvester.curate.filters import PRESETS, Bound, bounds_of, check_language, check_quality
from harvester.errors import InputError, PageError
from harvester.settings import CurateSettings
from tests.curate.test_quality import quality

GOOD = quality(
    "The keeper of the lamp climbed to the gallery before the sun had set, and with a steady hand he trimmed the wick.",
    "Nobody in the harbour would be out of bed by then. A storm that had been forecast for days was still far away.",
    "In winter the boats stay on land. Their owners mend nets, paint hulls and argue about the price of diesel, of ice "
    "and of crates; when spring comes, most of what they agreed upon is forgotten.",
)


def refusal(settings: CurateSettings, **changed: object) -> str | None:
    try:
        check_quality(replace(GOOD, **changed), 0.8, settings, bounds_of(settings))  # type: ignore[arg-type]
    except PageError as error:
        assert error.reason == "quality"
        return error.detail
    return None


@pytest.mark.parametrize("preset", PRESETS)
def test_running_text_passes_every_preset(preset: str) -> None:
    assert refusal(CurateSettings(preset=preset)) is None  # type: ignore[arg-type]


def test_nothing_is_dropped_by_default() -> None:
    assert refusal(CurateSettings(), words=0, duplicate_lines=1.0, lorem_ipsum=True) is None


@pytest.mark.parametrize(
    ("preset", "changed", "detail"),
    [
        ("gopher", {"words": 49}, "words = 49, must be >= 50"),
        ("gopher", {"words": 100_001}, "words = 100001, must be <= 100000"),
        ("gopher", {"mean_word_length": 2.9}, "mean_word_length = 2.9, must be >= 3"),
        ("gopher", {"stop_words": 1}, "stop_words = 1, must be >= 2"),
        ("gopher", {"top_4gram": 0.17}, "top_4gram = 0.17, must be <= 0.16"),
        ("fineweb", {"short_lines": 0.7}, "short_lines = 0.7, must be <= 0.67"),
        ("fineweb", {"duplicate_line_characters": 0.15}, "duplicate_line_characters = 0.15, must be <= 0.1"),
        ("fineweb", {"words": 20}, "words = 20, must be >= 50"),
        ("c4", {"sentences": 2}, "sentences = 2, must be >= 3"),
        ("c4", {"curly_brackets": 1}, "curly_brackets = 1, must be <= 0"),
        ("c4", {"lorem_ipsum": True}, "lorem_ipsum = 1, must be <= 0"),
    ],
)
def test_a_failure_names_the_signal_its_value_and_the_bound(
    preset: str, changed: dict[str, object], detail: str
) -> None:
    assert refusal(CurateSettings(preset=preset), **changed) == detail  # type: ignore[arg-type]


def test_a_signal_that_is_undefined_drops_nothing() -> None:
    assert refusal(CurateSettings(preset="gopher"), stop_words=None, mean_word_length=None) is None
    assert refusal(CurateSettings(preset="c4"), sentences=None) is None


def test_bounds_of_ones_own_go_before_those_of_the_preset_side_by_side() -> None:
    settings = CurateSettings(preset="gopher", bounds="words >= 10; duplicate_lines<=0.5, short_lines <= 0.4")
    assert refusal(settings, words=12, duplicate_lines=0.45) is None
    assert refusal(settings, words=9) == "words = 9, must be >= 10"
    assert refusal(settings, words=100_001) == "words = 100001, must be <= 100000"
    assert Bound("short_lines", "<=", 0.4) in bounds_of(settings)


@pytest.mark.parametrize(
    ("bounds", "message"),
    [("words > 5", "words > 5"), ("word >= 5", "'word' is no signal of quality"), ("words >= many", "words >= many")],
)
def test_a_bound_that_cannot_be_read_is_an_input_error(bounds: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        bounds_of(CurateSettings(bounds=bounds))


def test_confidence_has_a_bound_of_its_own() -> None:
    assert refusal(CurateSettings(min_confidence=0.9)) == "confidence = 0.8, must be >= 0.9"
    assert refusal(CurateSettings(min_confidence=0.8)) is None


@pytest.mark.parametrize("language", ["fr", None, "eng"])
def test_a_text_in_another_language_is_dropped_or_in_none_that_is_known(language: str | None) -> None:
    with pytest.raises(PageError, match=rf"language: language = {language or 'unknown'}; kept are en, de"):
        check_language(language, CurateSettings(languages="en, de"))


@pytest.mark.parametrize("language", ["en", "de", "de-AT"])
def test_a_text_in_a_language_that_is_named_is_kept(language: str) -> None:
    check_language(language, CurateSettings(languages="en, de"))
    check_language(language, CurateSettings())
