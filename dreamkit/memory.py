"""How much memory is free."""

import os
import subprocess
from pathlib import Path

import psutil

CGROUP = Path("/sys/fs/cgroup/memory.max")  # a container, on Binder say, may have less


def free_memory() -> int:
    """Bytes of main memory that a program may still take."""
    free = int(psutil.virtual_memory().available)
    if CGROUP.is_file() and (limit := CGROUP.read_text(encoding="utf-8").strip()).isdigit():
        used = int(CGROUP.with_name("memory.current").read_text(encoding="utf-8"))
        free = min(free, int(limit) - used)
    return free


def free_gpu_memory() -> int | None:
    """Bytes free on the GPU that computes, by NVIDIA's own tool; None where there is no such GPU.

    What a framework has taken and keeps for later counts as taken.
    """
    gpu = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]
    query = f"nvidia-smi --id={gpu} --query-gpu=memory.free --format=csv,noheader,nounits".split()
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=10, check=True)
        return int(answer.stdout) * 2**20
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
