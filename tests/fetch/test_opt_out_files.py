"""tdmrep.json and ai.txt: what they say of a page, and that nothing in them raises."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import PageError
from harvester.fetch.opt_out_files import fits, places, read_wishes
from harvester.types import EPOCH, Capture

NONE = PageError("http-404", "there is no such page")


def came(body: bytes, status: int = 200) -> Capture:
    return Capture("https://a.example/ai.txt", EPOCH, body, status=status)


def said(url: str, *, tdmrep: bytes | None = None, ai: bytes | None = None) -> str:
    answers = [NONE if body is None else came(body) for body in (tdmrep, ai)]
    return read_wishes(*answers, "harvester").of(url)


def tdm(*entries: object) -> bytes:
    return json.dumps(entries).encode()


@pytest.mark.parametrize(
    ("pattern", "path", "holds"),
    [
        ("/", "/a", True),
        ("/news", "/newsletter", True),
        ("/news/*.html$", "/news/x/y.html", True),
        ("/news/*.html$", "/news/y.html?a", False),
        ("/a*b*c", "/axxbxxcxx", True),
        ("/a*b*c", "/axxcxxb", False),
        ("/a*ab$", "/ab", False),
        ("/exact$", "/exact", True),
        ("/exact$", "/exactly", False),
        ("*", "/anything", True),
    ],
)
def test_a_place_is_a_pattern_as_in_robots_txt(pattern: str, path: str, holds: bool) -> None:
    assert fits(pattern, path) is holds


def test_the_first_place_that_fits_says_whether_rights_are_reserved() -> None:
    file = tdm(
        {"location": "/open/*", "tdm-reservation": 0},
        {"location": "/", "tdm-reservation": 1, "tdm-policy": "https://a.example/policy.json"},
    )
    assert said("https://a.example/open/x", tdmrep=file) == ""
    assert said("https://a.example/x?y", tdmrep=file) == "tdmrep.json tdm-reservation"
    assert said("https://a.example/x", tdmrep=tdm({"location": "/x", "tdm-reservation": "1"})) != ""


@pytest.mark.parametrize(
    ("file", "holds"),
    [
        (b"User-Agent: *\nDisallow: /", True),
        (b"User-Agent: *\nDisallow: *.html\nAllow: *.jpg", True),
        (b"User-Agent: *\nDisallow: /essays/", True),
        (b"User-Agent: harvester\nDisallow: /\n", True),
        (b"User-Agent: *\nDisallow: *.jpg\nDisallow: /film/", False),
        (b"User-Agent: *\rDisallow: /*.htm$\r", True),
        (b"User-Agent: other\nDisallow: /", False),
        (b"User-Agent: other\nDisallow: *.html\n", False),
        (b"User-Agent: harvester\nAllow: /\n\nUser-Agent: *\nDisallow: *.html\n", False),
        (b"\xef\xbb\xbf<!doctype html>\nUser-Agent: *\nDisallow: /\n", False),
        (b"<!doctype html><p>User-Agent: *\nDisallow: /", False),
        (b"", False),
    ],
    ids=[
        "all",
        "html",
        "path",
        "us",
        "images",
        "line-ends",
        "others",
        "others-html",
        "ours-alone",
        "mark",
        "page",
        "empty",
    ],
)
def test_ai_txt_has_the_rules_of_a_robots_txt(file: bytes, holds: bool) -> None:
    assert (said("https://a.example/essays/mill", ai=file) == "ai.txt disallow") is holds


@pytest.mark.parametrize(
    "file",
    [b"", b"{}", b"[1]", b'[{"location": 1}]', b'[{"tdm-reservation": 1}]', b"[" * 100_000, b"\xff\xfe[", b"<html>"],
    ids=["empty", "object", "numbers", "type", "nowhere", "deep", "bytes", "page"],
)
def test_a_broken_file_says_nothing(file: bytes) -> None:
    assert said("https://a.example/x", tdmrep=file) == ""


def test_answers_that_are_no_files_say_nothing() -> None:
    whole = tdm({"location": "/", "tdm-reservation": 1})
    cut = Capture("https://a.example/ai.txt", EPOCH, whole, status=200, truncated="length")
    for answer in (came(whole, 404), came(whole, 503), cut, NONE):
        assert read_wishes(answer, NONE, "harvester").of("https://a.example/x") == ""


def test_a_file_of_many_places_is_read_to_its_bound() -> None:
    many = tdm(*({"location": f"/p{n}", "tdm-reservation": 1} for n in range(10_000)))
    assert len(places(many)) == 1_000


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_bytes_are_read(tdmrep: bytes, ai: bytes) -> None:
    assert said("https://a.example/x", tdmrep=tdmrep, ai=ai) in ("", "ai.txt disallow")


@given(st.text(alphabet="/ab*$", max_size=12), st.text(alphabet="/ab", max_size=12))
def test_patterns_fit_as_a_regular_expression_does(pattern: str, path: str) -> None:
    body = "".join(".*" if char == "*" else re.escape(char) for char in pattern.removesuffix("$"))
    assert fits(pattern, path) is (re.match(body + ("\\Z" if pattern.endswith("$") else ""), path) is not None)
