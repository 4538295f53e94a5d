"""Words of class, id, role, itemprop and aria-label, and tags, by the part of a page that they name."""

from collections.abc import Mapping

PARTS: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "nav": "nav navbar navigation menu menus breadcrumb breadcrumbs toolbar topbar pager pagination pages tabs tab skip",
        "header": "header masthead head top hero banner branding logo",
        "footer": "footer foot bottom colophon copyright legal contentinfo",
        "aside": "aside sidebar sidebars side rail right left complementary secondary widget widgets widgetized block blocks",
        "comment": "comment comments commentlist commenter disqus respond replies responses discussion reply",
        "related": "related recommend recommended recommendation recommendations recirc recirculation popular trending "
        "latest recent more similar also next previous prev readmore further morefrom promoted most viewed",
        "share": "share sharing sharebar social socials follow facebook twitter whatsapp pinterest addthis sharedaddy "
        "sociable tools print",
        "promo": "promo promotion newsletter subscribe subscription signup cta ad ads adv advert advertisement "
        "advertising sponsored sponsor banner outbrain taboola donate paywall offer marketing optin campaign inline",
        "author": "author authors bio biography byline profile avatar contributor writer about vcard user username",
        "meta": "meta metadata date time timestamp published info tag tags category categories cat label labels "
        "taxonomy posted dateline details",
        "notice": "cookie cookies consent gdpr modal popup dialog overlay notice alert message toast tooltip "
        "notification lightbox",
        "caption": "caption captions figure figcaption image img photo picture gallery media video credit slideshow "
        "carousel slider",
        "form": "form search searchbox login signin register input button buttons btn filter filters sort select "
        "dropdown widgetform",
        "content": "content contents article articles body text story post entry main articlebody page single prose "
        "richtext rte copy bodytext maincontent",
        "card": "card cards grid item items tile tiles teaser teasers list lists listing row col column feature "
        "features box cell",
        "product": "product products price prices cart shop sku buy stock variant variants quantity wishlist rating "
        "ratings review reviews stars",
        "forum": "forum thread topic topics posts message messages answer answers question questions poster reply "
        "cooked postbody",
        "toc": "toc tableofcontents contentslist anchor anchors outline jump",
        "lead": "lead lede intro standfirst deck dek subtitle subhead subheadline summary excerpt abstract headline "
        "title teaser description chapo kicker",
        "notes": "footnote footnotes endnotes references reflist notes note reference bibliography",
        "docs": "doc docs documentation code highlight example api reference markdown wiki manual guide",
    }.items()
}

NAMES = (*PARTS, "article-tag", "main-tag", "section-tag", "table-tag", "list-tag", "quote-tag", "link-tag")
"""Every part, by the number of its bit."""
BIT = {name: 1 << number for number, name in enumerate(NAMES)}
KINDS_OF_TAG: Mapping[str, int] = {
    tag: BIT[name]
    for tag, name in {
        "nav": "nav", "header": "header", "footer": "footer", "aside": "aside", "form": "form", "button": "form",
        "figure": "caption", "figcaption": "caption", "address": "author", "time": "meta", "article": "article-tag",
        "main": "main-tag", "section": "section-tag", "table": "table-tag", "ul": "list-tag", "ol": "list-tag",
        "dl": "list-tag", "blockquote": "quote-tag", "a": "link-tag",
    }.items()
}  # fmt: skip
KIND_OF_WORD: dict[str, int] = {}
for _name, _words in PARTS.items():
    for _word in _words:
        KIND_OF_WORD[_word] = KIND_OF_WORD.get(_word, 0) | BIT[_name]
NEGATIVE = sum(
    BIT[name] for name in ("nav", "footer", "aside", "comment", "related", "share", "promo", "notice", "form")
)
"""The parts that are no body."""

TELLING = ("comment", "caption", "form", "meta", "content", "main-tag", "list-tag")
"""Parts whose distance tells more of a block than the odds of their words do."""
TELLING_BITS = tuple(BIT[name] for name in TELLING)
ANY_TELLING = sum(TELLING_BITS)
