"""The front matter of a Markdown index."""

import pytest

from tests.index.conftest import Index, Problems


def test_front_matter_describes_the_corpus_and_fills_what_a_seed_leaves_open(index: Index) -> None:
    head = "---\ncorpus: my_corpus.2\ndescription: Some  pages.\nlanguage: no\nlicense: CC0\nsite: S\n"
    listing = index(
        head + "captured: 2020-01-02 03:04:05\ntags: [a, 'b c']\n---\n- a.html\n- b.txt\n  - lang: en\n  - tags: z\n"
    )
    assert (listing.name, listing.description, listing.language) == ("my_corpus.2", "Some pages.", "no")
    assert (listing.license, listing.site, listing.captured) == ("CC0", "S", "2020-01-02T03:04:05Z")
    first, second = listing.seeds
    assert (first.line, first.language, first.license, first.site) == (10, "no", "CC0", "S")
    assert (first.captured, first.tags, first.attributes) == ("2020-01-02T03:04:05Z", ("a", "b c"), ())
    assert (second.language, second.tags) == ("en", ("z",))


@pytest.mark.parametrize("text", ["---\n---\n", "---\nsite:\ntags: ~\n...\n", "\ufeff---\r\nlicense: null\r\n---\r\n"])
def test_front_matter_may_say_nothing(index: Index, text: str) -> None:
    listing = index(text + "- a.html\n")
    assert (listing.site, listing.license, listing.seeds[0].tags) == (None, None, ())


@pytest.mark.parametrize(
    ("front", "problem"),
    [
        ("site: S\nlicence: x", "3: unknown front matter key 'licence': did you mean 'license'?"),
        (
            "corpus: My Corpus",
            "2: corpus 'My Corpus' is no slug: use a-z, 0-9, '.', '_' and '-', at most 80, for example 'my-corpus'",
        ),
        ("site: S\nsite: T", "3: 'site' is stated twice in the front matter: keep one of the two"),
        ("site: [S]", "2: a list or mapping where the front matter needs text: write one line of text"),
        ('site: "\\ud800"', "2: half a surrogate pair in the front matter: write the character itself"),
        ("words", "2: front matter is no `key: value` mapping: write one key a line"),
        (
            "captured: 2020-13-01",
            "2: bad date '2020-13-01': write YYYY-MM-DD, or an ISO 8601 time such as 2022-04-27T10:00:00Z",
        ),
        (
            "site: S\ntags: a: b",
            "3: broken front matter, mapping values are not allowed here: "
            "correct the YAML, quoting values that hold `: `",
        ),
        (
            "site: S\ntags: \x07",
            "3: broken front matter, a control character: correct the YAML, quoting values that hold `: `",
        ),
        ("a: " + "[" * 200, "2: too many brackets in the front matter: use plain `key: value`"),
        ("- " * 5000, "2: broken front matter, nested too deep: use plain `key: value`"),
        ("site: " + "x" * 20_000, "2: front matter of more than 16384 bytes: shorten it"),
    ],
)
def test_broken_front_matter_is_an_error_with_its_line(problems: Problems, front: str, problem: str) -> None:
    assert problems(f"---\n{front}\n---\n") == (f"x.md:{problem}",)


@pytest.mark.parametrize("text", ["---\nsite: S\n- a.html\n", "---", "----\nsite: S\n---\n- a.html"])
def test_front_matter_without_an_end_is_an_error(problems: Problems, text: str) -> None:
    assert problems(text) == ("x.md:1: front matter is not ended: close it with a line `---`",)


@pytest.mark.parametrize("text", ['"\\UFFFFFFFF"', "&a [*a]", "*a", "{? [a]: b}", "%x", "!!seq [x]"])
def test_no_yaml_trick_gets_through(problems: Problems, text: str) -> None:
    (problem,) = problems(f"---\nsite: {text}\n---\n")
    assert problem.startswith("x.md:2: ")


@pytest.mark.parametrize("tag", ["!!binary", "!!timestamp", "!!python/object:os.system", "!x"])
def test_a_yaml_tag_makes_nothing_but_text(index: Index, tag: str) -> None:
    assert index(f"---\nsite: {tag} id\n---\n").site == "id"
