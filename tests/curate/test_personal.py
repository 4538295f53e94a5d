"""What tells a person is found where it stands, and what only looks like it is not."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.curate.masking import mask, mask_spans, masked, spans
from harvester.curate.personal import find
from harvester.extraction import rewritten
from harvester.types import Block, Document, Footnote, Metadata, Verdict
from tests.conftest import PROJECT
from tests.curate.test_quality import document


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to jo.smith+x@mail.example.co.uk.", "Write to <email>."),
        ("joe@x.org,ann@y.net;max@z.de", "<email>,<email>;<email>"),
        ("Kontakt: <jörg.o_brien@example.org>", "Kontakt: <jö<email>>"),
        ("Call +49 30 1234567 or +1 (555) 234-1234.", "Call <phone> or <phone>."),
        ("+33 (0)1 23 45 67 89; +12345678901", "<phone>; <phone>"),
        ("Tel.:030/1234567, Fax: 22 33 44 55", "Tel.:<phone>, Fax: <phone>"),
        ("(555) 234-1234, 555.234.1234, 1-800-555-0199", "<phone>, <phone>, <phone>"),
        ("06 12 34 56 78 and (0171) 123-4567 and 020 7946 0958", "<phone> and <phone> and <phone>"),
        ("電話 03-1234-5678", "電話 <phone>"),
        ("from 203.0.113.7, 8.8.8.8:53 and 2001:db8::8a2e:370:7334", "from <ip>, <ip>:53 and <ip>"),
    ],
)
def test_found(text: str, expected: str) -> None:
    assert mask(text) == expected
    assert mask(expected) == expected, "masks are masked no further"


@pytest.mark.parametrize(
    "text",
    [
        "icon@2x.png, @user, a@b, react@18.2.0, user@localhost",
        "2024-11-25, 01.02.2024, 12/12/2012 - 01/01/2013, 1999-2004",
        "2024-11-25 10:00-12:00, 08.00 - 12.30 Uhr",
        "ISBN 978-3-16-148410-0, ISBN 0-306-40615-2, 0-306-40615-2, ISSN 2049-3630",
        "1 234 567 890 people, 1,234,567,890, 10.000.000.000, 0.123 456 789, 12345678901",
        "4111 1111 1111 1111, DE89 3704 0044 0532 0130 00, order no. 020 7946 0958",
        "192.168.1.1, 10.0.0.1, 127.0.0.1, 172.16.3.4, 255.255.255.0, 300.1.1.1, 1.2.3.4.5, 01.02.03.04",
        "version 8.1.7.2, firmware 9.9.9.9, v1.2.3.4, section 4.3.2.1",
        "12:30:45, std::vector, ::1, fe80::1, fd00::12, a::b, ::",
        "2020 2021 2022 2023, 11111111, 00000000",
        "https://example.org/2024/11/25/555-234-1234.html, x=555-234-1234",
    ],
)
def test_not_found(text: str) -> None:
    assert find(text) == []


HARD = [
    "a", "@", "a@", "a.b@", "a@a-", "a@a.", "a@b.co", "1 ", "(", "+ ", "1.", ":", "a:", "f:", "1(-", "1", ".", "tel ",
    "0 12-34", "+1 (555) 234-1234 ", "12/12/", "::", "1::", "mailto:", "](", "](a", "](mailto:a@b.co)", "`", "*1", "\\",
    "[a](tel:1)", "a%40",
]  # fmt: skip


def test_the_time_is_linear_in_the_text() -> None:
    """512 KiB of what is hard, in a process that is killed after two minutes: with time that grows as the square, a single
    one of these would take longer."""
    program = (
        "import sys\n"
        "from harvester.curate.masking import mask, masked\n"
        "from tests.curate.test_quality import document\n"
        "from harvester.types import Block\n"
        "for piece in sys.argv[1:]:\n"
        "    text = piece * ((1 << 19) // len(piece))\n"
        "    mask(text)\n"
        "    masked(document(Block('paragraph', text, text)))\n"
    )
    subprocess.run([sys.executable, "-c", program, *HARD], cwd=PROJECT, check=True, timeout=120)


@given(st.text(st.sampled_from("a1 .@-+(0)5:\n/tel"), max_size=60))
def test_spans_lie_in_order_within_the_text_and_overlap_nowhere(text: str) -> None:
    end = 0
    for span in find(text):
        assert end <= span.start < span.end <= len(text)
        assert span.kind in ("email", "phone", "ip")
        end = span.end


def test_spans_count_in_the_whole_text() -> None:
    made = document("Nothing.", "Ask joe@example.org!", "Or 203.0.113.7.")
    assert [made.text[span.start : span.end] for span in spans(made)] == ["joe@example.org", "203.0.113.7"]


def with_markdown(*blocks: tuple[str, str], label: str = "paragraph") -> Document:
    made = tuple(Block(label, text, markdown) for text, markdown in blocks)
    return rewritten(
        Document("", "", Metadata(), made, (Verdict(True, 1.0, "body"),) * len(made), "blocks", 1, False, 0, 0)
    )


@pytest.mark.parametrize(
    ("text", "markdown", "expected"),
    [
        ("Ask joe@x.org.", "Ask joe@x.org.", "Ask \\<email>."),
        ("Ask _joe@x.org.", "Ask \\_joe@x.org.", "Ask \\<email>."),
        ("Ask joe@x.org now", "Ask [joe@x.org](mailto:joe@x.org) *now*", "Ask [\\<email>](mailto:<email>) *now*"),
        ("Ask us", "Ask [us](mailto:joe@x.org?subject=hi)", "Ask [us](mailto:<email>?subject=hi)"),
        ("Ask us", "Ask [us](https://x.org/?to=joe%40x.org)", "Ask [us](https://x.org/?to=<email>)"),
        ("Call us", "[Call us](tel:+4930123456)", "[Call us](tel:<phone>)"),
        ("At 8.8.8.8", "At [8.8.8.8](http://8.8.8.8/)", "At [\\<ip>](http://<ip>/)"),
        ("Call +49 30 1234567.", "Call **+49** 30 1234567.", "Call \\<phone>."),
        ("Run ping joe@x.org", "Run `ping joe@x.org`", "Run `ping <email>`"),
        ("a@x.org, b@x.org, a@x.org", "**a@x.org**, b@x.org, a@x.org", "**\\<email>**, \\<email>, \\<email>"),
        ("See 2024", "See [2024](https://x.org/555-234-1234)", "See [2024](https://x.org/555-234-1234)"),
    ],
)  # fmt: skip
def test_masks_in_markdown_show_as_they_do_in_the_text(text: str, markdown: str, expected: str) -> None:
    assert rewritten(masked(with_markdown((text, markdown)))).markdown == expected


def test_code_and_table_rows_are_masked_as_what_they_are() -> None:
    code = rewritten(masked(with_markdown(("mail joe@x.org", "mail joe@x.org"), label="code")))
    assert (code.text, code.markdown) == ("mail <email>", "```\nmail <email>\n```")
    row = masked(with_markdown(("a|b\t+49 30 1234567", "| a\\|b | +49 **30** 1234567 |"), label="table-row"))
    assert row.blocks[0].markdown == "| a\\|b | \\<phone> |"


def test_spans_of_masks_and_blocks_are_those_of_the_masked_text() -> None:
    before = document("Mail joe@example.org or ann@example.org.", "Then the sea rose.", "Ring +49 30 1234567.")
    after = rewritten(masked(before))
    assert after.text == "Mail <email> or <email>.\n\nThen the sea rose.\n\nRing <phone>."
    assert [after.text[s.start : s.end] for s in mask_spans(before)] == ["<email>", "<email>", "<phone>"]
    assert after.metadata.word_count == after.kept_words == 4 + 4 + 2 - 0


def test_dropped_blocks_and_footnotes_are_masked_too() -> None:
    made = document("Body.", "By joe@example.org")
    made = Document(
        "", "", Metadata(footnotes=(Footnote("1", "From ann@example.org."),)), made.blocks,
        (made.verdicts[0], Verdict(False, 0.1, "byline")), "blocks", 1, False, 0, 0,
    )  # fmt: skip
    after = rewritten(masked(made))
    assert after.blocks[1].text == "By <email>"
    assert after.metadata.footnotes[0].text == "From <email>."
    assert after.markdown.endswith("[^1]: From \\<email>.")
