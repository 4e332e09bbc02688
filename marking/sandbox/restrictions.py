"""What a student's process may not do: limits on memory and files, and no way to the course.

Two means of the Linux kernel, which no code of the process' own takes down: Landlock (since 5.13)
lets it read what Python needs and write to its own folder, whatever it tries; seccomp closes other
processes, signals, connections, and changes to files that Landlock does not know of. In front of
both an audit hook of Python says no in a sentence; it stands alone where the kernel has neither,
and then someone who works at it gets round.
"""

import contextlib
import ctypes
import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import dreamkit
import marking

# The package that students import, and this one; not the repository, which holds the solutions.
PACKAGES = tuple(str(Path(file).resolve().parent) for file in (dreamkit.__file__, marking.__file__))
SYSTEM = tuple(
    "/usr /lib /lib64 /bin /etc/ld.so.cache /etc/localtime /etc/fonts /proc/cpuinfo "
    "/proc/meminfo".split()
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")

# Names of Python's audit events ("Audit events table" in its documentation).
REFUSED = frozenset(
    "os.chdir os.exec os.fork os.forkpty os.kill os.killpg os.link os.posix_spawn os.spawn "
    "os.symlink os.system pty.spawn resource.prlimit resource.setrlimit signal.pthread_kill "
    "socket.bind socket.connect socket.sendto subprocess.Popen sys.addaudithook".split()
)
READS = frozenset({"open", "os.listdir", "os.scandir"})
CHANGES = frozenset(
    "os.chmod os.chown os.mkdir os.remove os.rename os.rmdir os.truncate os.utime "
    "sqlite3.connect".split()
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


ELSEWHERE = (
    "Marking needs Linux: students' code is held in by the kernel (Landlock, seccomp), and no "
    "other system has that. On Windows use WSL (`wsl --install`), on macOS a Linux machine or a "
    "container. The notebook check, `python -m dreamkit.check`, works everywhere."
)


def is_linux() -> bool:
    """Whether students' code can be held in here."""
    return sys.platform.startswith("linux")


def readable() -> list[str]:
    """The folders and files that Python and its packages need."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, *PACKAGES}
    prefixes |= {path for path in sys.path if "site-packages" in path or "dist-packages" in path}
    named = {*prefixes, *map(os.path.realpath, prefixes), *SYSTEM, *DEVICES}
    return sorted(path for path in named if os.path.exists(path))


def limit(megabytes: int) -> None:
    """Bound the memory, and what may be written to one file; it cannot be undone."""
    import resource  # Windows has none, and reads the sentence above

    for kind, most in ((resource.RLIMIT_AS, megabytes), (resource.RLIMIT_FSIZE, 50)):
        with contextlib.suppress(ValueError, OSError):  # the system's own limit is lower
            resource.setrlimit(kind, (most << 20, most << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def has_landlock() -> bool:
    """Whether the system has Landlock."""
    if not is_linux():
        return False
    return ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) > 0


def landlock(read: Iterable[str], write: str) -> bool:
    """Close every file but those below ``read`` and ``write`` to this process, for good.

    False where the system has no Landlock; nothing is closed then. The numbers are those of Linux's
    ``uapi/linux/landlock.h``, the same on every processor.
    """
    if not has_landlock():
        return False
    syscall, prctl = ctypes.CDLL(None).syscall, ctypes.CDLL(None).prctl
    everything, reading, file_only = (1 << 13) - 1, 0b1101, 0b0111  # execute, read, list
    rules = ctypes.c_uint64(everything)
    ruleset = syscall(444, ctypes.byref(rules), ctypes.c_size_t(8), 0)
    for path in [*read, write]:
        rights = everything if path == write else reading
        rights &= everything if os.path.isdir(path) else file_only
        opened = os.open(path, os.O_PATH)
        beneath = (ctypes.c_char * 12)()  # struct landlock_path_beneath_attr is packed
        beneath.raw = rights.to_bytes(8, sys.byteorder) + opened.to_bytes(4, sys.byteorder)
        syscall(445, ruleset, 1, ctypes.byref(beneath), 0)
        os.close(opened)
    no_new_privileges = 38
    prctl(no_new_privileges, 1, 0, 0, 0)
    closed = syscall(446, ruleset, 0) == 0
    os.close(ruleset)
    return closed


# Calls of the system that no exercise needs: seccomp refuses them, whoever makes them.
CLOSED = (
    "fork vfork execve execveat ptrace process_vm_readv process_vm_writev kcmp pidfd_open "
    "pidfd_getfd pidfd_send_signal tkill rt_sigqueueinfo rt_tgsigqueueinfo setsid setpgid "
    "setrlimit socket connect bind listen accept accept4 io_uring_setup io_uring_enter "
    "io_uring_register truncate chmod fchmodat fchmodat2 chown lchown fchownat utime utimes "
    "futimesat utimensat setxattr lsetxattr removexattr lremovexattr mknod mknodat "
    "open_by_handle_at mount umount2 move_mount fsopen open_tree chroot pivot_root unshare setns "
    "bpf perf_event_open userfaultfd keyctl add_key request_key init_module finit_module "
    "delete_module kexec_load reboot swapon swapoff settimeofday clock_settime sethostname acct "
    "shmget msgget semget mq_open"
).split()


def has_seccomp() -> bool:
    """Whether the system has libseccomp."""
    try:
        import pyseccomp  # noqa: F401
    except (ImportError, RuntimeError, OSError):
        return False
    return is_linux()


def seccomp() -> bool:
    """Refuse other processes, signals to them, connections and ``CLOSED`` to this one, for good.

    False where the system has no libseccomp; nothing is closed then.
    """
    if not has_seccomp():
        return False
    from pyseccomp import ALLOW, EQ, ERRNO, MASKED_EQ, NE, Arg, SyscallFilter

    no, me = ERRNO(errno.EPERM), os.getpid()
    calls = SyscallFilter(ALLOW)
    for name in CLOSED:
        with contextlib.suppress(OSError, ValueError):  # this system has no such call
            calls.add_rule(no, name)
    thread = 0x10000  # CLONE_THREAD: NumPy's threads are no other processes
    calls.add_rule(no, "clone", Arg(0, MASKED_EQ, thread, 0))
    with contextlib.suppress(OSError, ValueError):
        calls.add_rule(ERRNO(errno.ENOSYS), "clone3")  # the C library then takes clone
    for name in ("kill", "tgkill"):
        calls.add_rule(no, name, Arg(0, NE, me))
    calls.add_rule(no, "prlimit64", Arg(2, NE, 0))
    for owner in (8, 15):  # F_SETOWN, F_SETOWN_EX: whom a file sends signals
        calls.add_rule(no, "fcntl", Arg(1, EQ, owner))
    calls.load()
    return True


def audit_hook(read: Iterable[str], write: str) -> None:
    """Refuse processes, signals and connections, and files elsewhere, from here on."""
    roots = tuple(path + "/" for path in [*read, write])
    files = frozenset([*read, write])

    def refuse(event: str, arguments: tuple) -> None:
        if event in REFUSED or event.startswith("ctypes."):
            raise PermissionError(f"{event} is closed to coursework while it is graded")
        if event not in READS and event not in CHANGES:
            return
        changes = event in CHANGES or (event == "open" and (arguments[2] or 0) & WRITING)
        for path in arguments[: 2 if event == "os.rename" else 1]:
            if isinstance(path, bytes):
                path = path.decode(errors="replace")
            if not isinstance(path, str):
                continue  # a file that is open already
            mine = not str.startswith(path, "/") or str.startswith(path, write + "/")
            given = path in DEVICES if changes else path in files or str.startswith(path, roots)
            if not (mine or given) or ".." in str.split(path, "/"):
                raise PermissionError(f"{path} is closed to coursework while it is graded")

    sys.addaudithook(refuse)


def restrict(folder: str, megabytes: int) -> None:
    """Hold this process in; ``folder`` is its own, to write in."""
    read = readable()
    limit(megabytes)
    # TensorFlow looks there. The hook does not let it pass: /proc/self/root leads everywhere.
    has_seccomp()  # what it loads is found with the help of programmes
    landlock([*read, "/proc/self"], folder)
    seccomp()
    audit_hook(read, folder)
