"""How the signals of quality are spread over the records of a version. Pure."""

from collections.abc import Mapping

from harvester.report import numbers
from harvester.report.figures import Spread
from harvester.report.marks import section, strip, text


def quality_section(quality: Mapping[str, Spread]) -> str:
    """The section of the report; empty where the version holds no signals."""
    if not quality:
        return ""
    shown = list(quality.items())[:60]
    rows = "".join(_signal(signal, spread) for signal, spread in shown if spread.least < spread.most)
    same = [f"{text(_words_of(signal), 60)} {numbers.figures(s.least)}" for signal, s in shown if s.least == s.most]
    rest = f'<p class="about">The same in every record: {", ".join(same)}.</p>' if same else ""
    head = (
        '<tr><th>signal</th><th class="optional">10 %</th><th>median</th><th class="optional">90 %</th><th>most</th>'
        "<th>from least to most</th></tr>"
    )
    about = "The band goes from the 10th to the 90th percentile of the records, the stroke is the median."
    return section("Quality signals", about, f"<table>{head}{rows}</table>{rest}", wide=True)


def _signal(name: str, spread: Spread) -> str:
    low, median, high, most = map(numbers.figures, (spread.low, spread.median, spread.high, spread.most))
    drawn = strip(spread.low, spread.median, spread.high, spread.least, spread.most, name)
    return (
        f'<tr><td>{text(_words_of(name), 60)}</td><td class="optional">{low}</td><td>{median}</td>'
        f'<td class="optional">{high}</td><td>{most}</td><td class="chart">{drawn}</td></tr>'
    )


def _words_of(signal: str) -> str:
    return signal.replace("_", " ")
