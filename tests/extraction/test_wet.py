"""Text that Common Crawl took out of pages: a `conversion` record is judged line by line, in any language.

A WET record has no blank lines and no markup: menu, headline, body, related links and footer follow each other.
"""

import io
from collections.abc import Iterator

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from harvester.extraction import extract_page, load_weights
from harvester.settings import Recipe
from harvester.types import Capture, Document

BODIES = {
    "eng": (
        "The ferry to the island leaves at seven in the morning, and the woman who sells the tickets knows every "
        "passenger by the sound of the boots on the planks.",
        "In winter there are days on which nobody comes. She opens the counter all the same, because the timetable "
        "says so, and because the captain likes to have somebody to wave to.",
        "Once, in the year of the long frost, the harbour was closed for three weeks. The tickets of those days lie "
        "unsold in a drawer, and visitors ask to see them more often than the lighthouse.",
    ),
    "deu": (
        "Die Fähre zur Insel legt morgens um sieben ab, und die Frau, die die Karten verkauft, erkennt jeden Fahrgast "
        "am Klang der Stiefel auf den Planken.",
        "Im Winter gibt es Tage, an denen niemand kommt. Sie öffnet den Schalter trotzdem, weil es der Fahrplan so "
        "will und weil der Kapitän gern jemanden hat, dem er winken kann.",
        "Einmal, im Jahr des langen Frostes, war der Hafen drei Wochen lang gesperrt. Die Karten dieser Tage liegen "
        "unverkauft in einer Schublade, und Besucher fragen öfter nach ihnen als nach dem Leuchtturm.",
    ),
    "rus": (
        "Паром на остров отходит в семь утра, и женщина, которая продаёт билеты, узнаёт каждого пассажира по стуку "
        "сапог о доски причала.",
        "Зимой бывают дни, когда не приходит никто. Она всё равно открывает кассу, потому что так написано в "
        "расписании и потому что капитану приятно кому-нибудь помахать.",
        "Однажды, в год долгих морозов, гавань была закрыта три недели. Билеты тех дней лежат непроданными в ящике, "
        "и приезжие просят показать их чаще, чем маяк.",
    ),
    "jpn": (
        "島へ渡る船は朝の七時に出る。切符を売る女の人は、板を踏む靴の音だけで、どの客が来たのかを聞き分けることができるという。",
        "冬には、だれも来ない日がある。それでも窓口は開く。時刻表にそう書いてあるからだし、船長には手を振る相手が必要だからでもある。",
        "長い寒さの続いた年、港は三週間も閉ざされた。そのときの切符は売れないまま引き出しに残っていて、灯台よりも見たがる人が多い。",
    ),
}
AROUND = {
    "eng": (("Home", "News", "Weather", "Contact", "Log in"), ("Share", "Privacy policy", "Imprint")),
    "deu": (("Startseite", "Nachrichten", "Wetter", "Kontakt", "Anmelden"), ("Teilen", "Datenschutz", "Impressum")),
    "rus": (
        ("Главная", "Новости", "Погода", "Контакты", "Войти"),
        ("Поделиться", "Политика конфиденциальности", "О нас"),
    ),
    "jpn": (("ホーム", "ニュース", "天気", "お問い合わせ", "ログイン"), ("シェア", "プライバシーポリシー", "運営会社")),
}
LANGUAGES = {"eng": "en", "deu": "de", "rus": "ru", "jpn": "ja"}


def wet(pages: dict[str, str]) -> bytes:
    """A WET file as Common Crawl lays it out, with a warcinfo record and one conversion record a page."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    writer.write_record(writer.create_warcinfo_record("pages.warc.wet.gz", {"software": "written for a test"}))
    for language, text in pages.items():
        headers = {"WARC-Date": "2026-03-01T00:00:00Z", "WARC-Identified-Content-Language": language}
        payload = io.BytesIO(text.encode())
        record = writer.create_warc_record(
            f"https://{language}.example/ferry.html",
            "conversion",
            payload=payload,
            warc_content_type="text/plain",
            warc_headers_dict=headers,
        )
        writer.write_record(record)
    return out.getvalue()


def captures(file: bytes) -> Iterator[Capture]:
    for record in ArchiveIterator(io.BytesIO(file)):
        if record.rec_type == "conversion":
            field = record.rec_headers.get_header
            yield Capture(
                field("WARC-Target-URI"),
                field("WARC-Date"),
                record.content_stream().read(),
                content_type=field("Content-Type"),
            )


def page(language: str) -> str:
    head, foot = AROUND[language]
    return "\n".join([*head, *BODIES[language], *foot]) + "\n"


def extracted(language: str) -> Document:
    (capture,) = captures(wet({language: page(language)}))
    return extract_page(capture, Recipe(), load_weights())


@pytest.mark.parametrize("language", BODIES)
def test_the_body_of_a_wet_record_is_kept_and_what_stands_around_it_is_dropped(language: str) -> None:
    document = extracted(language)
    assert document.engine == "lines"
    assert document.text.split("\n\n") == [*BODIES[language]]
    assert document.metadata.language == LANGUAGES[language]
    assert document.metadata.url == f"https://{language}.example/ferry.html"


@pytest.mark.parametrize("language", BODIES)
def test_every_line_of_a_wet_record_has_its_verdict(language: str) -> None:
    document = extracted(language)
    assert [block.text for block in document.blocks] == page(language).split("\n")[:-1]
    assert all(verdict.reason for verdict in document.verdicts)


def test_all_records_of_a_wet_file_are_read_each_as_it_would_be_alone() -> None:
    together = [extract_page(c, Recipe(), load_weights()) for c in captures(wet({name: page(name) for name in BODIES}))]
    assert together == [extracted(name) for name in BODIES]


def test_a_wet_record_whose_text_speaks_of_markup_is_no_html() -> None:
    """The record says `text/plain`; its address ends in `.html` and its first line begins with a tag."""
    text = "<p> is how a paragraph begins, says the first line of the lesson.\n" + page("eng")
    (capture,) = captures(wet({"eng": text}))
    document = extract_page(capture, Recipe(), load_weights())
    assert document.engine == "lines" and document.blocks[0].text.startswith("<p> is how")


def test_tex_in_flat_text_stays_tex_in_markdown_and_prices_stay_prices() -> None:
    lines = [
        *BODIES["eng"],
        r"The fare is \(\frac{a_1}{b_1} + c_1*d_1*e_1\) for $x_1*y_1*z$ passengers, or $5 each, not $6.",
    ]
    (capture,) = captures(wet({"eng": "\n".join(lines)}))
    document = extract_page(capture, Recipe(), load_weights())
    assert lines[-1] in document.text
    assert r"is $\frac{a_1}{b_1} + c_1*d_1*e_1$ for $x_1*y_1*z$ passengers, or \$5 each, not \$6." in document.markdown
