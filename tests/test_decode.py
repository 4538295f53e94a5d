"""Bytes become text by the order of evidence, and what is no text is told apart."""

import time

import pytest
import webencodings

from harvester.decode import is_binary, to_text, to_utf8
from tests.conftest import shared

REFERENCES = "hostile/encodings-whatwg/tests/test_data"

RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю. "
JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたか頓と見当がつかぬ。"


def test_a_byte_order_mark_outweighs_header_and_meta() -> None:
    page = '<meta charset="windows-1251">é'
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert to_text(mark + page.encode(codec), "text/html; charset=shift_jis") == page


def test_the_header_outweighs_meta_and_meta_outweighs_detection() -> None:
    page = b'<meta charset="windows-1251">\xe9'
    assert to_text(page, "text/html; charset=iso-8859-1")[-1] == "é"
    assert to_text(page, "text/html")[-1] == "й"
    assert to_text(page, "text/html; charset=no-such-label")[-1] == "й"
    assert to_text("<p>й".encode(), None) == "<p>й"


@pytest.mark.parametrize(
    "meta",
    [
        "<meta charset=windows-1251>",
        "<META CHARSET = 'Windows-1251' >",
        '<meta http-equiv="Content-Type" content="text/html; charset=cp1251">',
        "<html>" + " " * 900 + "<meta charset=windows-1251>",
    ],
)
def test_a_meta_element_in_the_first_kilobyte_is_found(meta: str) -> None:
    assert to_text(meta.encode() + b"\xe9", None)[-1] == "й"


def test_a_meta_element_counts_in_html_only_and_not_beyond_the_first_kilobyte() -> None:
    assert to_text(b"<meta charset=koi8-r>\xc3\xa9", None, html=False)[-1] == "é"
    assert to_text(b" " * 1_024 + b"<meta charset=koi8-r>\xc3\xa9", None)[-1] == "é"


def test_a_page_that_says_utf_16_in_ascii_is_read_as_utf_8() -> None:
    assert to_text('<meta charset="utf-16">é'.encode(), None)[-1] == "é"


@pytest.mark.parametrize(
    "label",
    [
        "zip",
        "zlib",
        "hex",
        "base64",
        "uu",
        "rot13",
        "idna",
        "punycode",
        "utf-7",
        "unicode_escape",
        "mbcs",
        "x" * 5_000,
        "é",
    ],
)
def test_a_charset_that_is_no_encoding_of_the_web_is_passed_over(label: str) -> None:
    assert to_text("<p>+AGE- \\u0061 é".encode(), f"text/html; charset={label}") == "<p>+AGE- \\u0061 é"


@pytest.mark.parametrize("label", sorted(webencodings.LABELS))
def test_every_label_of_the_standard_decodes(label: str) -> None:
    assert to_text(b"plain", f"text/html; charset={label}") == "plain"


def test_a_header_of_blanks_takes_no_time() -> None:
    began = time.monotonic()
    assert to_text(b"page", "text/html; charset=" + " " * 60_000 + ";") == "page"
    assert to_text(b"page", "charset" * 9_000) == "page"
    assert to_text(b"page", "charset" + " " * 60_000) == "page"
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("windows-1251", RUSSIAN),
        ("koi8-r", RUSSIAN),
        ("mac-cyrillic", RUSSIAN),
        ("shift_jis", JAPANESE),
        ("euc-jp", JAPANESE),
        ("iso-2022-jp", JAPANESE),
        ("gb18030", "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心。"),
        ("big5", "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心。"),
        ("cp949", "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. "),
        ("windows-1253", "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι. "),
        ("windows-1252", "Déjà vu – “naïve” café, garçon, œuvre à Noël. "),
    ],
)
def test_an_encoding_that_nothing_states_is_detected(codec: str, text: str) -> None:
    assert to_text((text * 5).encode(codec), None) == text * 5


def test_a_broken_character_does_not_turn_utf_8_into_another_encoding() -> None:
    page = "Déjà vu, naïve, café, garçon. " * 20
    assert to_text(page.encode() + b"\xff" + page.encode(), None) == page + "\ufffd" + page
    assert to_text(page.encode() + b"\xe2\x82", None) == page + "\ufffd"


def test_no_bytes_are_lost_nor_surrogates_or_nul_made() -> None:
    every = bytes(range(256))
    for label in sorted(webencodings.LABELS):
        text = to_text(every * 4, f"text/plain; charset={label}", html=False)
        text.encode("utf-8")
        assert "\0" not in text
    assert to_text(b"a\xed\xa0\x80b\0c", "text/html; charset=utf-8") == "a\ufffd\ufffd\ufffdb\ufffdc"
    assert to_text(b"\xff\xfe\x00\xd8a\x00", None) == "\ufffd" + "a"


def test_every_line_ends_with_a_line_feed() -> None:
    assert to_text(b"a\r\nb\rc\n\rd", None) == "a\nb\nc\n\nd"


@pytest.mark.parametrize(
    ("name", "label", "lines", "different"),
    [
        ("shift_jis", "shift_jis", 9_609, 0),
        ("euc_kr", "euc-kr", 17_053, 0),
        ("jis0212", "euc-jp", 6_072, 1),
        ("gb18030", "gb18030", 23_945, 20),
        ("big5", "big5", 18_599, 203),
        ("jis0208", "euc-jp", 7_341, 463),
        ("iso_2022_jp", "iso-2022-jp", 7_341, 463),
    ],
)
def test_east_asian_characters_are_those_of_the_standard(name: str, label: str, lines: int, different: int) -> None:
    """Where Python's tables differ from the standard's they may come nearer, not go further away."""
    folder = shared(REFERENCES)
    expected = (folder / f"{name}_in_ref.txt").read_text("utf-8").split("\n")
    found = to_text((folder / f"{name}_in.txt").read_bytes(), f"text/plain; charset={label}", html=False).split("\n")
    pairs = [(want, got) for want, got in zip(expected, found, strict=True) if "\ufffd" not in want]
    assert len(pairs) == lines
    assert sum(want != got for want, got in pairs) <= different


@pytest.mark.parametrize(
    "body",
    [
        *(b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\0\x10JFIF", b"PK\x03\x04", b"%PDF-1.7\n%text only"),
        *(b"\x7fELF\x02", "utf-16 without a mark".encode("utf-16-le"), b"a\0\x01" * 2_000),
    ],
)
def test_pictures_archives_and_programs_are_binary(body: bytes) -> None:
    assert is_binary(body)


@pytest.mark.parametrize("body", [b"text\0", b"a" * 4_095 + b"\0", b"\x08" + b"<p>text</p>" * 9])
def test_a_stray_control_byte_is_no_reason_to_lose_a_page(body: bytes) -> None:
    assert not is_binary(body)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"<p>\t\r\n\f", "naïve".encode(), RUSSIAN.encode("koi8-r"), JAPANESE.encode("iso-2022-jp")),
        *("with a mark".encode("utf-16"), JAPANESE.encode("shift_jis"), b"a" * 4_096 + b"\0"),
    ],
)
def test_text_in_any_encoding_is_not_binary(body: bytes) -> None:
    assert not is_binary(body)


@pytest.mark.parametrize(
    "body",
    [
        b"<p>plain",
        "<p>Räksmörgås\r\nй\r\ud83d\x00".encode("utf-8", "surrogatepass"),
        "\ufeff<p>é\r\n\x00".encode(),
        "<p>é\r\n\r\x00 吾輩\r\r\n\n\r".encode(),
        b"<meta charset=koi8-r>\xc3\xa9\r\n",
        b"<meta charset=utf-8><p>cut off \xc3",
    ],
)
@pytest.mark.parametrize("content_type", [None, "text/html; charset=utf-8", "text/html; charset=gbk"])
def test_a_page_in_utf_8_says_what_its_text_does(body: bytes, content_type: str | None) -> None:
    assert to_utf8(body, content_type).decode() == to_text(body, content_type)
