"""How strongly each word and tag of the markup speaks for body, anywhere around a block and near it.

A logistic regression over the distinct words around each block. Class names are the one vocabulary that sites in every
language share; a word counts only where many sites use it, so that none is learned by heart.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from harvester.extraction.features.facts import Facts
from harvester.extraction.features.tree import words_around, words_near

_SITES = 10
_LONGEST = 40
_PENALTY = 50.0
"""Of the squared weights, halved, against the log-loss summed over weights that average 1."""
_STEPS = 80
_SHARE = 5
_TAKEN = 2
"""Of every five blocks two are learned from: more change little."""

Odds = Mapping[str, tuple[float, float]]


class Markup:
    """The words around and near every block of some pages, as numbers; fits odds for any part of the pages."""

    def __init__(self, pages: Sequence[Facts], sites: Sequence[int]) -> None:
        """`sites` gives each page a number that pages of one site share."""
        self._words: list[str] = []
        numbers: dict[str, int] = {}
        users: list[set[int]] = []
        found: list[list[tuple[list[int], list[int]]]] = []
        for page, site in zip(pages, sites, strict=True):
            around, near = {}, dict[int, list[int]]()

            def numbered(words: Iterable[str], site: int = site) -> list[int]:
                out = []
                for word in words:
                    if len(word) <= _LONGEST and not word.isdigit() and len(word) > 1:
                        number = numbers.setdefault(word, len(numbers))
                        if number == len(users):
                            users.append(set())
                        users[number].add(site)
                        out.append(number)
                return out

            for e in sorted(set(page.at)):
                around[e] = numbered(words_around(page, e))
                near[e] = numbered(words_near(page, e))
            found.append([(around[e], near[e]) for e in page.at])
        kept = sorted((word, number) for word, number in numbers.items() if len(users[number]) >= _SITES)
        self._words = [word for word, _ in kept]
        place = {number: position for position, (_, number) in enumerate(kept)}
        count = len(kept)
        self._start = [0]
        indices: list[int] = []
        pointers = [0]
        for blocks in found:
            for around_, near_ in blocks:
                indices += [place[number] for number in around_ if number in place]
                indices += [count + place[number] for number in near_ if number in place]
                pointers.append(len(indices))
            self._start.append(len(pointers) - 1)
        ones = numpy.ones(len(indices), dtype=numpy.float32)
        self._matrix = csr_matrix((ones, indices, pointers), shape=(len(pointers) - 1, 2 * count))

    def fit(self, pages: Sequence[int], labels: Sequence[Sequence[float]], weights: Sequence[Sequence[float]]) -> Odds:
        """Odds from the pages at these positions; labels and weights of all pages' blocks."""
        rows = [
            row for page in pages for row in range(self._start[page], self._start[page + 1]) if row % _SHARE < _TAKEN
        ]
        truth = numpy.concatenate([numpy.asarray(part, dtype=float) for part in labels])[rows] >= 0.5
        weight = numpy.concatenate([numpy.asarray(part, dtype=float) for part in weights])[rows]
        fitted = _regress(self._matrix[rows], truth.astype(float), weight / weight.mean())
        count = len(self._words)
        return {
            word: (round(float(fitted[i]), 3), round(float(fitted[count + i]), 3)) for i, word in enumerate(self._words)
        }


def _regress(matrix: csr_matrix, truth: numpy.ndarray, weight: numpy.ndarray) -> numpy.ndarray:
    """Weights that minimise the penalised log-loss; the last one, the intercept, is left off."""

    def loss(w: numpy.ndarray) -> tuple[float, numpy.ndarray]:
        odds = matrix @ w[:-1] + w[-1]
        error = weight * (1 / (1 + numpy.exp(-numpy.clip(odds, -30, 30))) - truth)
        value = float(numpy.sum(weight * (numpy.logaddexp(0, odds) - truth * odds)))
        gradient = numpy.append(matrix.T @ error + _PENALTY * w[:-1], error.sum())
        return value + _PENALTY / 2 * float(w[:-1] @ w[:-1]), gradient

    start = numpy.zeros(matrix.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    fitted: numpy.ndarray = found.x[:-1]
    return fitted
