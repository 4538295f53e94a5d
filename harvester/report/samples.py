"""The records of lowest confidence, each with its blocks: kept, dropped, and why. Pure."""

from collections.abc import Sequence

from harvester.report.figures import Sample, SampleBlock
from harvester.report.marks import section, text

_FINE = 0.7


def samples_section(samples: Sequence[Sample]) -> str:
    """The section of the report; empty without records."""
    if not samples:
        return ""
    about = (
        "The records most worth a look. Open one to see every block of its page: kept (solid edge) or dropped "
        "(dashed edge), with score and reason."
    )
    content = f'<div class="samples">{"".join(map(_sample, samples))}</div>'
    return section("Lowest confidence", about, content, wide=True)


def _sample(sample: Sample) -> str:
    title = sample.title or sample.url or sample.id
    fine = " fine" if sample.confidence >= _FINE else ""
    words = f"{sample.kept_words:,} of {sample.kept_words + sample.dropped_words:,} words"
    more = sample.blocks_in_all - len(sample.blocks)
    rest = (
        f'<p class="soft">{more:,} more: <code>harvest show {text(sample.id)} --blocks</code></p>' if more > 0 else ""
    )
    return (
        f'<details id="r-{text(sample.id)}"><summary><span class="pill{fine}">{sample.confidence:.2f}</span>'
        f'<span><bdi>{text(title, 120)}</bdi></span><span class="soft">{words}</span></summary><div class="body">'
        f'<p class="soft">{_address(sample.url)}<code>{text(sample.id)}</code></p>'
        f'<ol class="blocks">{"".join(map(_block, sample.blocks))}</ol>{rest}</div></details>'
    )


def _address(url: str | None) -> str:
    """A link to the page on the web, of http and https alone."""
    if url is None or not url.lower().startswith(("http://", "https://")):
        return ""
    return f'<a href="{text(url, 2_000)}" rel="noopener noreferrer nofollow"><bdi>{text(url, 120)}</bdi></a> '


def _block(block: SampleBlock) -> str:
    sign, kind = ("✓ kept", "keep") if block.kept else ("✗ dropped", "drop")
    return (
        f'<li class="{kind}"><b>{sign}</b> <span>{block.score:.2f} · {text(block.reason, 60)} · {text(block.label, 60)}</span>'
        f'<div dir="auto">{text(block.text, 300)}</div></li>'
    )
