"""Duplicates over a corpus: exact ones, near ones at a Jaccard similarity of .8, and no others."""

import random
from array import array
from collections.abc import Callable, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from harvester.curate import corpus, duplicates, grams
from harvester.curate.duplicates import SIMILAR, VALUES, Duplicate, Texts, digest, find, jaccard, signature
from harvester.sorting import MEMORY

WORDS = [
    f"{start}{middle}{end}" for start in "bdfgklmnprst" for middle in "aeiou" for end in ("n", "rt", "l", "sk", "m")
]


def runs(text: str) -> frozenset[int]:
    return frozenset(grams.runs(grams.read([text]).hashes, grams.SHINGLE))


def found_in(
    texts: Sequence[str],
    order: Sequence[int] | None = None,
    runs_of: Callable[[int], frozenset[int]] | None = None,
    memory: int = MEMORY,
) -> dict[int, Duplicate]:
    with TemporaryDirectory() as folder, closing(Texts(Path(folder))) as known:
        for text in texts:
            known.add(digest(text.lower()), signature(grams.read([text])))
        order = array("I", order or range(len(texts)))
        return find(known, order, runs_of or (lambda number: runs(texts[number])), memory=memory)


def written(chance: random.Random, length: int) -> list[str]:
    return [chance.choice(WORDS) for _ in range(length)]


def edited(chance: random.Random, words: list[str], share: float, scattered: bool) -> list[str]:
    """The words with a share of them replaced, here and there or in one piece."""
    out, count = words[:], round(share * len(words))
    start = chance.randrange(len(words) - count + 1)
    places = chance.sample(range(len(words)), count) if scattered else range(start, start + count)
    for place in places:
        out[place] = chance.choice(WORDS) + "o"
    return out


def planted(seed: int, originals: int) -> list[str]:
    """Texts, and of each a copy for every kind of edit: of 1, 5, 10, 20 and 40 % of its words, in one piece or not."""
    chance = random.Random(seed)
    texts = []
    for _ in range(originals):
        words = written(chance, chance.randrange(60, 600))
        texts.append(" ".join(words))
        for share in (0.01, 0.05, 0.1, 0.2, 0.4):
            texts += [" ".join(edited(chance, words, share, scattered)) for scattered in (True, False)]
    return texts


def test_precision_and_recall_on_planted_edits() -> None:
    texts = planted(seed=1, originals=60)
    found, known = found_in(texts), [runs(text) for text in texts]
    right = sum(jaccard(known[record], known[duplicate.of]) >= SIMILAR for record, duplicate in found.items())
    # What should be found: each text that is near an earlier one which stands for itself.
    standing = [number for number in range(len(texts)) if number not in found]
    near = {
        record
        for record in range(len(texts))
        for other in range(record - record % 11, record)
        if (other in standing or record in found) and jaccard(known[record], known[other]) >= SIMILAR
    }
    assert len(near) > 200
    assert right / len(found) >= 0.99
    assert len(near & found.keys()) / len(near) >= 0.95


def test_texts_of_different_origin_are_no_duplicates() -> None:
    chance = random.Random(3)
    assert found_in([" ".join(written(chance, 200)) for _ in range(300)]) == {}


def test_case_white_space_and_composition_make_no_difference_to_an_exact_duplicate() -> None:
    texts = [
        "The Sea at Brest\n\nwas café-blue.",
        "the sea  at brest was CAFE\u0301-blue.",
        "The sea at Brest was grey.",
    ]
    assert found_in(texts) == {1: Duplicate(0, 1.0, True)}


def test_the_order_decides_which_record_stands_for_all() -> None:
    text = " ".join(written(random.Random(4), 100))
    assert found_in([text, text, text], order=[2, 0, 1]) == {
        0: Duplicate(2, 1.0, True),
        1: Duplicate(2, 1.0, True),
    }


def test_likeness_is_not_handed_on_in_a_chain() -> None:
    words = written(random.Random(5), 400)
    chain = [words]
    for step in range(8):
        words = [*words[:]]
        words[step * 45 : step * 45 + 40] = written(random.Random(step), 40)
        chain.append(words)
    texts = [" ".join(words) for words in chain]
    known, found = [runs(text) for text in texts], found_in(texts)
    assert found and all(jaccard(known[record], known[duplicate.of]) >= SIMILAR for record, duplicate in found.items())
    assert not {duplicate.of for duplicate in found.values()} & found.keys(), "who stands for others stands for itself"


def test_texts_without_spaces_are_compared_by_characters() -> None:
    chance = random.Random(6)
    one = "".join(chr(0x4E00 + chance.randrange(3000)) for _ in range(400))
    other = one[:200] + "".join(chr(0x4E00 + chance.randrange(3000)) for _ in range(15)) + one[215:]
    assert list(found_in([one, other, one[::-1]])) == [1]


@pytest.mark.parametrize("text", ["Not found", "", "* * *", "one two three four"])
def test_texts_of_under_five_words_are_duplicates_only_when_they_are_the_same(text: str) -> None:
    assert list(found_in([text, text, "Not here", text + "!"])) == [1]


def test_signatures_are_the_same_on_every_machine() -> None:
    """The digest was recorded once (rensa's algorithm 2); another one here means that all found duplicates may change."""
    recorded = "1557fc822255a46b2793b281a3f609fec9d9a950401f32dbf5cc02ff86c93204"
    text = "The keeper climbs the forty steps before sunset and trims the wick of the lamp. 潮の満ち引きは月の力。"
    assert duplicates.ALGORITHM == "2"
    assert len(signature(grams.read([text]))) == 4 * VALUES
    assert sha256(signature(grams.read([text])) + signature(grams.read([text * 50]))).hexdigest() == recorded


def test_many_pages_from_one_template_are_compared_within_bounds() -> None:
    """Every text is like every other one, and none near enough: the pairs that are looked at stay a few for each."""
    chance = random.Random(7)
    frame = written(chance, 150)
    texts = [" ".join([*frame, *written(chance, 60)]) for _ in range(600)]
    asked = []

    def runs_of(number: int) -> frozenset[int]:
        asked.append(number)
        return runs(texts[number])

    assert found_in(texts, runs_of=runs_of) == {}
    assert len(asked) < 600 * (duplicates._TRIED + 1)


def test_the_next_of_a_cluster_stands_for_it_when_the_first_has_left() -> None:
    cluster = {1: Duplicate(0, 1.0, True), 2: Duplicate(0, 0.9, False), 4: Duplicate(3, 1.0, True)}
    assert corpus.without_records(cluster, [0], range(5)) == {2: Duplicate(1, 0.9, False), 4: Duplicate(3, 1.0, True)}
    assert corpus.without_records(cluster, [3, 4], range(5)) == {1: cluster[1], 2: cluster[2]}
