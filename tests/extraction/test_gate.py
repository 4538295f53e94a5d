"""The work gate: what it measures, what it refuses, and that it takes no longer for hostile markup."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import PageError
from harvester.extraction.gate import Shape, check


def measure(html: str) -> Shape:
    return check(html.encode("utf-8", "replace"), max_depth=5_000, max_attributes=1_000)


def test_depth_counts_open_elements_and_elements_counts_start_tags() -> None:
    html = "<html><body><div><section><p>a</p></section></div><div>b</div></body></html>"
    assert measure(html) == Shape(depth=2, elements=6)


def test_an_end_tag_closes_only_an_open_element_of_its_name() -> None:
    assert measure("<div></span></span><div></div></div><div>") == Shape(depth=2, elements=3)


def test_names_are_told_apart_whatever_they_have_in_common_and_one_in_capitals_is_the_same() -> None:
    names = [first + second + last for first in "abcd" for second in ("", "x", "y-") for last in "efghu"]
    opened, closed = "".join(f"<{name}>" for name in names), "".join(f"</{name.upper()}>" for name in names)
    assert measure((opened + closed) * 3) == Shape(depth=len(names), elements=3 * len(names))


def test_elements_that_close_one_another_and_void_ones_do_not_nest() -> None:
    html = "<ul>" + "<li>a" * 6_000 + "</ul>" + "<p>b" * 6_000 + "<br>" * 6_000
    assert measure(html) == Shape(depth=1, elements=18_001)


def test_tags_inside_comments_scripts_and_quoted_values_are_not_counted() -> None:
    html = (
        "<!-- <div><div> --><script>'<div><div>'</script><style><i></style>"
        "<textarea><b></textarea><a title='<div><div>' rel=x>c</a><!--> <em>d</em>"
    )
    assert measure(html) == Shape(depth=1, elements=5)


def test_a_quote_outside_an_attribute_value_hides_nothing() -> None:
    assert measure('<p "><div><div><div "x>').depth == 3


def test_inside_svg_only_a_slash_closes_and_flat_names_nest() -> None:
    assert measure("<svg><path d='x'/><path d='y'/></svg>").depth == 1
    assert measure("<svg><td><td><title><g>").depth == 5
    with pytest.raises(PageError, match="more than 5000"):
        measure("<svg>" + "<td>" * 5_000)


@pytest.mark.parametrize("tag", ["<div>", "<ul><li>", "<template>", "<b>", "<x-y z>"])
def test_markup_nested_deeper_than_the_limit_is_refused(tag: str) -> None:
    assert measure(tag * 5_000).depth == 5_000
    with pytest.raises(PageError, match="more than 5000 elements") as raised:
        measure(tag * 5_001)
    assert raised.value.reason == "too-deep"


@pytest.mark.parametrize("attribute", ["a ", "a=1 ", "a='x y'", 'b="<"', "/=", "=a/"])
@pytest.mark.parametrize("start", ["<p ", "</p "])
def test_a_tag_with_more_attributes_than_the_limit_is_refused(start: str, attribute: str) -> None:
    assert measure(start + attribute * 1_000 + ">").depth == 0
    with pytest.raises(PageError, match="more than 1000 attributes"):
        measure(start + attribute * 1_001 + ">")


def test_one_long_attribute_is_one_attribute() -> None:
    assert measure(f"<p style='{'a b=c ' * 10_000}'>") == Shape(depth=0, elements=1)


HOSTILE = {
    "nested div": "<div>" * 100_000,
    "nested list": "<ul><li>" * 100_000,
    "attributes": "<p " + "".join(f"a{n}=1 " for n in range(100_000)) + ">",
    "open quotes": '<a "' * 100_000,
    "open values": "<a b='" * 100_000,
    "open comments": "<!--" * 100_000,
    "dashes": "<!--" + "-" * 1_000_000,
    "open declarations": "<!" * 1_000_000,
    "open end tags": "</" * 1_000_000,
    "less-than signs": "<" * 1_000_000,
    "slashes": "<a" + "/" * 1_000_000,
    "equals signs": "<a" + " =" * 500_000,
    "spaces": ("<a" + " " * 1_000) * 1_000,
    "open scripts": "<script>" * 100_000,
    "near ends of a script": "<script>" + "</scrip " * 100_000,
    "paragraphs": "<p>" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_takes_less_than_a_second(name: str) -> None:
    start = time.process_time()
    for limit in (5_000, 10**9):
        try:
            check(HOSTILE[name].encode(), max_depth=limit, max_attributes=limit)
        except PageError as error:
            assert error.reason == "too-deep"
    assert time.process_time() - start < 2


@given(st.text(alphabet="<>/!-ab='\" \n&;?", max_size=200))
def test_any_text_is_measured_or_refused(html: str) -> None:
    assert check(html.encode("utf-8", "replace"), max_depth=10**6, max_attributes=10**6).elements <= html.count("<")
