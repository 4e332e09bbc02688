"""Who runs submissions: processes of this machine, or a Dask cluster's workers.

Both speak the language of ``concurrent.futures``.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, as_completed
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from multiprocessing import get_context

from .course import CourseError
from .execute import Cells, Ran
from .run import run_submission

Workers = Callable[[], AbstractContextManager[Executor]]


@contextmanager
def pool(workers: int = os.cpu_count() or 1) -> Iterator[Executor]:
    """Processes of this machine."""
    executor = ProcessPoolExecutor(workers, get_context("spawn"))
    try:
        yield executor
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The workers of a Dask cluster, which have this repository and its packages too."""
    from distributed import Client

    try:
        client = Client(address)
    except (OSError, ValueError) as error:
        raise CourseError(f"No Dask scheduler answers at {address}: {error}.") from None
    with client:
        executor = client.get_executor(retries=3)
        try:
            yield executor
        finally:
            executor.shutdown(wait=False)  # cancels what has not been run


def run_all(
    submissions: Sequence[Cells], seconds: float, megabytes: int, workers: Workers
) -> Iterator[tuple[int, Ran | BaseException]]:
    """Let submissions run; yield each one's number, as it comes, and what came of it.

    When an executor breaks, as a pool does of which a process is killed, another is made, for those
    that have no result yet.
    """
    left = dict(enumerate(submissions))
    idle = 0  # rounds in which nothing came
    while left:
        before = len(left)
        with workers() as executor:
            futures = {}
            with suppress(BrokenExecutor):  # it may break before all have gone in
                for number, cells in left.items():
                    run = partial(run_submission, cells, seconds, megabytes)
                    futures[executor.submit(run)] = number
            for future in as_completed(futures):
                error = future.exception()
                if isinstance(error, BrokenExecutor) and idle < 3:
                    continue  # it is run again
                number = futures[future]
                cells = left.pop(number)
                yield number, error or Ran(cells, future.result())
        idle = 0 if len(left) < before else idle + 1
        if idle > 3:
            raise CourseError("The workers end before they have run anything.")
