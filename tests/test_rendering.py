"""Pages whose text scripts bring, run by the Chromium of the system against a site on loopback."""

import gzip
import shutil
from pathlib import Path

import pytest
from fastwarc import ArchiveIterator  # type: ignore[import-not-found]

from harvester.pipeline import BuildResult, build, open_corpus, rebuild
from harvester.settings import FetchSettings, Recipe, RenderSettings, Settings
from harvester.types import Record
from tests.conftest import NOW, Harvest, tree
from tests.fetch.loopback import Behaviour, Site, answer
from tests.test_pipeline import LATER

pytestmark = pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium (Debian: apt install chromium)")
pytest.importorskip("playwright", reason="needs the extra harvester[render]")

TEXT = "The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier. "
SHELL = b"""<!doctype html><html lang=en><head><title>Lamp</title><link rel=icon href=/icon.png>
<link rel=stylesheet href=/style.css></head><body><div id=root></div><img src=/lamp.png>
<script src=/app.js></script></body></html>"""
APP = b"""fetch('/data.json').then(answer => answer.json()).then(data => {
  document.getElementById('root').innerHTML = '<article><h1>Lamp</h1><p>' + data.text + '</p></article>';
});"""


def data(text: str) -> bytes:
    return answer(f'{{"text": "{text * 4}"}}'.encode(), content_type="application/json")


def shell(script: str = "", *, body: str = "") -> bytes:
    """A page with a script of its own."""
    return answer(
        f"<!doctype html><html lang=en><body>{body}<div id=root></div><script>{script}</script></body></html>".encode()
    )


def app_site(**more: bytes | Behaviour) -> Site:
    return Site(
        {
            "/lamp": answer(SHELL),
            "/app.js": answer(APP, content_type="text/javascript"),
            "/data.json": data(TEXT),
            **{f"/{name}": page for name, page in more.items()},
        }
    )


def run(
    folder: Path, index: str, mode: str = "missing", now: str = NOW, opt_out_files: bool = False, **render: object
) -> BuildResult:
    (folder / "app.md").write_text(index)
    settings = Settings(
        fetch=FetchSettings(mode=mode, delay=0, allow_private=True, opt_out_files=opt_out_files),  # type: ignore[arg-type]
        render=RenderSettings(**render),  # type: ignore[arg-type]
    )
    return build(str(folder / "app.md"), output=folder / "corpus", settings=settings, now=now)


def only(result: BuildResult) -> Record:
    assert result.folder is not None, result.failures
    (record,) = open_corpus(result.folder)
    return record


def asked(site: Site) -> list[str]:
    return [target for target in site.targets if target != "/robots.txt"]


def test_a_page_that_is_not_rendered_is_reported(tmp_path: Path) -> None:
    with app_site() as site:
        result = run(tmp_path, f"- {site.root}/lamp\n")
    assert [failure.reason for failure in result.failures] == ["needs-scripts"]


def test_a_rendered_page_has_the_text_that_its_scripts_bring_and_loads_no_more_than_that_takes(tmp_path: Path) -> None:
    with app_site() as site:
        record = only(run(tmp_path, f"- {site.root}/lamp\n  - render: true\n"))
        assert TEXT.strip() in record.text
        assert (record.metadata.url, record.metadata.host) == (f"{site.root}/lamp", "127.0.0.1")
        assert asked(site) == ["/lamp", "/app.js", "/data.json"]


def test_what_the_server_says_against_mining_stands_on_the_record_of_a_rendered_page(tmp_path: Path) -> None:
    with app_site() as site:
        site.pages["/lamp"] = answer(gzip.compress(SHELL), "X-Robots-Tag: noai", "Content-Encoding: gzip")
        record = only(run(tmp_path, f"- {site.root}/lamp\n  - render: true\n"))
    assert TEXT.strip() in record.text
    assert record.metadata.capture.opt_out == "http x-robots-tag noai"


def test_files_against_mining_are_asked_for_once_for_a_rendered_page_and_stand_on_its_record(tmp_path: Path) -> None:
    with app_site() as site:
        site.pages["/ai.txt"] = answer(b"User-Agent: *\nDisallow: /\n", content_type="text/plain")
        record = only(run(tmp_path, f"- {site.root}/lamp\n  - render: true\n", opt_out_files=True))
        assert (site.targets.count("/ai.txt"), site.targets.count("/.well-known/tdmrep.json")) == (1, 1)
    assert TEXT.strip() in record.text and record.metadata.capture.opt_out == "ai.txt disallow"


def test_pages_of_a_host_are_rendered_by_a_setting(tmp_path: Path) -> None:
    with app_site() as site:
        assert TEXT.strip() in only(run(tmp_path, f"- {site.root}/lamp\n", hosts="x.example, 127.0.0.1")).text


def test_the_rendering_lies_in_the_archive_and_gives_the_same_bytes_without_browser_or_network(tmp_path: Path) -> None:
    index = "- {}/lamp\n  - render: true\n"
    with app_site() as site:
        first = run(tmp_path, index := index.format(site.root))
        requests = len(site.requests)
        assert run(tmp_path, index, now=LATER, browser="/nowhere").new is False
        assert len(site.requests) == requests
    corpus = tree(tmp_path / "corpus" / "app" / "1.0.0")
    shutil.rmtree(tmp_path / "corpus" / "app" / "1.0.0")
    (tmp_path / "corpus" / "app" / "latest").unlink()
    run(tmp_path, index, mode="offline", now=LATER, browser="/nowhere")
    assert tree(tmp_path / "corpus" / "app" / "1.0.0") == corpus
    (archive,) = (tmp_path / "corpus" / "app" / "archive").glob("*.warc.gz")
    with archive.open("rb") as stream:
        records = [
            (r.headers["WARC-Type"], r.headers.get("WARC-Target-URI"))
            for r in ArchiveIterator(stream, parse_http=False)
        ]
    assert ("response", f"{site.root}/lamp") in records
    assert records[-1] == ("resource", f"urn:dom:{site.root}/lamp")
    assert only(first).metadata.capture.fetched_at == NOW


def test_a_refresh_renders_again_and_a_rendering_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    with app_site() as site:
        index = f"- {site.root}/lamp\n  - render: true\n"
        run(tmp_path, index)
        assert run(tmp_path, index, mode="refresh", now=LATER).new is False
        site.pages["/data.json"] = data(
            "The bell is rung by hand in thick weather, once every minute, until the horn is mended. "
        )
        changed = run(tmp_path, index, mode="refresh", now=LATER)
        assert (changed.version, "rung by hand" in only(changed).text) == ("2.0.0", True)
        site.pages["/app.js"] = answer(b"for (;;) {}", content_type="text/javascript")
        stuck = run(tmp_path, index, mode="refresh", now=LATER, seconds=3)
        assert (stuck.failures, stuck.new) == ((), False)
        said = "not rendered again (render: its scripts did not come to rest within 3 seconds)"
        assert any(said in notice for notice in stuck.notices)


@pytest.mark.parametrize(
    "script",
    [
        "fetch('{0}/secret')",
        "fetch('/away')",
        "fetch('/secret', {{method: 'POST', body: 'x'}})",
        "new WebSocket('ws://{1}/secret')",
        "new EventSource('/secret')",
        "navigator.sendBeacon('/secret', 'x')",
        "new Image().src = '/secret'",
        "location.href = '/secret'",
        "window.open('/secret')",
        "document.body.insertAdjacentHTML('beforeend', '<iframe src=/secret></iframe>')",
        "document.head.insertAdjacentHTML('beforeend', '<link rel=prefetch href=/secret><link rel=preconnect href=//{1}>')",
        "navigator.serviceWorker.register('/secret')",
        "new Worker('/worker.js')",
        "new SharedWorker('/worker.js')",
        "const a = document.createElement('a'); a.href = '/secret'; a.download = 'x'; document.body.append(a); a.click()",
        "new RTCPeerConnection({{iceServers: [{{urls: 'stun:{1}'}}]}}).createDataChannel('x')",
    ],
)
def test_a_script_reaches_nothing_past_the_guard(tmp_path: Path, script: str) -> None:
    with Site({}, host="127.0.0.2") as private, app_site() as site:
        written = script.format(private.root, f"127.0.0.2:{private.port}")
        site.pages["/page"] = shell(f"try {{ {written} }} catch (e) {{}}", body=f"<article><p>{TEXT * 5}</p></article>")
        site.pages["/away"] = answer(b"", f"Location: {private.root}/secret", status="302 Found")
        worker = f"try {{ fetch('{private.root}/secret') }} finally {{ importScripts('{private.root}/secret') }}"
        site.pages["/worker.js"] = answer(worker.encode(), content_type="text/javascript")
        settings = Settings(fetch=FetchSettings(delay=0, allow_private=True), render=RenderSettings(seconds=8))
        (tmp_path / "app.md").write_text(f"- {site.root}/page\n  - render: true\n")
        transport = _only_host(site)
        result = build(
            str(tmp_path / "app.md"), output=tmp_path / "corpus", settings=settings, now=NOW, transport=transport
        )
        assert TEXT.strip() in only(result).text
        assert private.requests == []
        assert set(asked(site)) <= {"/page", "/away", "/worker.js"}


def _only_host(site: Site) -> object:
    """The guarded transport as it is but for one loopback address, which stands for the public web."""
    import httpx

    from harvester.errors import PageError
    from harvester.fetch.guard import GuardedTransport

    class Public(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.host != "127.0.0.1":
                raise PageError("address-refused", "not public")
            return await inner.handle_async_request(request)

    inner = GuardedTransport(httpx.create_ssl_context(trust_env=False), allow_private=True)
    return Public()


def test_requests_and_bytes_of_a_page_are_bounded(tmp_path: Path) -> None:
    script = "for (let n = 0; n < 50; n++) fetch('/data.json?' + n)"
    with app_site(page=shell(script, body=f"<p>{TEXT * 5}</p>")) as site:
        site.pages |= {f"/data.json?{n}": answer(b"x" * 1000, content_type="text/plain") for n in range(50)}
        run(tmp_path, f"- {site.root}/page\n  - render: true\n", requests=7)
        assert len(asked(site)) == 1 + 7
        shutil.rmtree(tmp_path / "corpus")
        site.requests.clear()
        run(tmp_path, f"- {site.root}/page\n  - render: true\n", bytes=3500)
        assert len(asked(site)) == 1 + 4


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("for (;;) {}", "render"),
        ("const all = []; for (;;) all.push(new Array(1e6).fill(all.length))", "render"),
        ("setInterval(() => fetch('/data.json?' + Math.random()), 50)", "needs-scripts"),
        ("alert(1); confirm(2); prompt(3)", "needs-scripts"),
    ],
)
def test_scripts_that_bring_nothing_or_too_much_fail_their_page_alone(tmp_path: Path, script: str, reason: str) -> None:
    with app_site(page=shell(script)) as site:
        index = f"- {site.root}/page\n  - render: true\n- {site.root}/lamp\n  - render: true\n"
        result = run(tmp_path, index, seconds=12)
    assert [(f.name.rpartition("/")[2], f.reason) for f in result.failures] == [("page", reason)]
    assert TEXT.strip() in only(result).text


def test_a_document_that_scripts_make_too_large_fails_its_page(tmp_path: Path) -> None:
    with app_site(page=shell("document.body.innerHTML = '<p>x</p>'.repeat(20000)")) as site:
        (tmp_path / "app.md").write_text(f"- {site.root}/page\n  - render: true\n")
        settings = Settings(fetch=FetchSettings(delay=0, allow_private=True), extract=Recipe(max_page_bytes=100_000))
        result = build(str(tmp_path / "app.md"), output=tmp_path / "corpus", settings=settings, now=NOW)
    assert [(f.reason, f.detail) for f in result.failures] == [("too-large", "more than 100000 bytes once rendered")]


def test_the_state_of_one_page_is_unknown_to_the_next(tmp_path: Path) -> None:
    script = "document.cookie = 'a=b'; localStorage.x = (localStorage.x || 0) + 1; document.getElementById('root').innerHTML = "
    script += f"'<p>{TEXT * 5} visits ' + localStorage.x + document.cookie.length + '</p>'"
    with app_site(one=shell(script), two=shell(script)) as site:
        result = run(tmp_path, f"- {site.root}/one\n  - render: true\n- {site.root}/two\n  - render: true\n")
        assert all("cookie" not in request.head.lower() for request in site.requests)
    assert result.folder is not None
    assert [record.text[-3:] for record in open_corpus(result.folder)] == [" 13", " 13"]


def test_a_missing_browser_is_named_with_the_remedy(tmp_path: Path, harvest: Harvest) -> None:
    with app_site() as site:
        (tmp_path / "app.md").write_text(f"- {site.root}/lamp\n  - render: true\n")
        common = ("-s", "fetch.allow_private=true", "-s", "fetch.delay=0")
        done = harvest("build", "app.md", *common, PATH="/nowhere")
        assert (done.returncode, done.stderr) == (
            2,
            "harvest: render: no Chromium on PATH; install one, or name it with render.browser\n",
        )
        done = harvest("build", "app.md", *common, "-s", "render.browser=/bin/false")
        assert done.returncode == 2 and "render: /bin/false does not start" in done.stderr


def test_a_version_comes_out_the_same_after_its_pages_were_rendered_again(tmp_path: Path) -> None:
    index = "- [lamp]({root}/lamp)\n  - render: yes\n"
    with app_site() as site:
        site.pages["/lamp"] = answer(SHELL, "X-Robots-Tag: noai")
        first = run(tmp_path, index.format(root=site.root))
        site.pages |= {"/lamp": answer(SHELL + b"<!-- -->"), "/data.json": data(TEXT.replace("lamp", "bell"))}
        second = run(tmp_path, index.format(root=site.root), mode="refresh", now=LATER)
    assert first.folder is not None and second.folder is not None and second.version == "2.0.0"
    (record,) = open_corpus(first.folder)
    assert record.metadata.capture.opt_out == "http x-robots-tag noai"
    for folder in (first.folder, second.folder):
        assert rebuild(Path(folder), verify=True).same
