"""How much memory is free, as the system and NVIDIA's tool tell it."""

import stat

from dreamkit import memory
from dreamkit.memory import free_gpu_memory, free_memory


def test_some_main_memory_is_free():
    assert 10**7 < free_memory() < 10**14


def test_a_container_may_have_less(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "CGROUP", tmp_path / "memory.max")
    for name, number in (("memory.max", 3_000_000), ("memory.current", 2_000_000)):
        (tmp_path / name).write_text(f"{number}\n", encoding="utf-8")
    assert free_memory() == 1_000_000
    (tmp_path / "memory.max").write_text("max\n", encoding="utf-8")
    assert free_memory() > 1_000_000


def nvidia_smi(folder, script):
    """A program of that name in the only folder where programs are looked for."""
    tool = folder / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    tool.chmod(tool.stat().st_mode | stat.S_IEXEC)


def test_the_tool_tells_what_a_gpu_has_free(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,3")
    assert free_gpu_memory() is None  # no tool
    nvidia_smi(tmp_path, '[ "$1" = "--id=2" ] && echo 81000')
    assert free_gpu_memory() == 81_000 * 2**20
    nvidia_smi(tmp_path, "echo No devices were found; exit 6")
    assert free_gpu_memory() is None
