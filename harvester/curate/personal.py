"""E-mail addresses, phone numbers and IP addresses in a text: where they stand.

Each is looked for around what cannot be missing (an `@`, a run of digits and separators), so that the time is linear in the
text, and then checked:

- email: a name of at most 64 characters and a domain with dots and a top level of letters (RFC 5321), which is no
  ending of a file (`icon@2x.png`).
- ip: four numbers up to 255, or an IPv6 address; none that says nothing of a person: private (RFC 1918, RFC 4193), loopback,
  link-local, multicast, unspecified, masks of networks; no numbers of versions or sections.
- phone: 8 to 15 digits (E.164) behind a `+`, or behind a word for telephone with separators, or written as
  North America or countries with a trunk prefix 0 write them; no dates, ISBN, ISSN or plain numbers.
"""

import re
from ipaddress import AddressValueError, IPv6Address

import cython

from harvester.types import Personal

_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-")
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}+(?:\.[A-Za-z0-9-]{1,63}+){1,8}+")
_TOP = re.compile(r"[A-Za-z]{2,24}|xn--[A-Za-z0-9-]{1,59}")
_FILES = frozenset(
    ("png", "jpg", "jpeg", "gif", "webp", "svg", "avif", "css", "js", "html", "htm", "php", "pdf", "json")
)
# Both begin with what they consume, and look behind it then: `re` passes over what cannot begin a match much faster so.
_IPV4 = re.compile(r"\d(?<![\w.]\d)\d{0,2}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{2,39}+(?![\w:])")
_NUMBERED = re.compile(
    r"(?:version|release|build|firmware|section|chapter|clause|paragraph|v|ver|sec|rfc|§|№)\.?\s?\Z", re.I
)
_PHONE = re.compile(
    r"[+(\d](?<![\w,+/=#&%-].)(?<!\d[.:].)(?:(?<=\+)\s?\(?\d|(?<=\()\d|(?<=\d))"
    r"(?:\d|[ \u00a0\u202f().\-‐‑–/](?=[\d( \u00a0().\-‐‑–/])){6,30}+(?![\w%])"
)
_TOLD = re.compile(
    r"(?:tel|telephone|phone|fax|mobile|mobil|cell|call|telefon|téléphone|teléfono|telefone|telefono|telefoon|puhelin|"
    r"тел|телефон|whatsapp|handy|hotline|portable|電話|电话|전화|☎|📞|✆)[^\w\n]{0,4}\Z",
    re.IGNORECASE,
)
_BOOK = re.compile(
    r"(?:isbn|issn|doi|ean|gtin|asin|isrc|oclc|iban|konto|vat|order|nr|no|№|#)[-:.\s\d]{0,8}\Z", re.IGNORECASE
)
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}([./-])\d{1,2}\1(?:1[5-9]|20)\d\d|(?:1[5-9]|20)\d\d([./-])\d{1,2}\2\d{1,2}"
    r"|(?:1[5-9]|20)\d\d\s?[-–/]\s?(?:1[5-9]|20)\d\d)(?!\d)"
)
_SOME_DIGITS = re.compile(r"[0-9][^0-9]{0,4}[0-9][^0-9]{0,4}[0-9][^0-9]{0,4}[0-9]")
_GROUPS = re.compile(r"\d{1,31}")
_WINDOW = 24
"""Characters before a number that say what it is."""


def find(text: str) -> list[Personal]:
    """The spans of what tells a person, in order; none overlap."""
    found = _emails(text) if "@" in text else []
    if not _has_numbers(text) or not (_SOME_DIGITS.search(text) or "::" in text):
        return found
    taken = list[Personal]()
    for match in _IPV4.finditer(text):
        if _is_public(match[0]) and not _NUMBERED.search(text[max(match.start() - _WINDOW, 0) : match.start()]):
            taken.append(Personal("ip", match.start(), match.end()))
    if text.count(":") >= 3:
        taken += [Personal("ip", m.start(), m.end()) for m in _IPV6.finditer(text) if _is_public_v6(m[0])]
    for match in _PHONE.finditer(text):
        end = match.end()
        while not text[end - 1].isdigit():
            end -= 1
        if _is_phone(text, match.start(), end):
            start = match.start() + (text[match.start()] == "(" and ")" not in text[match.start() : end])
            taken.append(Personal("phone", start, end))
    for span in taken:
        found.append(span)
    out = list[Personal]()
    rank = {"email": 0, "ip": 1, "phone": 2}
    for span in sorted(found, key=lambda span: (span.start, rank[span.kind])):
        if not out or span.start >= out[-1].end:
            out.append(span)
    return out


@cython.cfunc
def _has_numbers(text: str) -> cython.bint:
    """Whether there may be a phone number or an IP address in a text; in most there is none. It would have three colons, or
    among digits and separators alone eight digits, or four and three points."""
    figures: cython.Py_ssize_t = 0
    points: cython.Py_ssize_t = 0
    colons: cython.Py_ssize_t = 0
    for char in text:
        if "a" <= char <= "z":
            figures = points = 0
        elif "0" <= char <= "9" or (char > "\x7f" and char.isdecimal()):
            figures += 1
            if figures >= 8 or (figures >= 4 and points >= 3):
                return True
        elif char == ".":
            points += 1
        elif char not in " +()-‐‑–/" and not char.isspace():
            figures = points = 0
            colons += char == ":"
            if colons >= 3:
                return True
    return False


def _emails(text: str) -> list[Personal]:
    found, at, end = list[Personal](), text.find("@"), 0
    while at >= 0:
        start = at
        while start > max(end, at - 65) and text[start - 1] in _NAME:
            start -= 1
        while start < at and text[start] in ".-%+":
            start += 1
        domain = _DOMAIN.match(text, at + 1)
        if domain and 0 < at - start <= 64 and text[at - 1] != ".":
            labels = domain[0].rstrip("-").split(".")
            while len(labels) > 1 and not _TOP.fullmatch(labels[-1]):
                labels.pop()
            whole = not any(label.startswith("-") or label.endswith("-") for label in labels)
            if len(labels) > 1 and whole and labels[-1].lower() not in _FILES:
                end = at + 1 + len(".".join(labels))
                found.append(Personal("email", start, end))
        at = text.find("@", at + 1)
    return found


def _is_public(address: str) -> bool:
    one, two, *rest = parts = [int(part) for part in address.split(".")]
    if max(parts) > 255 or any(len(part) > 1 and part[0] == "0" for part in address.split(".")):
        return False
    private = one in (0, 10, 127) or one >= 224 or (one, two) in ((192, 168), (169, 254))
    return not (private or (one == 172 and 16 <= two <= 31) or (one == 100 and 64 <= two <= 127) or rest == [0, 0])


def _is_public_v6(text: str) -> bool:
    if text.count(":") < 3 or not any(char.isdigit() for char in text):
        return False
    try:
        number = int(IPv6Address(text))
    except AddressValueError:
        return False
    head = number >> 112
    return number > 0xFFFF_FFFF and head & 0xFE00 != 0xFC00 and head & 0xFFC0 != 0xFE80 and head >> 8 != 0xFF


def _is_phone(text: str, start: int, end: int) -> bool:
    number = text[start:end]
    groups: list[str] = _GROUPS.findall(number)
    digits = "".join(groups)
    if not 8 <= len(digits) <= 15 or len(set(digits)) == 1 or _DATE.search(number):
        return False
    if number.count("(") != number.count(")") and not number.startswith("("):
        return False
    before = text[max(start - _WINDOW, 0) : start]
    if _BOOK.search(before):
        return False
    if number[0] == "+":
        return digits[0] != "0"
    if len(groups) < 2 or "  " in number:
        return False
    if _TOLD.search(before):
        return True
    sizes = [len(group) for group in groups]
    if digits[:2] == "00" and len(digits) >= 10:
        return len(groups) > 1
    if sizes[-3:] == [3, 3, 4] and (len(sizes) == 3 or (sizes[0] == 1 and digits[0] == "1" and len(sizes) == 4)):
        return digits[len(digits) - 10] not in "01"
    # A trunk prefix: 030 1234567, (0171) 123-4567, 06 12 34 56 78. `0-306-40615-2` is an ISBN, `0.123 456` a number.
    return digits[0] == "0" and digits[1] != "0" and sizes[0] >= 2 and len(digits) >= 9 and max(sizes) >= 2
