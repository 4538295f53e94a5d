"""Authors and translators, as pages declare them and as lines name them in many languages."""

import pytest

from tests.extraction.declaring import PROSE, article, ld, meta, origin, read

# Declared


@pytest.mark.parametrize(
    ("stated", "authors"),
    [
        ("By Ann Lee and Bo Yi", ("Ann Lee", "Bo Yi")),
        ("Ann Lee, Bo Yi; ann lee", ("Ann Lee", "Bo Yi")),
        ("Ann Lee (al), London", ("Ann Lee",)),
        ("Ann Lee, PhD", ("Ann Lee",)),
        ("ann@mill.example (Ann Lee)", ()),
        ("Ann Lee &lt;ann@mill.example&gt;", ("Ann Lee",)),
        ("Von Anna Müller", ("Anna Müller",)),
        ("宮前 由布子、桐生航平", ("宮前 由布子", "桐生航平")),
        ("admin", ()),
        ("@annlee", ()),
        ("mill.example", ()),
        ("https://mill.example/ann", ()),
        ("Mill News", ()),
        ("Bono", ("Bono",)),
        ("ann_lee", ("ann_lee",)),
        ("ann_lee the keeper", ()),
        ("Contributors to the Tide Encyclopedia", ()),
    ],
)
def test_an_author_is_a_name(stated: str, authors: tuple[str, ...]) -> None:
    assert read(meta(og__site_name="Mill News") + f'<meta name=author content="{stated}">').authors == authors


def test_organisations_in_json_ld_are_no_authors_and_references_are_looked_up() -> None:
    graph = {
        "@graph": [
            {"@type": "BlogPosting", "author": [{"@id": "#p"}, {"@type": "Organization", "name": "Mill News"}]},
            {"@type": "Person", "@id": "#p", "name": "Ann Lee"},
        ]
    }
    assert read(ld(graph)).authors == ("Ann Lee",)


def test_a_site_may_bear_its_author_s_name() -> None:
    html = meta(og__site_name="Ann Lee") + article(author={"@type": "Person", "name": "Ann Lee"})
    assert read(html).authors == ("Ann Lee",)


def test_authors_of_comments_are_not_authors_of_the_page() -> None:
    html = (
        "<article itemscope><b itemprop=author itemscope><i itemprop=name>Ann Lee</i> editor</b>"
        "<i itemprop=author>Bo Yi</i><div itemscope><i itemprop=author>Cy Di</i></div></article>"
    )
    assert read(html).authors == ("Ann Lee", "Bo Yi")


def test_linked_and_catalogued_authors_are_read() -> None:
    assert read("<a rel='author nofollow' href=/ann>Ann Lee</a>").authors == ("Ann Lee",)
    names = "".join(f'<meta name=citation_author content="{name}">' for name in ("Lee, Ann", "Bo Yi"))
    assert read(names).authors == ("Ann Lee", "Bo Yi")


def test_there_are_fifty_authors_and_a_hundred_tags_at_most() -> None:
    names = [f"Ann {chr(65 + n % 26)}{chr(97 + n // 26)}" for n in range(99)]
    found = read(article(author=names, keywords=[f"tag {n}" for n in range(999)]))
    assert (len(found.authors), len(found.tags)) == (50, 100)


def test_a_name_may_stand_in_two_parts() -> None:
    people = [{"@type": "Person", "givenName": "Ann", "familyName": "Lee"}, {"@type": "Person", "familyName": "Yi"}]
    assert read(article(author=people)).authors == ("Ann Lee",)


def test_the_site_gives_way_to_whoever_else_is_named() -> None:
    site = meta(og__site_name="Mill News") + article(author={"@type": "Person", "name": "Mill News"})
    found = read(site + "<meta name=author content='Ann Lee'>")
    assert (found.authors, origin(found, "authors")) == (("Ann Lee",), "meta author")
    assert origin(read(site), "authors") == "json-ld (organisation)"
    named = article(author={"@type": "Person", "name": "Ann Lee MILL NEWS"})
    assert read(meta(og__site_name="Mill News") + named).authors == ("Ann Lee",)


def test_of_manuals_and_of_all_who_ever_wrote_no_organisation_is_the_author() -> None:
    mill = {"@type": "Organization", "name": "The Mill Project"}
    assert read(ld({"@type": "Article", "author": mill})).authors == ("The Mill Project",)
    assert read(ld({"@type": "TechArticle", "author": mill})).authors == ()
    all_of_them = {"@type": "Organization", "name": "Contributors to the Mill"}
    assert read(ld({"@type": "Article", "author": all_of_them})).authors == ()


def test_organisations_that_sign_together_are_all_named() -> None:
    assert read(article(author="Mill News and AFP")).authors == ("Mill News", "AFP")


def test_a_page_that_links_many_authors_is_a_list_of_what_they_wrote() -> None:
    links = [f"<p><a rel=author href=/{name}>Ann {name}</a></p>" for name in ("Lee", "Yi", "Di", "Ox")]
    assert read("".join(links[:3])).authors == ("Ann Lee", "Ann Yi", "Ann Di")
    assert read("".join(links)).authors == ()


# Lines of the text


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Ann Lee", ("Ann Lee",)),
        ("Written by Ann Lee and Bo Yi | 4 min read", ("Ann Lee", "Bo Yi")),
        ("Posted by Ann Lee on 8 March 2026", ("Ann Lee",)),
        ("8 March 2026 · By Ann Lee, staff reporter", ("Ann Lee",)),
        ("Von Änne Müller und Bo Yi", ("Änne Müller", "Bo Yi")),
        ("So 08.03.26 | 14:07 Uhr | Von Änne Müller", ("Änne Müller",)),
        ("Par Anne Dupont et Bo Yi", ("Anne Dupont", "Bo Yi")),
        ("Por Ana López y Bo Yi", ("Ana López", "Bo Yi")),
        ("di Anna Rossi", ("Anna Rossi",)),
        ("Por Ana Sousa e Bo Yi", ("Ana Sousa", "Bo Yi")),
        ("Door Anna de Vries", ("Anna de Vries",)),
        ("Av Anna Berg och Bo Yi", ("Anna Berg", "Bo Yi")),
        ("Autor: Jan Kowalski", ("Jan Kowalski",)),
        ("Автор: Анна Петрова", ("Анна Петрова",)),
        ("Автор: Анна Петрова Опубликовано: 8 марта 2026 г.", ("Анна Петрова",)),
        ("Yazan: Ayşe Yılmaz", ("Ayşe Yılmaz",)),
        ("بقلم: سلمى حداد", ("سلمى حداد",)),
        ("記者 渡辺花子", ("渡辺花子",)),
        ("作者：王小明", ("王小明",)),
        ("김민지 기자", ("김민지",)),
        ("Oleh Siti Rahayu", ("Siti Rahayu",)),
        ("Tác giả: Lê Thu Hà", ("Lê Thu Hà",)),
        ("מאת: נועה לוי", ("נועה לוי",)),
        ("Írta: Kovács Anna", ("Kovács Anna",)),
        ("Napsala Anna Nováková", ("Anna Nováková",)),
        ("Kirjoittanut Anna Virtanen", ("Anna Virtanen",)),
        ("By the light of the lamp the keeper reads.", ()),
        ("Privacy Policy", ()),
    ],
)
def test_a_byline_under_the_headline_names_the_authors_in_many_languages(line: str, authors: tuple[str, ...]) -> None:
    marked = "김" in line  # what tells the name stands behind it
    found = read(f"<h1>Tides and mills</h1><p{' class=byline' if marked else ''}>{line}</p><p>{PROSE}</p>")
    assert found.authors == authors
    assert origin(found, "authors") == ("byline" if authors else None)


@pytest.mark.parametrize(
    ("html", "authors"),
    [
        ("<p class=post-author><a href=/a>Ann Lee</a> <a href=/b>Bo Yi</a></p>", ("Ann Lee", "Bo Yi")),
        ("<div class=byline><span>Written by</span></div><p>Ann Lee</p>", ("Ann Lee",)),
        ("<p>Ann Lee</p><p>8 March 2026</p>", ("Ann Lee",)),
        ("<p>Ann Lee</p>", ()),
        ("<div class=comments><p class=author>Ann Lee</p></div>", ()),
        ("<p class=author>Mill News Staff</p>", ("Mill News Staff",)),
    ],
)
def test_markup_and_dates_tell_where_an_author_stands(html: str, authors: tuple[str, ...]) -> None:
    assert read(f"<h1>Tides and mills</h1>{html}<p>{PROSE}</p>").authors == authors


def test_declared_people_come_before_bylines_and_bylines_before_organisations() -> None:
    line = f"<h1>Tides</h1><p>By Ann Lee</p><p>{PROSE}</p>"
    assert read(article(author={"@type": "Person", "name": "Bo Yi"}) + line).authors == ("Bo Yi",)
    signed = article(author={"@type": "Organization", "name": "Mill News"})
    assert read(signed + line).authors == ("Ann Lee",)
    alone = read(signed)
    assert (alone.authors, origin(alone, "authors")) == (("Mill News",), "json-ld (organisation)")


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Translated by Ann Lee", ("Ann Lee",)),
        ("Aus dem Englischen von Änne Müller", ("Änne Müller",)),
        ("Traduction : Anne Dupont", ("Anne Dupont",)),
        ("Перевод: Анна Петрова", ("Анна Петрова",)),
        ("Translation is hard work.", ()),
    ],
)
def test_translators_are_named_by_lines_and_in_json_ld(line: str, people: tuple[str, ...]) -> None:
    assert read(f"<h1>Tides</h1><p>{PROSE}</p><p>{line}</p>").translators == people
    assert read(article(translator={"@type": "Person", "name": "Bo Yi"})).translators == ("Bo Yi",)


def test_a_signature_in_bold_stands_above_or_below_the_text() -> None:
    text = f"<p>{PROSE} {PROSE}</p>"
    head = meta(article__published_time="2026-03-08") + "<main><h1>Tides and mills</h1><article>"
    for html in ("<p><b>Ann Lee/Bo Yi</b></p>" + text, text + "<p><i>Ann Lee, Bo Yi</i></p>"):
        found = read(head + html + "</article><p>More</p></main>")
        assert (found.authors, origin(found, "authors")) == (("Ann Lee", "Bo Yi"), "signature"), html


@pytest.mark.parametrize(
    "line",
    [
        "<p>Ann Lee</p>",
        "<p><b>The Mill</b> turns</p>",
        "<p><b>Tides Today</b></p>",
        "<p><b>Sunset Lamp</b></p>",
        "<p><b>KEY POINTS</b></p>",
        "<div class=related><p><b>Ann Lee</b></p></div>",
    ],
)
def test_what_is_bold_above_a_text_is_no_signature_unless_it_can_be_a_name(line: str) -> None:
    html = f"<h1>Tides and mills</h1>{line}<p>{PROSE} {PROSE}</p>"
    assert read(meta(article__published_time="2026-03-08") + html).authors == ()


def test_only_articles_are_signed() -> None:
    html = f"<h1>Tides and mills</h1><p><b>Ann Lee</b></p><p>{PROSE} {PROSE}</p>"
    assert read(html).authors == ()


def test_a_table_of_facts_names_the_author_anywhere() -> None:
    text = f"<h1>Tides and mills</h1>{f'<p>{PROSE}</p>' * 30}"
    for line in ("<b>Autorin/Autor</b> Ann Lee", "Author: Ann Lee", "<b>Автор:</b> Анна Ли", "作者：王小明"):
        assert len(read(f"{text}<ul><li>{line}</ul>").authors) == 1, line
    assert read(f"{text}<ul><li>Author: Ann Lee<li>Author: Bo Yi</ul>").authors == ()
    assert read(f"{text}<ul class=related><li>Author: Ann Lee</ul>").authors == ()


def test_editors_and_reviewers_are_no_authors() -> None:
    def names(line: str, declared: str = "") -> tuple[str, ...]:
        return read(f"{declared}<h1>Tides and mills</h1><p class=byline>{line}</p><p>{PROSE}</p>").authors

    assert names("Redaktion: Ann Lee und Bo Yi") == () and names("Editor : Ann Lee") == ()
    assert names("By Ann Lee. Reviewed by Bo Yi, MD") == ("Ann Lee",)
    assert names("By Ann Lee | Medically reviewed by Bo Yi") == ("Ann Lee",)
    edited = article(author={"@type": "Person", "name": "Cy Di"}) + "<p>Penyunting: Cy Di</p>"
    assert names("Oleh Ann Lee", edited) == ("Ann Lee",)
    assert names("The mill", edited) == ("Cy Di",)


def test_links_about_authors_and_credits_of_images_are_no_names() -> None:
    html = "<meta name=author content='Ann Lee'><meta name=author content='(Image: Mill Photos/Cy Di)'>"
    assert read(html).authors == ("Ann Lee",)
    assert read("<a rel=author href=/a>More about Ann Lee</a>").authors == ()
