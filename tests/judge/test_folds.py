"""Pages that trained the weights are scored by weights that have not seen them, or not at all."""

import json
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest

from harvester.errors import InputError
from harvester.extraction import load_weights
from harvester.judge.bench import bench
from harvester.judge.folds import Fitted, Model, trained_pages, weights_for
from tests.judge.pages import PAGES, page, write

SHIPPED = files("harvester.extraction") / "weights"
DIGESTS = {str(page["id"]): sha256(str(page["html"]).encode()).hexdigest() for page in PAGES}
MODELS: tuple[Model, ...] = ("blocks", "lines")
FLATTENER = {"blocks": None, "lines": "html-text"}


def weights(folder: Path, model: Model, trained: dict[str, int] | None = None, *, reverse: bool = False) -> Path:
    """A folder with the weights that ship, with `reverse` such that they keep what these drop, and with a card."""
    folder.mkdir(parents=True, exist_ok=True)
    found = json.loads((SHIPPED / f"{model}.json").read_bytes())
    for forest in (found["general"], found["article"]) if model == "blocks" else (found,):
        forest["unit"] *= -1 if reverse else 1
    (folder / f"{model}.json").write_text(json.dumps(found))
    if trained is not None:
        (folder / f"{model}-card.json").write_text(json.dumps({"pages": trained, "trees": 12}))
    return folder


@pytest.mark.parametrize("model", MODELS)
def test_without_a_card_no_page_trained_the_weights(tmp_path: Path, model: Model) -> None:
    assert trained_pages(weights(tmp_path / "weights", model), model) == {}
    assert weights_for("0" * 64, Fitted(), model) is load_weights(None)


@pytest.mark.parametrize("model", MODELS)
def test_weights_that_are_not_there_are_those_that_ship_with_their_card(tmp_path: Path, model: Model) -> None:
    (tmp_path / f"{model}-card.json").write_text('{"pages": {"f": 1}}')
    assert trained_pages(tmp_path, model) == trained_pages(None, model) != {"f": 1}


def test_each_model_has_a_card_of_its_own(tmp_path: Path) -> None:
    shipped = weights(tmp_path, "blocks", {DIGESTS["pier"]: 0})
    weights(tmp_path, "lines", {DIGESTS["mole"]: 1})
    assert trained_pages(shipped, "blocks") == {DIGESTS["pier"]: 0}
    assert trained_pages(shipped, "lines") == {DIGESTS["mole"]: 1}


@pytest.mark.parametrize("model", MODELS)
def test_a_page_gets_the_weights_of_its_fold(tmp_path: Path, model: Model) -> None:
    shipped = weights(tmp_path / "weights", model, {DIGESTS["pier"]: 0, DIGESTS["mole"]: 1})
    for fold in (0, 1):
        weights(tmp_path / "folds" / str(fold), model)
    fitted = Fitted(shipped, tmp_path / "folds")
    assert weights_for(DIGESTS["pier"], fitted, model) is load_weights(tmp_path / "folds" / "0")
    assert weights_for(DIGESTS["mole"], fitted, model) is load_weights(tmp_path / "folds" / "1")
    assert weights_for(DIGESTS["ferry"], fitted, model) is load_weights(shipped)
    assert weights_for(DIGESTS["pier"], Fitted(shipped), model) is None


@pytest.mark.parametrize("model", MODELS)
def test_the_score_of_a_trained_page_is_that_of_its_fold(tmp_path: Path, model: Model) -> None:
    # Small pages of flat text are judged by rules alone.
    long = page("lamp", *(f"In the year {n} the keeper of the lamp climbed the stair once more." for n in range(20)))
    own = write(tmp_path / "own.jsonl", [long])
    shipped = weights(tmp_path / "weights", model, {sha256(str(long["html"]).encode()).hexdigest(): 3})
    weights(tmp_path / "folds" / "3", model, reverse=True)
    fold = bench([own], vs=(), flattener=FLATTENER[model], fitted=Fitted(shipped, tmp_path / "folds"))
    untrained = bench([own], vs=(), flattener=FLATTENER[model], fitted=Fitted(weights(tmp_path / "other", model)))
    assert fold.files[0].overall["harvester"].f1 < 0.5 < 0.9 < untrained.files[0].overall["harvester"].f1


@pytest.mark.parametrize("model", MODELS)
def test_trained_pages_are_left_out_unless_folds_are_given(tmp_path: Path, model: Model) -> None:
    own = write(tmp_path / "own.jsonl", PAGES[:4])
    shipped = weights(tmp_path / "weights", model, {DIGESTS["pier"]: 0, DIGESTS["mole"]: 1})
    (without,) = bench([own], vs=(), flattener=FLATTENER[model], fitted=Fitted(shipped)).files
    assert (without.pages, without.skipped) == (2, {"trained-weights": 2})
    weights(tmp_path / "folds" / "0", model)
    weights(tmp_path / "folds" / "1", model)
    fitted = Fitted(shipped, tmp_path / "folds")
    (with_folds,) = bench([own], vs=(), flattener=FLATTENER[model], fitted=fitted).files
    assert (with_folds.pages, with_folds.skipped) == (4, {})


@pytest.mark.parametrize("model", MODELS)
def test_folds_without_the_weights_or_the_card_that_they_need_are_named(tmp_path: Path, model: Model) -> None:
    own = write(tmp_path / "own.jsonl", PAGES[:1])
    folds = tmp_path / "folds"

    def run(shipped: Path) -> None:
        bench([own], vs=(), flattener=FLATTENER[model], fitted=Fitted(shipped, folds))

    shipped = weights(tmp_path / "weights", model, {DIGESTS["pier"]: 7})
    with pytest.raises(InputError, match=r"--folds .*folds: no such folder"):
        run(shipped)
    # A fold's folder holds the other model: what is missing there would be the weights that ship.
    weights(folds / "7", "lines" if model == "blocks" else "blocks")
    with pytest.raises(InputError, match=rf"--folds .*folds/7/{model}\.json: no such file; .*harvest learn {model}"):
        run(shipped)
    with pytest.raises(InputError, match=rf"--folds .*: no {model}-card\.json beside it"):
        run(weights(tmp_path / "without-card", model))


@pytest.mark.parametrize("content", [b'{"pages": {"x": "one"}}', b"{", b"\xff\xfe"])
def test_a_broken_card_is_named(tmp_path: Path, content: bytes) -> None:
    broken = weights(tmp_path / "broken", "blocks")
    (broken / "blocks-card.json").write_bytes(content)
    with pytest.raises(InputError, match=r"blocks-card\.json: .*state the training pages"):
        trained_pages(broken, "blocks")
