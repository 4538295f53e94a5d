"""Sites made up for the tests of the gate: hosts with a template, a language and pages each; redesigns that harm, and noise.

Every text is drawn from the word lists below by a `Random` that is handed in: the same seed gives the same sites.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from random import Random

from harvester.gold import Expect, GoldPage
from harvester.types import EPOCH, Capture

WORDS: Mapping[str, tuple[str, str]] = {
    "en": (
        "the of and to in that was it for with as on by at from had this which but they were when",
        "harbour keeper lantern river bridge morning winter village letter engine garden market stone window copper ferry "
        "carried opened counted remembered slow narrow bright seven early wooden northern quiet repaired painted measured",
    ),
    "de": (
        "der die das und in von zu mit auf für nicht ist eine dem den war als auch nach bei über wenn",
        "Hafen Brücke Werkstatt Fenster Morgen Winter Garten Markt Laterne Brief Maschine Kupfer Fähre Schiff Nachbar Stein "
        "trug öffnete zählte erinnerte langsam schmal hell sieben früh hölzern still repariert gemalt gemessen",
    ),
    "fr": (
        "le la les de des et à en que dans pour une sur est avec au qui par était mais plus ils",
        "port pont atelier fenêtre matin hiver jardin marché lanterne lettre machine cuivre bac navire voisin pierre "
        "portait ouvrait comptait lent étroit clair sept tôt silencieux réparé peint mesuré rivière village gardien",
    ),
    "es": (
        "el la los de y en que por con una para del se no las un al era como más pero sus",
        "puerto puente taller ventana mañana invierno jardín mercado farol carta máquina cobre barca vecino piedra río "
        "llevaba abría contaba lento estrecho claro siete temprano callado reparado pintado medido aldea guardián",
    ),
    "it": (
        "il la di e che in un per con una del non si da le era come più ma dei alla sono",
        "porto ponte bottega finestra mattina inverno giardino mercato lanterna lettera macchina rame barca vicino pietra "
        "portava apriva contava lento stretto chiaro sette presto silenzioso riparato dipinto misurato villaggio custode",
    ),
    "ru": (
        "и в на с что не по из как к это был для от но он она так же все после когда",
        "гавань мост мастерская окно утро зима сад рынок фонарь письмо машина медь паром сосед камень река деревня сторож "
        "нёс открыл считал медленно узкий светлый семь рано тихий починил измерил старый северный дорога",
    ),
}


@dataclass(frozen=True)
class Template:
    """How a host writes its pages: names of classes, elements, and what stands around the body."""

    body_tag: str
    body_class: str
    wrapper: str
    paragraph: str
    """`p`, `div` or `br`."""
    sidebar: bool
    comments: bool
    teasers: int
    table: bool = False
    promo: str = ""
    """HTML that a redesign puts between the paragraphs."""
    split: int = 0
    """Paragraphs, from the end, that stand outside of the body: `after` says how."""
    after: str = "{}"
    hide: str = "{}"
    swapped: bool = False
    """Whether the sidebar, or else the teasers, have the class that was the body's: `other_class`."""
    other_class: str = ""


TEMPLATES = (
    Template("div", "entry-content", "article", "p", True, True, 3),
    Template("div", "story-body", "main", "p", False, False, 4),
    Template("section", "css-1q7zk9", "div", "p", True, False, 3),
    Template("div", "post-body", "div", "br", True, True, 2),
    Template("div", "mw-parser-output", "main", "p", True, False, 0),
    Template("td", "text", "div", "p", True, False, 2, table=True),
    Template("div", "article__content", "article", "p", False, True, 4),
    Template("div", "markdown", "main", "p", True, False, 0),
    Template("article", "post", "main", "p", False, True, 3),
    Template("div", "node__content", "div", "div", True, False, 3),
)


@dataclass(frozen=True)
class Content:
    """What one page says."""

    name: str
    title: str
    author: str
    date: str
    parts: tuple[tuple[str, str], ...]
    """Tag (`p`, `h2`, `li`, `blockquote`) and text."""
    chatter: tuple[str, ...]
    """Texts of comments and teasers."""


@dataclass(frozen=True)
class Site:
    host: str
    language: str
    template: Template
    pages: tuple[Content, ...]
    menu: tuple[str, ...] = ()
    footer: str = ""
    aside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Noise:
    """What differs between two fetches of the same page, and means nothing."""

    stamp: str = "1764115200"
    ids: str = "a1"
    spaces: str = "\n"
    turned: bool = False
    """Whether attributes come in another order."""
    menu: tuple[str, ...] = ()
    teasers: tuple[str, ...] = field(default=())


def sentence(language: str, chance: Random, least: int = 8, most: int = 22) -> str:
    common, rare = (part.split() for part in WORDS[language])
    words = [chance.choice(common if chance.random() < 0.45 else rare) for _ in range(chance.randint(least, most))]
    if len(words) > 12:
        words[len(words) // 2] += ","
    text = " ".join(words)
    return text[:1].upper() + text[1:] + "."


def paragraph(language: str, chance: Random, least: int = 2, most: int = 5) -> str:
    return " ".join(sentence(language, chance) for _ in range(chance.randint(least, most)))


def sites(chance: Random, hosts: int = 12) -> tuple[Site, ...]:
    """So many hosts of five to eight pages, each with a template and a language."""
    found = []
    for number in range(hosts):
        language = tuple(WORDS)[number % len(WORDS)]
        pages = tuple(_content(language, chance, index) for index in range(chance.randint(5, 8)))
        found.append(
            Site(
                f"www.site{number:02}.example",
                language,
                TEMPLATES[number % len(TEMPLATES)],
                pages,
                tuple(sentence(language, chance, 1, 2)[:-1] for _ in range(chance.randint(5, 9))),
                f"© 2026 {sentence(language, chance, 3, 5)}",
                tuple(sentence(language, chance, 3, 7)[:-1] for _ in range(6)),
            )
        )
    return tuple(found)


def _content(language: str, chance: Random, index: int) -> Content:
    parts = list[tuple[str, str]]()
    for number in range(chance.randint(5, 12)):
        if number and chance.random() < 0.2:
            parts.append(("h2", sentence(language, chance, 2, 5)[:-1]))
        parts.append(("blockquote" if chance.random() < 0.06 else "p", paragraph(language, chance)))
        if chance.random() < 0.1:
            parts += [("li", sentence(language, chance, 5, 12)) for _ in range(chance.randint(3, 5))]
    return Content(
        f"page-{index}",
        sentence(language, chance, 4, 8)[:-1],
        f"{chance.choice(('Mara', 'Jon', 'Ilse', 'Petr'))} {chance.choice(('Quist', 'Arden', 'Lobo', 'Sava'))}",
        f"2026-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
        tuple(parts),
        tuple(paragraph(language, chance, 1, 2) for _ in range(8)),
    )


def gold_of(site: Site, page: Content) -> GoldPage:
    """The gold of a page: its body and nothing else, so that the scores alone must tell."""
    return GoldPage(
        name=f"{site.host}/{page.name}",
        page=f"{site.host}/{page.name}/page.html",
        url=f"https://{site.host}/{page.name}",
        captured=EPOCH,
        content_type="text/html",
        kind="article",
        language=site.language,
        host=site.host,
        markdown="\n\n".join([page.title, *(text for _, text in page.parts)]),
        expect=Expect(),
        checked=True,
        page_sha256="0" * 64,
        gold_sha256="0" * 64,
    )


def capture(site: Site, page: Content, noise: Noise | None = None) -> Capture:
    html = render(site, page, noise or Noise())
    return Capture(f"https://{site.host}/{page.name}", EPOCH, html.encode(), status=200, content_type="text/html")


def _attributes(noise: Noise, **named: str) -> str:
    pairs = [f'{key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in named.items() if value]
    return "".join(f" {pair}" for pair in (reversed(pairs) if noise.turned else pairs))


def _body(template: Template, parts: list[tuple[str, str]], noise: Noise) -> str:
    out, inserted = list[str](), len(parts) // 2
    for number, (tag, text) in enumerate(parts):
        if template.promo and number in (inserted, len(parts) - 1):
            out.append(template.promo)
        inner = escape(text)
        if tag == "p":
            out.append(
                {"p": f"<p>{inner}</p>", "div": f"<div>{inner}</div>", "br": f"{inner}<br><br>"}[template.paragraph]
            )
        elif tag == "li":
            out.append(f"<ul><li>{inner}</li></ul>")
        elif tag == "blockquote":
            out.append(f"<blockquote><p>{inner}</p></blockquote>")
        else:
            out.append(f"<{tag}>{inner}</{tag}>")
    return noise.spaces.join(out)


def render(site: Site, page: Content, noise: Noise) -> str:
    """The page as its server sends it."""
    t, at = site.template, noise
    side_class = t.other_class if t.swapped else "sidebar widget-area"
    teaser_class = t.other_class if t.swapped and not t.sidebar else "related"
    menu = "".join(f'<li><a href="/m/{i}">{escape(text)}</a></li>' for i, text in enumerate((*site.menu, *noise.menu)))
    head = f"<header{_attributes(at, class_='site-header', id_='top-' + at.ids)}><nav><ul>{menu}</ul></nav></header>"
    parts = list(page.parts)
    cut = len(parts) - t.split if t.split else len(parts)
    main = _body(t, parts[:cut], noise)
    rest = t.after.format(_body(t, parts[cut:], noise)) if t.split else ""
    meta = f'<div class="meta"><span class="author">{page.author}</span> <time datetime="{page.date}">{page.date}</time></div>'
    tag = "div" if t.body_tag == "td" else t.body_tag
    inner = t.hide.format(
        f"<{tag}{_attributes(at, class_=t.body_class, data_ts=at.stamp, id_='b' + at.ids)}>{main}</{tag}>"
    )
    opening = f"<{t.wrapper}{_attributes(at, class_='main', data_id=at.ids)}>"
    article = f"{opening}<h1>{escape(page.title)}</h1>{meta}{inner}{rest}</{t.wrapper}>"
    teasers = "".join(
        f'<div class="teaser"><h3><a href="/t/{i}">{escape(text[:50])}</a></h3><p>{escape(text[:110])}…</p></div>'
        for i, text in enumerate((*page.chatter[: t.teasers], *noise.teasers))
    )
    related = f'<section class="{teaser_class}">{teasers}</section>' if teasers else ""
    links = "".join(f'<li><a href="/a/{i}">{escape(text)}</a></li>' for i, text in enumerate(site.aside))
    side = f"<aside{_attributes(at, class_=side_class)}><ul>{links}</ul></aside>" if t.sidebar else ""
    said = "".join(
        f'<li class="comment"><span class="fn">{name}</span><p>{escape(text)}</p></li>'
        for name, text in zip(("Ann", "Bo"), page.chatter[5:7], strict=False)
    )
    comments = f'<section id="comments" class="comments"><ol>{said}</ol></section>' if t.comments else ""
    foot = f"<footer><p>{escape(site.footer)}</p></footer>"
    middle = f"{article}{noise.spaces}{related}{comments}{side}"
    if t.table:
        middle = f"<table><tr><td>{side}</td><td class='text'>{article}{related}</td></tr></table>"
    return (
        f'<!doctype html><html lang="{site.language}"><head><meta charset="utf-8"><title>{escape(page.title)}</title>'
        f'<meta name="generated" content="{at.stamp}"></head><body>{noise.spaces}{head}{noise.spaces}{middle}{noise.spaces}{foot}'
        f"<script>var t={at.stamp}</script></body></html>"
    )


Break = Callable[[Site, Random], Site]


def _with(site: Site, **changes: object) -> Site:
    return replace(site, template=replace(site.template, **changes))  # type: ignore[arg-type]


def classes_shuffled(site: Site, chance: Random) -> Site:
    """Names of classes move to other parts, as where a style sheet is written anew and its names are used again."""
    name = chance.choice(
        ("comments", "related-posts", "footer-widget", "promo newsletter", "sidebar widget-area", "cookie-notice")
    )
    return _with(
        site, swapped=True, body_class=name, other_class=site.template.body_class, body_tag="aside", wrapper="div"
    )


def wrapper_changed(site: Site, chance: Random) -> Site:
    """The body moves to where only a script shows it, or into links, as on a page that opens paragraphs one by one."""
    hide = chance.choice(
        (
            "<template>{}</template>",
            '<div id="root"></div><script type="text/x-template">{}</script>',
            '<div id="app"></div><textarea hidden>{}</textarea>',
            '<nav class="toc"><a href="/read">{}</a></nav>',
        )
    )
    return _with(site, hide=hide, wrapper="div")


def promo_inserted(site: Site, chance: Random) -> Site:
    """Advertising in whole sentences between the paragraphs, in an element like theirs."""
    texts = [paragraph(site.language, chance, 1, 3) for _ in range(chance.randint(1, 2))]
    shape = chance.choice(
        ("<p>{}</p>", "<div><p>{}</p></div>", "<p><strong>{}</strong></p>", "<blockquote><p>{}</p></blockquote>")
    )
    return _with(site, promo="".join(shape.format(escape(text)) for text in texts))


def body_split(site: Site, chance: Random) -> Site:
    """The later part of the body moves behind `read on`: onto another page, or to where only a script shows it."""
    after = chance.choice(
        (
            "",
            "<template>{}</template>",
            '<script type="text/x-template">{}</script>',
            '<nav class="more"><a href="/read-on">{}</a></nav>',
        )
    )
    return _with(site, split=chance.randint(1, max(2, min(len(page.parts) for page in site.pages) // 2)), after=after)


def moved_visibly(site: Site, chance: Random) -> Site:
    """The body moves into a box of another name or one that is hidden at first: what a good extractor withstands."""
    hide = chance.choice(
        (
            '<div hidden class="lazy">{}</div>',
            '<div style="display:none" class="js-content">{}</div>',
            '<aside class="sidebar"><div class="widget">{}</div></aside>',
            '<footer class="site-footer">{}</footer>',
            '<section id="comments" class="comments"><ol><li class="comment">{}</li></ol></section>',
        )
    )
    if chance.random() < 0.2:
        return _with(site, body_class="teaser", body_tag="aside")
    return _with(site, hide=hide, wrapper="div")


BREAKS: Mapping[str, Break] = {
    "class names shuffled": classes_shuffled,
    "wrapper changed": wrapper_changed,
    "promo inserted": promo_inserted,
    "body split": body_split,
}


def noise(site: Site, chance: Random) -> Noise:
    """Another fetch of a page of the site."""
    return Noise(
        stamp=str(chance.randint(1_700_000_000, 1_800_000_000)),
        ids=f"{chance.randrange(1 << 32):x}",
        spaces=chance.choice(("\n", "\n\n  ", " ", "\n\t")),
        turned=chance.random() < 0.5,
        menu=(sentence(site.language, chance, 1, 2)[:-1],) if chance.random() < 0.5 else (),
        teasers=(paragraph(site.language, chance, 1, 2),) if chance.random() < 0.5 and site.template.teasers else (),
    )
