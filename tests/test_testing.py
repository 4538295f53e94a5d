"""The pytest plugin, in real runs of pytest."""

import re
import subprocess
import sys

import pytest

from tests.conftest import PROJECT
from tests.gold.making import BODY, PAGE, gold

pytest_plugins = ["pytester"]

TEST = """
def test_site(harvest_gold):
    harvest_gold.assert_f1(0.95)
    harvest_gold.assert_snippets()
    harvest_gold.assert_metadata()
"""


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-p", "harvester.testing", *arguments)


def test_a_test_runs_for_each_gold_page_under_the_name_of_its_folder(pytester: pytest.Pytester) -> None:
    root = pytester.path / "seeds" / "gold"
    gold(root, "a/lock", body=BODY, expect='title = "The lock keeper"\nmust = ["ledger"]\nmust_not = ["Subscribe"]')
    gold(root, "b", expect='must = ["barley"]')
    pytester.makepyfile(TEST)
    result = run(pytester, "-v", "-rs")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["*test_site?a/lock? PASSED*", "*b: its gold has no body*"])


def test_a_message_says_what_is_missing_and_what_is_too_much(pytester: pytest.Pytester) -> None:
    lost = "This paragraph stands in the gold alone, and nobody will find it in the page that lies beside it."
    first, *_ = BODY.split("\n\n")
    gold(
        pytester.path / "gold",
        body="\n\n".join([first, lost]),
        expect='title = "The gate keeper"\nmust = ["a gate of oak"]\nmust_not = ["snow that had to be"]',
    )
    pytester.makeini("[pytest]\nharvest_gold_root = gold\n")
    pytester.makepyfile(
        """
        def test_f1(harvest_gold):
            harvest_gold.assert_f1(0.95)

        def test_snippets(harvest_gold):
            harvest_gold.assert_snippets()

        def test_metadata(harvest_gold):
            harvest_gold.assert_metadata("title")

        def test_other_fields(harvest_gold):
            harvest_gold.assert_metadata("date")

        def test_attributes(harvest_gold):
            assert harvest_gold.missing == ("a gate of oak",)
            assert harvest_gold.f1 == harvest_gold.words.f1 < 0.95
            assert "canal" not in harvest_gold.document.text
            assert harvest_gold.page.name == "lock-keeper"
        """
    )
    result = run(pytester)
    result.assert_outcomes(passed=2, failed=3)
    text = result.stdout.str()
    assert re.search(r"(?m)^lock-keeper: word F1 0\.\d{3} < 0\.95 \(precision 0\.\d{3}, recall 0\.\d{3}\)$", text)
    assert re.search(r"(?m)^- This paragraph stands in the gold alone.*\[not-on-page\]$", text)
    assert re.search(r"(?m)^\+ Most of them are hire boats now\.", text)
    result.stdout.fnmatch_lines(
        ["lock-keeper: 1 snippets missing, 1 leaked", "- a gate of oak", "+ snow that had to be"]
    )
    result.stdout.fnmatch_lines(["title: expected 'The gate keeper', found 'The lock keeper'"])


def test_the_root_can_be_given_at_the_command_line_and_one_without_gold_stops_the_run(
    pytester: pytest.Pytester,
) -> None:
    gold(pytester.path / "elsewhere", body=BODY)
    pytester.makepyfile(TEST)
    run(pytester, "--harvest-gold", "elsewhere").assert_outcomes(passed=1)
    result = run(pytester)
    assert result.ret == pytest.ExitCode.INTERRUPTED or result.ret == pytest.ExitCode.USAGE_ERROR
    assert (
        "seeds/gold: no such folder of gold; make one with `harvest gold add"
        in result.stdout.str() + result.stderr.str()
    )


def test_a_page_that_cannot_be_extracted_fails_and_says_why(pytester: pytest.Pytester) -> None:
    gold(pytester.path / "seeds" / "gold", page="<div>" * 6_000 + PAGE, body=BODY)
    pytester.makepyfile(TEST)
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["lock-keeper: word F1 0.000 < 0.95*", "no text: too-deep:*"])


def test_a_run_that_does_not_use_it_loads_nothing_of_harvester(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_nothing():
            assert {name for name in sys.modules if name.startswith("harvester")} == {"harvester", "harvester.testing"}
        """
    )
    run(pytester).assert_outcomes(passed=1)


def test_installed_it_is_found_by_pytest_itself_and_pytest_is_not_needed_by_harvester() -> None:
    import tomllib

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"harvester.testing": "harvester.testing"}
    assert not any(need.startswith("pytest") for need in project["dependencies"])
    loaded = "import sys, harvester.cli.app; sys.exit('pytest' in sys.modules or 'harvester.testing' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0


def test_the_example_of_the_documentation_runs(pytester: pytest.Pytester) -> None:
    page = (PROJECT / "docs" / "gold.md").read_text("utf-8")
    (example,) = re.findall(r"(?ms)^```python\n(.*?)^```", page)
    pytester.makepyfile(example)
    run(pytester, "--harvest-gold", str(PROJECT / "seeds" / "gold"), "-k", "tide or harbour").assert_outcomes(
        passed=4, deselected=28
    )
