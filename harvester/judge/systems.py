"""The systems that are compared, each with the settings its documentation gives for main content as plain text.

Libraries are imported when a system runs: all but trafilatura are the optional extra `bench`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from harvester.errors import InputError, PageError
from harvester.extraction import Weights, extract_page
from harvester.judge.flatten import FLATTENERS, html_text
from harvester.settings import Recipe
from harvester.types import EPOCH, Capture

HARVESTER = "harvester"

# jusText names its stop lists in English; these are the ISO 639-1 codes of those that it has.
# fmt: off
_STOPLISTS = {
    "af": "Afrikaans", "an": "Aragonese", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian",
    "bg": "Bulgarian", "bn": "Bengali", "br": "Breton", "bs": "Bosnian", "ca": "Catalan", "cs": "Czech",
    "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "eo": "Esperanto",
    "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "ga": "Irish", "gl": "Galician", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "ht": "Haitian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian",
    "jv": "Javanese", "ka": "Georgian", "kk": "Kazakh", "kn": "Kannada", "ko": "Korean", "ku": "Kurdish",
    "ky": "Kyrgyz", "la": "Latin", "lb": "Luxembourgish", "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian",
    "ml": "Malayalam", "mr": "Marathi", "ms": "Malay", "mt": "Maltese", "nb": "Norwegian_Bokmal", "ne": "Nepali",
    "nl": "Dutch", "nn": "Norwegian_Nynorsk", "no": "Norwegian_Bokmal", "oc": "Occitan", "pl": "Polish",
    "pt": "Portuguese", "qu": "Quechua", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
    "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu",
    "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "vo": "Volapuk",
    "wa": "Walloon",
}
# fmt: on
# What C4 takes for the end of a sentence: Raffel et al. 2020, section 2.2.
_C4_LINE = re.compile(r"""[.!?"”]$""")
_C4_WORDS = 5


def harvest(source: str, url: str, weights: Weights, *, html: bool) -> str:
    """harvester's text, followed by the footnotes, which it returns apart; empty where the page fails."""
    kind = "text/html" if html else "text/plain"
    capture = Capture(url, EPOCH, source.encode("utf-8", "replace"), content_type=f"{kind}; charset=utf-8")
    try:
        document = extract_page(capture, Recipe(), weights)
    except PageError:
        return ""
    return "\n\n".join([document.text, *(note.text for note in document.metadata.footnotes)])


def other(system: str, source: str, language: str) -> str:
    """The text another system takes from a page in a language (ISO 639-1); empty where it fails."""
    try:
        return _SYSTEMS[system](source, language) or ""
    except Exception:  # what a library of others raises on a page is not ours to know; the page counts as failed
        return ""


def _trafilatura(source: str, language: str) -> str | None:
    import trafilatura

    text: str | None = trafilatura.extract(source, include_comments=False)
    return text


def _resiliparse(source: str, language: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    text: str = extract_plain_text(source, main_content=True)
    return text


def _readability(source: str, language: str) -> str:
    from readability import Document

    return html_text(Document(source).summary(html_partial=True))


def _justext(source: str, language: str) -> str:
    """With the stop list of the language; where it has none, as its command does with `-s None`."""
    import justext

    name = _STOPLISTS.get(language)
    if name is None:
        paragraphs = justext.justext(source, frozenset(), stopwords_low=0, stopwords_high=0)
    else:
        paragraphs = justext.justext(source, _stoplist(name))
    return "\n\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)


@cache
def _stoplist(name: str) -> frozenset[str]:
    import justext

    words: frozenset[str] = justext.get_stoplist(name)
    return words


def _newspaper4k(source: str, language: str) -> str:
    """`fulltext` asks nothing of the network."""
    import newspaper

    known = language in _newspaper_languages()
    text: str = newspaper.fulltext(source, language=language if known else "en")
    return text


@cache
def _newspaper_languages() -> frozenset[str]:
    from newspaper.languages import get_available_languages

    return frozenset(get_available_languages())


def _as_it_is(source: str, language: str) -> str:
    return source


def _c4(source: str, language: str) -> str:
    """The line rules of C4: a line stays if it ends as a sentence does and has five words."""
    lines = (line.strip() for line in source.split("\n"))
    return "\n".join(line for line in lines if _C4_LINE.search(line) and len(line.split()) >= _C4_WORDS)


_SYSTEMS: Mapping[str, Callable[[str, str], str | None]] = {
    "trafilatura": _trafilatura,
    "resiliparse": _resiliparse,
    "readability": _readability,
    "justext": _justext,
    "newspaper4k": _newspaper4k,
    "none": _as_it_is,
    "c4": _c4,
}
FLAT_ONLY = ("none", "c4")
"""Systems that do nothing to markup, and so are for flattened pages alone."""
_PACKAGES: Mapping[str, Sequence[str]] = {
    "harvester": ["harvester"],
    "trafilatura": ["trafilatura"],
    "resiliparse": ["resiliparse"],
    "readability": ["readability-lxml", "html-text"],
    "justext": ["jusText"],
    "newspaper4k": ["newspaper4k"],
    "htmldate": ["htmldate"],
    "html-text": ["html-text"],
    "inscriptis": ["inscriptis"],
}


def check(systems: Sequence[str], flattener: str | None) -> None:
    """Raises InputError for a system or flattener that is unknown, out of place or not installed."""
    if unknown := [name for name in systems if name not in _SYSTEMS]:
        raise InputError(f"--vs {unknown[0]}: no such system; choose from {', '.join(_SYSTEMS)}")
    if flattener is not None and flattener not in FLATTENERS:
        raise InputError(f"--flatten {flattener}: no such flattener; choose from {', '.join(FLATTENERS)} and none")
    if flattener is None and (flat := [name for name in systems if name in FLAT_ONLY]):
        raise InputError(f"--vs {flat[0]}: compares flattened text; give --flatten as well")
    versions([*systems, *([flattener] if flattener else [])])


def versions(names: Sequence[str]) -> dict[str, str]:
    """The installed version of each library that is compared. Raises InputError where one is missing."""
    found = {}
    for name in names:
        for package in _PACKAGES.get(name, ()):
            try:
                found[package] = version(package)
            except PackageNotFoundError as error:
                raise InputError(f"{name}: not installed; run `pip install 'harvester[bench]'`") from error
    return found
