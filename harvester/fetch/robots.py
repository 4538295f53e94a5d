"""What robots.txt asks of us, by RFC 9309: its rules read by protego, and what an answer without rules means."""

import re
from functools import lru_cache

import ada_url
from protego import Protego

from harvester.decode import undo_coding
from harvester.errors import PageError
from harvester.fetch.client import Wanted
from harvester.types import Capture, Frozen

ROBOTS = Wanted("text/plain, */*;q=0.1", codings="identity", limit=524_288)
"""RFC 9309 2.5 wants 500 KiB read at least; what lies behind is ignored."""
REDIRECTS = 5
"""RFC 9309 2.3.1.2: behind five redirects the file may be taken for unavailable."""
CACHED = 86_400
"""RFC 9309 2.4: seconds for which an answer is used, at most."""
LONGEST_DELAY = 30.0
"""Seconds. A host that asks for more is left out and reported; Nutch has the same bound."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_FIELD = re.compile(r"\s*([a-z -]+?)\s*(?::|\s)\s*([^#]*)", re.I)
_TOKEN = re.compile(r"[a-zA-Z_-]*")
_AGENTS = ("user-agent", "useragent", "user agent")
# What protego reads; a line of another kind would end the group, against RFC 9309 2.2.4.
_RULES = ("allow", "disallow", "crawl-delay", "crawl delay", "dissallow", "dissalow", "disalow", "diasllow", "disallaw")
_US, _OTHERS = "us", "others"


class Robots(Frozen, frozen=True):
    """The rules of one origin (scheme, host and port); everything is allowed where there are none."""

    rules: Protego | None = None
    trouble: PageError | None = None
    """Why nothing may be asked for now: RFC 9309 2.3.1.4, the file is unreachable."""

    @property
    def said(self) -> str:
        """What is noted of a page that may be asked for: one of `types.ROBOTS`."""
        return "none" if self.rules is None else "allowed"

    @property
    def delay(self) -> float:
        """Seconds between two requests that the site asks for."""
        return (self.rules.crawl_delay(_US) if self.rules else None) or 0.0

    def check(self, url: str) -> None:
        """Raise PageError where the page may not be asked for."""
        if self.trouble:
            raise self.trouble
        if self.rules and not self.rules.can_fetch(url, _US):
            raise PageError("robots", "robots.txt forbids it")
        if self.delay > LONGEST_DELAY:
            raise PageError("robots", f"crawl-delay of {self.delay:g} seconds: more than the {LONGEST_DELAY:g} we keep")


@lru_cache(1_024)
def robots_url(url: str) -> str:
    """Where the rules for an http or https address stand."""
    return f"{ada_url.URL(url).origin}/robots.txt"


def agent_token(user_agent: str) -> str:
    """The product token that robots.txt names us by: the letters, `-` and `_` that the agent string begins with."""
    found = _TOKEN.match(user_agent)
    return found[0] if found else ""


def read_robots(answer: Capture | PageError, agent: str) -> Robots:
    """The rules for `agent`, a product token, from what came of asking for robots.txt.

    No answer, or one that says the server is at fault, means: not now. 429 is among these although RFC 9309
    lets a crawler take all of 4xx for "no rules": a server that has had too many requests wants none now.
    """
    if isinstance(answer, PageError):
        if answer.reason == "redirect":
            return Robots()
        return Robots(trouble=_not_now(answer))
    status = answer.status or 0
    if status == 429 or status >= 500:
        return Robots(trouble=PageError("robots", f"robots.txt cannot be read for now: the server answered {status}"))
    if status >= 300:
        return Robots()
    try:
        body = undo_coding(answer.body, answer.header("content-encoding"), 8 << 20)
    except PageError as error:
        return Robots(trouble=_not_now(error))
    return Robots(parse(body, agent))


def parse(body: bytes, agent: str) -> Protego:
    """The rules of a robots.txt, with the groups that hold for `agent` under one name."""
    text = body.decode("utf-8-sig", "replace")
    return Protego.parse("\n".join(filter(None, (_normal(line, agent) for line in _LINE_END.split(text)))))


def _not_now(error: PageError) -> PageError:
    if error.reason in ("timeout", "protocol-error", "decode-error", "too-large"):
        return PageError("robots", f"robots.txt cannot be read for now: {error}")
    return PageError(error.reason, f"robots.txt: {error.detail}")  # no page of this host would fare better


def _normal(line: str, agent: str) -> str:
    """A line as protego reads it rightly: it takes an agent's name for a part of ours, and unknown lines for rules.

    RFC 9309 2.2.1: what counts is the product token, compared without regard to case.
    """
    found = _FIELD.match(line)
    if found is None:
        return ""
    name, value = found[1].lower(), found[2].rstrip()
    if name in _AGENTS:
        everyone = value == "*" or value[:2] in ("* ", "*\t")
        token = _TOKEN.match(value)
        same = token is not None and agent != "" and token[0].lower() == agent.lower()
        return f"User-agent: {'*' if everyone else _US if same else _OTHERS}"
    # Form feeds and the like end a line for protego, which would read what follows as another.
    return f"{name}: {' '.join(value.split())}" if name in _RULES else ""
