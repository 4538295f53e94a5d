"""Pages whose body is known: what all training starts from."""

from harvester.types import Frozen


class LabelledPage(Frozen):
    """A page and its gold. Gold follows one policy: a set that has another is mapped before it comes here."""

    html: str
    gold: str
    """The body as plain text."""
    url: str | None = None
    headline: str | None = None
    """A line that is no body wherever it stands: metadata here, part of the body in some sets' gold."""
    trust: float = 1.0
    """Weight of the page against others."""
