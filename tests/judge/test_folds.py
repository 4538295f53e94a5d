"""Pages that trained the weights are scored by weights that have not seen them, or not at all."""

import json
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest

from harvester.errors import InputError
from harvester.extraction import load_weights
from harvester.judge import Fitted, bench
from harvester.judge.folds import trained_pages, weights_for
from tests.judge.pages import PAGES, SENTENCES, write

WORDS = (files("harvester.extraction") / "weights" / "words.toml").read_text("utf-8")
DIGESTS = {str(page["id"]): sha256(str(page["html"]).encode()).hexdigest() for page in PAGES}


def weights(folder: Path, words: str = WORDS, trained: dict[str, int] | None = None) -> Path:
    folder.mkdir(parents=True)
    (folder / "words.toml").write_text(words, "utf-8")
    if trained is not None:
        (folder / "card.json").write_text(json.dumps({"pages": trained, "rows": 12}))
    return folder


def test_without_a_card_no_page_trained_the_weights(tmp_path: Path) -> None:
    assert trained_pages(weights(tmp_path / "weights")) == {}
    assert weights_for("0" * 64, Fitted()) == load_weights()


def test_a_page_gets_the_weights_of_its_fold(tmp_path: Path) -> None:
    shipped = weights(tmp_path / "weights", trained={DIGESTS["pier"]: 0, DIGESTS["mole"]: 1})
    assert trained_pages(shipped) == {DIGESTS["pier"]: 0, DIGESTS["mole"]: 1}
    for fold in (0, 1):
        weights(tmp_path / "folds" / str(fold))
    fitted = Fitted(shipped, tmp_path / "folds")
    assert weights_for(DIGESTS["pier"], fitted) is load_weights(tmp_path / "folds" / "0")
    assert weights_for(DIGESTS["mole"], fitted) is load_weights(tmp_path / "folds" / "1")
    assert weights_for(DIGESTS["ferry"], fitted) is load_weights(shipped)
    assert weights_for(DIGESTS["pier"], Fitted(shipped)) is None


def test_the_score_of_a_trained_page_is_that_of_its_fold(tmp_path: Path) -> None:
    body = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    html = f'<article>{body}<div class="lamplight"><p>Give a coin for the lamp.</p></div></article>'
    own = write(tmp_path / "own.jsonl", [{"id": "coin", "html": html, "gold": " ".join(SENTENCES)}])
    shipped = weights(tmp_path / "weights", trained={sha256(html.encode()).hexdigest(): 3})
    weights(tmp_path / "folds" / "3", WORDS.replace('comment_hints = ["', 'comment_hints = ["lamplight", "'))
    fold = bench([own], fitted=Fitted(shipped, tmp_path / "folds"))
    assert fold.files[0].overall["harvester"].f1 == 1
    untrained = bench([own], fitted=Fitted(weights(tmp_path / "other")))
    assert untrained.files[0].overall["harvester"].f1 < 1


def test_trained_pages_are_left_out_unless_folds_are_given(tmp_path: Path) -> None:
    own = write(tmp_path / "own.jsonl", PAGES[:4])
    shipped = weights(tmp_path / "weights", trained={DIGESTS["pier"]: 0, DIGESTS["mole"]: 1})
    (without,) = bench([own], fitted=Fitted(shipped)).files
    assert (without.pages, without.skipped) == (2, {"trained-weights": 2})
    weights(tmp_path / "folds" / "0")
    weights(tmp_path / "folds" / "1")
    (with_folds,) = bench([own], fitted=Fitted(shipped, tmp_path / "folds")).files
    assert (with_folds.pages, with_folds.skipped) == (4, {})


def test_a_fold_that_is_missing_or_a_broken_card_is_named(tmp_path: Path) -> None:
    own = write(tmp_path / "own.jsonl", PAGES[:1])
    shipped = weights(tmp_path / "weights", trained={DIGESTS["pier"]: 7})
    weights(tmp_path / "folds" / "0")
    with pytest.raises(InputError, match=r"--folds .*folds/7: no such folder"):
        bench([own], fitted=Fitted(shipped, tmp_path / "folds"))
    broken = weights(tmp_path / "broken")
    (broken / "card.json").write_text('{"pages": {"x": "one"}}')
    with pytest.raises(InputError, match=r"card\.json: .*state the training pages"):
        trained_pages(broken)
