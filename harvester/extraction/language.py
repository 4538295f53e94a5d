"""The language of an extracted text, by a model that ships with its package."""

_ENOUGH = 40
_SAMPLE = 1_000


def language_of(text: str) -> str | None:
    """ISO 639-1 code of the text's language; None under 40 letters, where a guess is worth little."""
    sample = text[:_SAMPLE]
    if sum(c.isalpha() for c in sample) < _ENOUGH:
        return None
    import py3langid

    code: str = py3langid.classify(sample)[0]
    return code
