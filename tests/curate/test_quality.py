"""What the signals of quality are for texts of which each can be counted by hand."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import curate
from harvester.curate import grams, stop_words
from harvester.extraction import escape
from harvester.types import Block, Document, Metadata, Quality, Verdict


def document(*blocks: str | Block) -> Document:
    """A document of kept blocks; a text is a paragraph."""
    made = [block if isinstance(block, Block) else Block("paragraph", block, escape(block)) for block in blocks]
    text = "\n\n".join(block.text for block in made)
    verdicts = (Verdict(True, 0.9, "body"),) * len(made)
    return Document(text, text, Metadata(), tuple(made), verdicts, "blocks", 0.9, False, 0, 0)


def quality(*blocks: str | Block, language: str | None = "en") -> Quality:
    return curate.read(document(*blocks), language=language, host=None).quality


def item(text: str) -> Block:
    return Block("list-item", text, text, level=1, info="-", group=1)


def test_every_signal_is_a_key_of_every_record_with_one_type() -> None:
    for found in (
        quality("The sea rose, and the harbour was closed for the night."),
        quality("潮の満ち引き", language="ja"),
    ):
        assert list(msgspec.to_builtins(found)) == list(Quality.__struct_fields__)
        assert msgspec.convert(msgspec.to_builtins(found), Quality) == found


def test_words_and_their_lengths() -> None:
    found = quality("It is 12 o'clock.")
    assert (found.words, found.mean_word_length, found.letter_words) == (4, 3.25, 0.75)


def test_a_word_of_hindi_is_one_word_although_it_is_written_with_marks() -> None:
    assert quality("हिन्दी में लिखा हुआ", language="hi").words == 4
    assert quality("می‌خواهم", language="fa").words == 1


def test_symbols_are_counted_for_each_word() -> None:
    assert quality("# one ... two … three #four").symbol_words == 1.0


def test_lines_are_told_by_how_they_begin_and_end() -> None:
    found = quality("It ends.", "It goes on ...", "• a bullet", item("an item"), '"Said!"', "- a dash", "-5 degrees")
    assert found.bullet_lines == round(3 / 7, 4)
    assert found.ellipsis_lines == round(1 / 7, 4)
    assert found.terminal_lines == round(2 / 7, 4)
    assert found.short_lines == 1.0
    assert found.list_words == round(2 / 14, 4)


def test_the_lines_of_a_block_of_code_are_lines_and_its_brackets_do_not_count() -> None:
    found = quality(Block("code", "if (x) {\n    y();\n}", ""), "A { in prose")
    assert (found.short_lines, found.curly_brackets, found.terminal_lines) == (1.0, 1, 0.0)


def test_filler_text_and_talk_of_javascript_are_found() -> None:
    found = quality("Lorem ipsum dolor sit amet.", "Please enable JavaScript.")
    assert (found.lorem_ipsum, found.javascript_lines) == (True, 0.5)
    assert quality("The tide.").lorem_ipsum is False


def test_lines_and_paragraphs_that_stood_before() -> None:
    found = quality("aaaa", "bb", "aaaa", "aaaa")
    assert (found.duplicate_lines, found.duplicate_paragraphs) == (0.5, 0.5)
    assert (found.duplicate_line_characters, found.duplicate_paragraph_characters) == (
        round(8 / 14, 4),
        round(8 / 14, 4),
    )


def test_the_commonest_run_of_words_by_its_share_of_characters() -> None:
    found = quality("ab cd ef ab cd gh ab cd")
    assert found.top_2gram == round(3 * 4 / 16, 4)
    assert found.top_3gram == 0.0, "no run of three stands twice"
    assert quality("ha ha ha ha").top_2gram == 1.0, "runs that overlap are no more than the whole"


def test_words_in_runs_that_stood_before_count_once() -> None:
    found = quality("a b c d e f x a b c d e f")
    assert found.duplicate_5gram == found.duplicate_6gram == round(6 / 13, 4)
    assert found.duplicate_7gram == found.duplicate_10gram == 0.0
    assert quality("a " * 100).duplicate_10gram == 0.99


def test_stop_words_are_counted_in_the_language_of_the_text_and_null_without_a_list() -> None:
    text = "The keeper of the lamp and the bell that rings"
    assert quality(text).stop_words == 4
    assert quality(text, language="de").stop_words == 0
    assert quality(text, language=None).stop_words is None
    assert quality(text, language="la").stop_words is None


@pytest.mark.parametrize("code", stop_words._WORDS)
def test_the_words_of_a_list_are_single_words_and_lower_case(code: str) -> None:
    listed = stop_words._WORDS[code].split()
    assert listed == [word.lower() for word in listed] and len(listed) >= 8
    assert all(len(grams.read([word]).hashes) == 1 for word in listed)
    assert len(set(listed)) == len(stop_words.of_language(code) or ())


def test_scripts_without_spaces_are_measured_by_characters() -> None:
    chinese = "潮水每天涨落两次，因为月亮的引力。"
    found = quality(chinese * 3, language="zh")
    assert found.words == 3 * 15
    assert found.mean_word_length is None and found.stop_words is None
    assert found.sentences == 3 and found.terminal_lines == 1.0
    # A run of five words is one of ten characters.
    assert found.duplicate_5gram == round(30 / 45, 4)
    assert quality(chinese, language="zh").duplicate_5gram == 0.0
    assert quality("一二三四五六七八九十一二三四五").short_lines == 0.0, "fifteen characters are a line of thirty"


def test_thai_marks_no_end_of_a_sentence() -> None:
    found = quality("ภาษาไทยเป็นภาษาที่มีระดับเสียง", language="th")
    assert (found.sentences, found.terminal_lines, found.mean_word_length) == (None, None, None)


def test_a_text_without_words_has_no_length_of_words() -> None:
    found = quality("* * *")
    assert (found.words, found.mean_word_length, found.symbol_words, found.duplicate_5gram) == (0, None, 0.0, 0.0)


def test_numbers_have_four_places() -> None:
    values = msgspec.to_builtins(quality("one two three", "one two", "four", "one two three four five six seven"))
    assert all(round(value, 4) == value for value in values.values() if isinstance(value, float))


_SENTENCE_END = re.compile(r"[.!?](?=[\"'”’»)\]]{0,3}(?:\s|\Z))|[。！？｡؟۔।॥։።။]")


@given(st.text("ab.!?\"'”) \n\u2028。؟-", max_size=30))
def test_sentences_end_where_the_pattern_says_so(text: str) -> None:
    assert quality(text).sentences == len(_SENTENCE_END.findall(text))
