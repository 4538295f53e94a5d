"""Text as it may stand in XML and in tagged lines."""

import re

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, not even escaped."""


def escaped(text: str) -> str:
    """Text between tags or in a quoted attribute; characters that XML has no place for are left out."""
    text = _ILLEGAL.sub("", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def attribute(text: str) -> str:
    """Text in a quoted attribute, in one line."""
    return escaped(" ".join(text.split()))
