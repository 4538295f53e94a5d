"""Which failures may pass, how often a page is tried again, and how long its host is left alone before."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, retry_if_result

from harvester.errors import PageError
from harvester.settings import FetchSettings
from harvester.types import Capture

LONGEST_WAIT = 300.0
"""Seconds of `Retry-After` that a run waits; who wants more is asked again by a later run."""
_STATUSES = (408, 429, 500, 502, 503, 504)
_REASONS = ("connection", "timeout")


async def with_retries(
    ask: Callable[[], Awaitable[Capture]],
    settings: FetchSettings,
    *,
    chance: Callable[[], float],
    hold_off: Callable[[float], Awaitable[None]],
    given_up: Callable[[], bool],
) -> Capture:
    """What `ask` gives in the end: its answer, or its PageError.

    Before a further try `hold_off` is told for how many seconds to leave the host alone; whoever gives the host
    its turns does the waiting, for a `Retry-After` too. No further try where the host is `given_up`. `chance` gives
    numbers from 0 up to 1.
    """

    def passing(outcome: object) -> bool:
        if isinstance(outcome, PageError):
            return outcome.reason in _REASONS
        return isinstance(outcome, Capture) and outcome.status in _STATUSES

    def stop(state: RetryCallState) -> bool:
        return state.attempt_number > settings.retries or given_up()

    def wait(state: RetryCallState) -> float:
        return back_off(state.attempt_number, settings.backoff, chance)

    def last(state: RetryCallState) -> Capture:
        assert state.outcome is not None
        answer: Capture = state.outcome.result()  # raises where the last try did
        return answer

    retrying = AsyncRetrying(
        retry=retry_if_exception(passing) | retry_if_result(passing),
        stop=stop,
        wait=wait,
        sleep=hold_off,
        retry_error_callback=last,
    )
    return await retrying(ask)


def back_off(tried: int, base: float, chance: Callable[[], float]) -> float:
    """Seconds before the next try: doubled each time, the upper half by chance so that hosts do not move in step."""
    return base * 2.0 ** (tried - 1) * (1 + chance()) / 2


def retry_after(answer: Capture, now: str) -> float:
    """Seconds for which a server that refuses for now wants to be left alone (RFC 9110 10.2.3); 0 where none is said."""
    value = (answer.header("retry-after") or "").strip()
    if answer.status not in _STATUSES or not value:
        return 0.0
    if value.isascii() and value.isdigit():
        return float(min(int(value[:10]), 10**9))
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.fromisoformat(now)).total_seconds())


def later(now: str, seconds: float) -> str:
    """The date so many seconds after another, both `YYYY-MM-DDTHH:MM:SSZ`."""
    return (datetime.fromisoformat(now) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_between(earlier: str, later: str) -> float:
    """How far two such dates lie apart."""
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
