"""Size, depth and time: an index is input like any other."""

import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.errors import InputError
from harvester.index import markdown, read, read_index
from harvester.index.inline import Run, parser, read_run
from tests.index.conftest import Index, Problems

MARKUP = st.text(
    st.sampled_from(list("aé -*_~`[]()<>!|:/#&;\\\"'.{}?=@0\n\t\r\u2028\x00")) | st.characters(), max_size=200
)


@pytest.mark.parametrize("suffix", ["md", "txt", "jsonl", "csv"])
def test_a_long_line_is_an_error_with_its_number(problems: Problems, suffix: str) -> None:
    text = "\n" + "x" * (read.MAX_LINE + 1) + "\n\n" + "y" * 100_000
    assert problems(text, f"x.{suffix}") == (
        f"x.{suffix}:2: the line is longer than 65536 bytes: break it",
        f"x.{suffix}:4: the line is longer than 65536 bytes: break it",
    )


def test_bytes_that_are_not_utf_8_are_an_error_with_their_line(problems: Problems) -> None:
    assert problems(b"\xef\xbb\xbf\n\n- a\xff\n") == ("x.md:3: not UTF-8: save the index in that encoding",)


def test_an_index_that_is_too_large_is_an_error(problems: Problems) -> None:
    assert problems(b"\n" * (read.MAX_BYTES + 1), "x.txt") == (
        "x.txt:1: the index is larger than 67108864 bytes: part it into several",
    )
    assert problems("\n" * (markdown.MAX_BYTES + 1)) == (
        "x.md:1: a Markdown index of more than 8388608 characters: write it as JSON Lines",
    )


def test_an_endless_device_is_read_no_further_than_the_limit() -> None:
    with pytest.raises(InputError, match="larger than 67108864 bytes"):
        read_index("/dev/zero")


def test_too_many_blocks_are_an_error(problems: Problems, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "MAX_TOKENS", 1000)
    assert problems("*\n" * 2000) == ("x.md:500: too many items for Markdown: write the index as JSON Lines",)


@pytest.mark.parametrize("marks", ["> " * 30 + "a", "- " * 12 + "a", "1. " * 10_000, "> - " * 3000 + "a", ">" * 60_000])
def test_nesting_that_would_swallow_pages_is_an_error(problems: Problems, marks: str) -> None:
    assert problems(f"\n{marks}\n- a.html\n") == (
        "x.md:2: lists or quotes nested too deep: ten lists, or twenty quotes, at most",
    )


def test_the_deepest_nesting_allowed_swallows_nothing(index: Index) -> None:
    assert len(index("- " * 9 + "a.html\n").seeds) == 1
    assert len(index("> " * 17 + "- a.html\n").seeds) == 1


def test_a_long_paragraph_is_an_error(problems: Problems) -> None:
    assert problems("\n" + "words\n" * 2000) == (
        "x.md:2: more than 8192 characters of text in one piece: part or shorten it",
    )


@pytest.mark.parametrize(
    "text",
    [
        "[" * 60_000,
        "[\n" * 100_000,
        "> " * 100_000,
        ">\n" * 100_000,
        "*" * 5_000_000,
        ("*" * 80 + "\n") * 20_000,
        "- " + "[" * 8_000 + "\n",
        "- " + "a://" * 2_000 + "\n",
        "- " + "![" * 4_000 + "\n",
        "- " + "<!--" * 2_000 + "\n",
        "- " + "`a" * 4_000 + "\n",
        "<!--\n" * 50_000,
        "[a\n" * 20_000,
        "|" * 60_000 + "\n" + "|-" * 30_000 + "\n",
        "---\na: " + "[" * 16_000 + "\n---\n",
        "---\n" + "a:\n" * 5_000 + "---\n",
    ],
    ids=lambda text: text[:6].strip() + f"-{len(text)}",
)
def test_pathological_markdown_ends_soon(index: Index, text: str) -> None:
    start = time.process_time()
    try:
        assert index(text).seeds == ()
    except InputError as error:
        assert error.problems[0].startswith("x.md:")
    assert time.process_time() - start < 5  # 2 s on a free core


def items(count: int) -> str:
    return "".join(f"- [Page {n}](https://x.org/{n}) – note\n" for n in range(count))


def test_ten_thousand_entries_take_ten_times_the_time_and_memory_of_a_thousand(index: Index) -> None:
    seconds, peaks = [], []
    for count in (1_000, 10_000):
        index("")
        start = time.process_time()
        assert len(index(items(count)).seeds) == count
        seconds.append(time.process_time() - start)
    for count in (1_000, 10_000):
        tracemalloc.start()
        index(items(count))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert seconds[1] < 25 * seconds[0]
    assert peaks[1] < 12 * peaks[0]
    assert peaks[1] < 80_000_000


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=MARKUP, suffix=st.sampled_from(["md", "txt", "jsonl", "csv", "tsv"]))
def test_whatever_an_index_holds_it_is_read_or_refused(index: Index, text: str, suffix: str) -> None:
    for front in ("", "- ", "---\n", '{"url":"', "url\n"):
        try:
            listing = index((front + text).encode(errors="replace"), f"x.{suffix}")
        except InputError as error:
            assert all(problem.startswith(f"x.{suffix}:") and "\n" not in problem for problem in error.problems)
        else:
            assert all((seed.url or seed.path) and seed.line > 0 for seed in listing.seeds)


@given(
    text=st.text(st.sampled_from(list("a é.,:;-|\"'()!#/@0w")), min_size=1, max_size=60)
    .map(str.strip)
    .filter(lambda text: "://" not in text)
)
def test_text_without_markup_is_what_the_parser_would_make_of_it(text: str) -> None:
    parsed = parser().parseInline(text, {})[0].children or ()
    assert "".join(token.content for token in parsed) == text
    assert read_run(text, {}) == Run(source=text, text=text, links=(), struck=(), code=0)
