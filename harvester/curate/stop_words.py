"""The commonest words of some languages: what running text has, and lists, menus and word salad lack.

Lists of our own: for each language some ten of its articles, pronouns, conjunctions, prepositions and forms of *to be*.
English has those of Gopher's rule (Rae et al. 2021, A1.1), the only ones that the rule's bound of two was chosen for.
"""

from collections.abc import Mapping
from functools import cache

from harvester.curate import grams

_WORDS: Mapping[str, str] = {
    "ar": "في من على إلى أن التي الذي هذا هذه عن مع كان ما لا",
    "bg": "и на в се да за от че не са по със като",
    "ca": "de la el i que en els les per un una amb és no",
    "cs": "a se v na je že s z do to i za by jako",
    "da": "og i at det er en til af på den for ikke som med",
    "de": "der die das und in zu den ist nicht ein eine mit von auf für sich",
    "el": "και το η να του της που με για τα την από είναι στο",
    "en": "the be to of and that have with",
    "es": "de la que el en y los se del las un por con una para no es",
    "et": "ja on ei et see ka oli kui ning mis ta aga",
    "fa": "و در به از که این را با است برای آن یک",
    "fi": "ja on ei että se oli hän mutta myös kun tai joka ovat",
    "fr": "de la le et les des en un une du que est pour dans qui au par pas sur",
    "he": "של את על לא הוא זה עם כי גם היא אני יש",
    "hi": "के का में है की से और को कि पर यह था हैं",
    "hr": "i u je se na da su za od s ne koji kao",
    "hu": "a az és hogy nem is egy volt de ez meg csak van",
    "id": "yang dan di dengan untuk dari ini pada tidak dalam itu ke adalah",
    "it": "di che e la il un a per in una non è con sono del le della si",
    "lt": "ir kad yra į iš su tai buvo ne kaip bet ar",
    "lv": "un ir ka no ar par kas bija uz tas nav kā",
    "nl": "de het een van en in is dat op te zijn met voor niet die",
    "no": "og i det er på en til som av for at med ikke den",
    "pl": "i w na się nie z do to że jest o jak po ale",
    "pt": "de a que o e do da em um para com não uma os no se",
    "ro": "de și în la a cu pe care nu din că o este pentru",
    "ru": "и в не на что с по он как это но из у за",
    "sk": "a v na sa je že s z do to ako za aj by",
    "sl": "in je v na se da za so z ki pa ne",
    "sr": "и у је се на да су за од не који као i u je se na da su za od ne",
    "sv": "och i att det som en på är av för med till den inte",
    "tr": "ve bir bu da de için ile çok ne daha olarak olan gibi",
    "uk": "і в не на що з до як це та у за від але",
    "vi": "và của là có không được cho một trong với người các những",
}


@cache
def of_language(code: str | None) -> frozenset[int] | None:
    """The hashes of a language's commonest words; None for a language without a list."""
    words = _WORDS.get(code or "")
    return None if words is None else frozenset(grams.read([words]).hashes)
