"""A bench of pages made up by chance that is the same every time: sites of their own look, in several languages."""

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

# Who, does what, where, when: every language's parts combine to some thousand sentences.
_PARTS = {
    "en": (
        ("The keeper", "A retired miller", "The ferryman", "Our neighbour", "The young bell founder"),
        ("mends the lamp", "counts the stones", "writes down every tide", "sharpens the old saw", "paints the gate"),
        ("behind the harbour wall", "on the upper meadow", "next to the narrow canal", "in the empty granary"),
        ("before the frost comes", "while the bread is in the oven", "as his mother did", "until the bell rings twice"),
    ),
    "de": (
        ("Der Wärter", "Eine alte Müllerin", "Der Fährmann", "Unsere Nachbarin", "Der junge Glockengießer"),
        ("flickt die Lampe", "zählt die Steine", "notiert jede Flut", "schärft die Säge", "streicht das Tor"),
        ("hinter der Hafenmauer", "auf der oberen Wiese", "neben dem schmalen Kanal", "im leeren Speicher"),
        ("bevor der Frost kommt", "während das Brot im Ofen ist", "wie es früher war", "bis es zweimal läutet"),
    ),
    "es": (
        ("El farero", "Una vieja molinera", "El barquero", "Nuestra vecina", "El joven campanero"),
        ("repara la lámpara", "cuenta las piedras", "apunta cada marea", "afila la sierra", "pinta la verja"),
        ("detrás del muelle", "en el prado de arriba", "junto al canal estrecho", "en el granero vacío"),
        ("antes de que hiele", "mientras se cuece el pan", "como hacía su madre", "hasta que suena la campana"),
    ),
    "fr": (
        ("Le gardien", "Une vieille meunière", "Le passeur", "Notre voisine", "Le jeune fondeur"),
        ("répare la lampe", "compte les pierres", "note chaque marée", "affûte la scie", "repeint le portail"),
        ("derrière le quai", "dans le pré du haut", "près du canal étroit", "dans le grenier vide"),
        ("avant le gel", "pendant que le pain cuit", "comme le faisait sa mère", "avant la deuxième cloche"),
    ),
}
_NAMES = ("Ada Quill", "Bo Lind", "Cleo Marsh", "Dov Arne", "Ines Paz", "Jan Holt", "Mo Reed", "Vera Stoll")
_SHORT = ("Tides", "Mills", "Bells", "Bread", "Boats", "Gates", "Ovens", "Saws", "Looms", "Kilns", "Wells", "Ropes")
SITES = 24
"""Twelve at least: a word of the markup counts from ten sites on."""


def bench(pages_a_site: int = 3, seed: int = 7) -> list[dict[str, object]]:
    """Pages of every site: articles with readers' comments below, which are no body, and threads, whose posts are."""
    chance = Random(seed)
    out: list[dict[str, object]] = []
    for site in range(SITES):
        for number in range(pages_a_site):
            language = list(_PARTS)[site % len(_PARTS)]
            forum = site % 3 == 2
            html, gold = _page(chance, site, language, forum)
            out.append(
                {
                    "id": f"{site}-{number}",
                    "url": f"https://www.site{site}.example/{number}",
                    "html": html,
                    "gold": gold,
                    "page_type": "forum" if forum else "article",
                    "lang": language,
                }
            )
    return out


def write(path: Path, pages: Sequence[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(page) + "\n" for page in pages), "utf-8")
    return path


def _sentence(chance: Random, language: str) -> str:
    return " ".join(chance.choice(part) for part in _PARTS[language]) + "."


def _paragraph(chance: Random, language: str) -> str:
    return " ".join(_sentence(chance, language) for _ in range(chance.randint(2, 5)))


def _page(chance: Random, site: int, language: str, forum: bool) -> tuple[str, str]:
    body = [_paragraph(chance, language) for _ in range(chance.randint(4, 8))]
    said = [_paragraph(chance, language) for _ in range(chance.randint(1, 3))]
    title = _sentence(chance, language).rstrip(".")
    wrap, menu, related, remarks, foot = (
        ("article", "nav", "aside", "section", "footer"),
        (
            "div class='entry-content'",
            "div class='menu'",
            "div class='related'",
            "div class='comments'",
            "div id='footer'",
        ),
        ("main class='story'", "ul class='navbar'", "div class='sidebar related'", "ol class='comment-list'", "footer"),
    )[site % 4 % 3]
    if forum:
        text = "".join(f"<div class='post'><b>{chance.choice(_NAMES)}</b><p>{p}</p></div>" for p in body)
        below = ""
    else:
        text = "".join(f"<p>{p}</p>" for p in body)
        posts = "".join(f"<div class='comment'><b>{chance.choice(_NAMES)}</b><p>{p}</p></div>" for p in said)
        below = _element(remarks, posts)
    links = "".join(f"<li><a href='/{word}'>{word}</a></li>" for word in chance.sample(_SHORT, 8))
    more = "".join(f"<p><a href='/{n}'>{_sentence(chance, language)}</a></p>" for n in range(4))
    html = (
        f"<html><head><title>{title}</title></head><body>{_element(menu, links)}<h1>{title}</h1>"
        f"{_element(wrap, text)}{below}{_element(related, more)}"
        f"{_element(foot, f'<p>© Site {site} · <a href=/>Imprint</a></p>')}</body></html>"
    )
    return html, "\n\n".join(body)


def _element(opening: str, content: str) -> str:
    return f"<{opening}>{content}</{opening.split()[0]}>"
