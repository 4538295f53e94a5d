"""Images in the Markdown: none unless asked for, then those of the body, where they stand, with an address that is one."""

import pytest
from markdown_it import MarkdownIt

from harvester.extraction import extract_page, load_weights
from harvester.extraction.images import with_images
from harvester.extraction.segment import parse, segment
from harvester.extraction.serialize import to_markdown
from harvester.settings import Recipe
from harvester.types import EPOCH, Block, Capture, Document, Verdict

URL = "https://pier.example/log/winter.html"
PARAGRAPHS = (
    "The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier.",
    "When the book is full it goes into the archive of the town, and a new one is bought on the square by the harbour.",
    "In winter nobody comes, and the keeper writes down the names of the boats that pass without stopping.",
)


def article(*between: str, before: str = "", after: str = "") -> str:
    """A page whose three paragraphs have something between them."""
    parts = [f"<p>{PARAGRAPHS[0]}</p>", *between, f"<p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>"]
    return (
        f"<html lang=en><head><title>Winter on the pier</title></head><body>{before}<article><h1>Winter on the pier</h1>"
        f"{''.join(parts)}</article>{after}</body></html>"
    )


def extracted(html: str, *, images: bool = True, url: str = URL, max_text: int = 4_194_304) -> Document:
    capture = Capture(url, EPOCH, html.encode(), content_type="text/html; charset=utf-8")
    return extract_page(capture, Recipe(images=images, max_text=max_text), load_weights())


def written(html: str, base: str | None = URL) -> str:
    """All of a page as Markdown."""
    page = segment(parse(html.encode("utf-8", "replace")), images=base)
    return to_markdown(with_images(page.blocks, [Verdict(True, 1.0, "body")] * len(page.blocks), page.images), [])


FIGURE = "<figure><img src=/lamp.jpg alt='The lamp'><figcaption>Photo: Bo Example</figcaption></figure>"
LAMP = "![The lamp](https://pier.example/lamp.jpg)"


def test_a_figure_between_paragraphs_stands_there_though_its_caption_is_dropped() -> None:
    document = extracted(article(FIGURE))
    assert document.markdown == "\n\n".join([PARAGRAPHS[0], LAMP, *PARAGRAPHS[1:]])
    assert document.text == "\n\n".join(PARAGRAPHS)


def test_without_the_setting_no_byte_is_another() -> None:
    html = article(FIGURE, f"<p>{PARAGRAPHS[2]} <img src=a.png> {PARAGRAPHS[0]}</p>", before="<img src=logo.png>")
    plain, pictured = extracted(html, images=False), extracted(html)
    assert "![" not in plain.markdown and "![" in pictured.markdown
    assert plain.text == pictured.text and plain.verdicts == pictured.verdicts
    assert [block.text for block in plain.blocks] == [block.text for block in pictured.blocks]
    assert plain.confidence == pictured.confidence


def test_images_in_dropped_parts_are_dropped() -> None:
    card = "<div class=related><a href=/x><img src=/other.jpg></a><h4><a href=/x>Another story</a></h4></div>"
    nav = "<nav><a href=/><img src=/logo.png></a><a href=/a>News</a> <a href=/b>Contact</a></nav>"
    aside = "<aside><a href=/shop><img src=/ad.jpg></a></aside>"
    promo = "<div class=advert><img src=/ad2.jpg></div>"
    html = article(
        card, FIGURE, promo, before=f"<img src=/top.png>{nav}", after=f"{aside}<footer><img src=/f.png></footer>"
    )
    assert extracted(html).markdown == "\n\n".join([PARAGRAPHS[0], LAMP, *PARAGRAPHS[1:]])


def test_an_image_above_the_first_paragraph_stands_and_one_after_the_last_too() -> None:
    html = article(FIGURE).replace(
        "</h1>", "</h1><p class=byline>By Bo Example</p><figure><img src=/hero.jpg></figure>"
    )
    html = html.replace("</article>", "<p><img src=/end.jpg></p></article>")
    markdown = extracted(html).markdown
    assert f"![](https://pier.example/hero.jpg)\n\n{PARAGRAPHS[0]}" in markdown
    assert markdown.endswith(f"{PARAGRAPHS[2]}\n\n![](https://pier.example/end.jpg)")


def test_the_same_image_stands_once_between_blocks() -> None:
    assert extracted(article(FIGURE, FIGURE)).markdown.count(LAMP) == 1


def test_both_engines_write_images() -> None:
    capture = Capture(URL, EPOCH, article(FIGURE).encode(), content_type="text/html; charset=utf-8")
    document = extract_page(capture, Recipe(images=True, engine="trafilatura"), load_weights())
    assert document.engine == "trafilatura" and LAMP in document.markdown


@pytest.mark.parametrize("limit", [20, len(PARAGRAPHS[0]), len(PARAGRAPHS[0]) + 2, len(PARAGRAPHS[0]) + 30, 10_000])
def test_a_text_that_is_cut_has_no_image_behind_its_end(limit: int) -> None:
    html = article(FIGURE, f"<p>{PARAGRAPHS[2][::-1]}</p><figure><img src=/late.jpg></figure>")
    markdown = extracted(html, max_text=limit).markdown
    assert ("late.jpg" in markdown) == (limit == 10_000)
    assert markdown.startswith(PARAGRAPHS[0][:20])


# Addresses


@pytest.mark.parametrize(
    ("image", "address"),
    [
        ("<img src=a.jpg>", "https://pier.example/log/a.jpg"),
        ("<img src='//cdn.example/a b.jpg'>", "https://cdn.example/a%20b.jpg"),
        ("<img src='/a_(1)*.jpg?x=1&amp;amp;y'>", "https://pier.example/a_%281%29%2A.jpg?x=1&amp;amp;y"),
        ("<img src=data:image/gif;base64,R0 data-src=/real.jpg>", "https://pier.example/real.jpg"),
        ("<img src=/grey.gif data-original=/real.jpg>", "https://pier.example/real.jpg"),
        ("<img src=/img/spacer.gif srcset='/s.jpg 320w, /l.jpg 1280w,/m.jpg 640w'>", "https://pier.example/l.jpg"),
        ("<img srcset='/one.jpg, /two.jpg 2x'>", "https://pier.example/two.jpg"),
        (
            "<img data-srcset='/w_300,h_200/a.jpg 300w,/w_600,h_400/a.jpg 600w'>",
            "https://pier.example/w_600,h_400/a.jpg",
        ),
        ("<picture><source srcset='/p.webp 2x'><img alt></picture>", "https://pier.example/p.webp"),
        ("<picture><source srcset=/p.webp><img src=/p.jpg></picture>", "https://pier.example/p.jpg"),
        ("<amp-img src=/amp.jpg></amp-img>", "https://pier.example/amp.jpg"),
    ],
)
def test_the_address_is_the_one_that_a_browser_ends_up_with(image: str, address: str) -> None:
    assert written(image) == f"![]({address})"


@pytest.mark.parametrize(
    "image",
    [
        "<img>",
        "<img src>",
        "<img src=data:image/png;base64,iVBO>",
        "<img src=javascript:alert(1)>",
        "<img src=file:///etc/passwd>",
        "<img src=blob:https://pier.example/1>",
        "<img src='http://[x'>",
        "<img src=/t.gif width=1 height=1>",
        "<img src=/t.gif width=0>",
        "<img src=/t.gif style='border:0; HEIGHT: 1px'>",
        "<img src=/assets/blank.gif?v=2>",
        "<img src=/a.jpg hidden>",
        "<div style='display:none'><img src=/a.jpg></div>",
        "<div><noscript><img src=/a.jpg></noscript></div>",
        "<button><img src=/a.jpg></button>",
    ],
)
def test_what_a_reader_does_not_see_or_nobody_can_fetch_is_left_out(image: str) -> None:
    assert written(image) == ""


def test_images_are_relative_to_the_base_element_and_of_a_local_page_to_its_canonical_address() -> None:
    html = article(FIGURE.replace("/lamp.jpg", "lamp.jpg"))
    assert "(https://pier.example/log/lamp.jpg)" in extracted(html).markdown
    based = html.replace("<head>", "<head><base href='/static/'>")
    assert "(https://pier.example/static/lamp.jpg)" in extracted(based).markdown
    assert "![" not in extracted(html, url="file:///winter.html").markdown
    canonical = html.replace("<head>", "<head><link rel=canonical href=https://town.example/a/b>")
    assert "(https://town.example/a/lamp.jpg)" in extracted(canonical, url="file:///winter.html").markdown


# Words


@pytest.mark.parametrize(
    "alt", ["a [b](c) *d* _e_", "\\", "]", "![x]", "`", "<b>", "&amp;", "x\ny  z", "|", '"', "[^1]", "a\u00ad\u200bb"]
)
@pytest.mark.parametrize("attribute", ["alt", "title"])
def test_alt_and_title_are_read_back_as_they_are(alt: str, attribute: str) -> None:
    stated = alt.replace("&", "&amp;").replace('"', "&quot;")
    markdown = written(f'<p>See <img src=/a.jpg {attribute}="{stated}"> there.</p>')
    (paragraph,) = [token for token in MarkdownIt("commonmark").parse(markdown) if token.type == "inline"]
    (image,) = [child for child in paragraph.children or [] if child.type == "image"]
    read = image.attrs.get("title") if attribute == "title" else "".join(c.content for c in image.children or [])
    assert read == " ".join(alt.replace("\u00ad", "").split())
    assert image.attrs["src"] == "https://pier.example/a.jpg"


def test_a_title_that_only_says_alt_again_is_left_out() -> None:
    assert written("<img src=/a.jpg alt='A lamp' title='A lamp'>") == "![A lamp](https://pier.example/a.jpg)"


# Places


A, B = "![](https://pier.example/a.jpg)", "![](https://pier.example/b.jpg)"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>one <img src=/a.jpg>, two</p>", f"one {A}, two"),
        ("<p><b>one <img src=/a.jpg></b> two</p>", f"**one {A}** two"),
        ("<p><a href=/x>one <img src=/a.jpg> two</a></p>", f"[one](/x) {A} [two](/x)"),
        ("<p>one!<img src=/a.jpg></p>", f"one\\!{A}"),
        ("<a href=/full><img src=/a.jpg></a><p>one</p>", f"{A}\n\none"),
        ("<ul><li><p>one</p><img src=/a.jpg></li><li><img src=/b.jpg> two</ul>", f"- one\n\n  {A}\n\n- {B} two"),
        ("<blockquote><p>one</p><img src=/a.jpg></blockquote>", f"> one\n>\n> {A}"),
        ("<h2>one <img src=/a.jpg></h2>", f"## one {A}"),
        ("<pre>one <img src=/a.jpg></pre>", "```\none\n```"),
    ],
)
def test_an_image_stands_where_the_page_has_it(html: str, markdown: str) -> None:
    assert written(html) == markdown


def test_an_image_that_has_a_cell_to_itself_stands_behind_the_table() -> None:
    html = "<table><tr><th>a<th>b<tr><td>1<td>2 <img src=/a.jpg><tr><td><img src=/b.jpg><td>4</table><p>end</p>"
    assert written(html) == f"| a | b |\n| --- | --- |\n| 1 | 2 {A} |\n|  | 4 |\n\n{B}\n\nend"


def test_no_table_is_cut_in_two_by_an_image_between_its_rows() -> None:
    from harvester.extraction.segment import Image

    rows = [Block("table-row", text, f"| {text} |", group=1) for text in "ab"]
    image = Image(1, 0, Block("paragraph", "", A))
    kept = [Verdict(True, 1.0, "body")] * 2
    assert with_images(rows, kept, [image]) == [*rows, image.block]


@pytest.mark.parametrize(
    "html", ["<img src=/a.jpg>" * 50_000, "<div><img src=/a.jpg>" * 4_900, "<td><img src=/a.jpg>" * 9_000]
)
def test_pages_full_of_images_are_read_in_linear_time(html: str) -> None:
    import time

    start = time.process_time()
    extracted(f"{article()}{html}")
    assert time.process_time() - start < 20
