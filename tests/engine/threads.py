"""A communicator whose ranks are threads of this process: the methods of mpi4py's that a training calls."""

# ruff: noqa: N802, the methods have mpi4py's names
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import threadpoolctl

SECONDS = 60
"""How long a rank waits for the others: a test that hangs fails."""


class AbortedError(Exception):
    """A rank has ended all."""


class Shared:
    """What all ranks see."""

    def __init__(self, size):
        self.size, self.slots = size, [None] * size
        self.barrier = threading.Barrier(size, timeout=SECONDS)


class Communicator:
    """One rank's view."""

    def __init__(self, shared, rank):
        self.shared, self.rank, self.aborted = shared, rank, None

    def Get_rank(self):
        return self.rank

    def Get_size(self):
        return self.shared.size

    def allgather(self, value):
        try:
            # As between processes: nobody sees what becomes of it later
            self.shared.slots[self.rank] = pickle.dumps(value)
            self.shared.barrier.wait()
            every = [pickle.loads(slot) for slot in self.shared.slots]
            self.shared.barrier.wait()
        except threading.BrokenBarrierError:
            raise AbortedError from None
        return every

    def bcast(self, value, root):
        return self.allgather(value)[root]

    def Barrier(self):
        self.allgather(None)

    def Allgather(self, row, every):
        every[...] = self.allgather(row)

    def Sendrecv(self, sent, to, recvbuf, source):
        assert to == source
        recvbuf[...] = self.allgather(sent)[source]

    def Abort(self, status):
        self.aborted = status
        self.shared.barrier.abort()


def run(size, action):
    """Return what ``action(communicator)`` returns in each rank, or the error that it raised."""
    shared = Shared(size)

    def one(rank):
        communicator = Communicator(shared, rank)
        try:
            return action(communicator)
        except BaseException as error:
            error.status = communicator.aborted
            return error

    # One thread of BLAS before and after: each rank's training restores what it found
    with threadpoolctl.threadpool_limits(1), ThreadPoolExecutor(size) as pool:
        return list(pool.map(one, range(size)))
