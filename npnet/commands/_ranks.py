"""The processes under which a command was started together."""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from npnet._interrupts import deadly
from npnet.engine.ranks import shards_of
from npnet.engine.team import Team

STARTERS = ("PMI_SIZE", "PMIX_RANK", "OMPI_COMM_WORLD_SIZE")
"""What ``mpiexec`` sets in the environment of its processes: MPICH and its kin, Open MPI, and others by PMIx."""


def team(environment: Mapping[str, str] = os.environ) -> Team:
    """Return all processes of ``mpiexec``; without it, this one alone.

    Raises
    ------
    ValueError
        If mpi4py is not installed.
    """
    if not any(name in environment for name in STARTERS):
        return Team()
    try:
        # Which waits until all of them do
        with deadly():
            from mpi4py import MPI
    except ImportError:
        raise ValueError("mpiexec: expected mpi4py, which the extra mpi installs, got none") from None
    return Team(MPI.COMM_WORLD if MPI.COMM_WORLD.Get_size() > 1 else None)


def sharded(settings: Any, team: Team) -> Any:
    """Return the settings of a training with a number of shards, where several processes train."""
    if team.communicator is None or settings.shards is not None:
        return settings
    return replace(settings, shards=shards_of(team.size))
