"""The sandbox: what it may do, and what becomes of it when it does more."""

import platform
import subprocess
import sys
import threading

import numpy as np
import psutil
import pytest

from dreamkit.check.notebook import RELEASE
from marking.sandbox import restrictions
from marking.sandbox.process import Cut, Sandbox


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(seconds=5, megabytes=1024) as sandbox:
        yield sandbox


def test_names_are_values_or_functions_from_afar(sandbox):
    sandbox.run("import numpy as np\nnumber = np.float32(1.5)\nwords = ['a', ('b', None, True)]")
    sandbox.run("def double(x): return 2 * np.asarray(x)")
    sandbox.start_clock()
    assert sandbox.value("number") == 1.5
    assert sandbox.value("words") == ["a", ("b", None, True)]
    assert sandbox.value("double")([1, 2]).tolist() == [2, 4]
    assert sandbox.value("double")(np.eye(2, dtype="float32")).tolist() == [[2, 0], [0, 2]]
    with pytest.raises(KeyError):
        sandbox.value("nothing")


def test_a_function_of_the_graders_can_be_called(sandbox):
    sandbox.run("def twice(f, x): return f(f(x))")
    sandbox.start_clock()
    assert sandbox.value("twice")(lambda x: x + 1, 40) == 42


def test_an_error_keeps_its_kind(sandbox):
    sandbox.run(
        "def fail(): raise ValueError('so')\ndef own(): raise type('Own', (Exception,), {})"
    )
    sandbox.start_clock()
    with pytest.raises(ValueError, match="so"):
        sandbox.value("fail")()
    with pytest.raises(RuntimeError):
        sandbox.value("own")()


def test_what_is_no_data_does_not_pass(sandbox):
    sandbox.run("def thing(): return object()")
    sandbox.run("class Yes(float):\n    def __eq__(self, other): return True\nyes = Yes(3)")
    sandbox.start_clock()
    with pytest.raises(TypeError, match="expected numbers"):
        sandbox.value("thing")()
    assert sandbox.value("yes") != 4  # a plain number now


def test_a_test_that_fails_in_its_own_function_leaves_the_process_usable(sandbox):
    sandbox.run("def ask(f): return f(1)")
    sandbox.start_clock()
    with pytest.raises(ZeroDivisionError):
        sandbox.value("ask")(lambda x: x / 0)
    assert sandbox.value("ask")(lambda x: x + 1) == 2


def test_what_is_gone_through_once_passes_as_a_list(sandbox):
    sandbox.run("import fractions, numpy as np\ndef pairs(): yield from [('a', 1), ('b', 2)]")
    sandbox.run("def words(): return np.array(['a', 'b'])\ndef keys(): return {'a': 1}.keys()")
    sandbox.run("def half(): return fractions.Fraction(1, 2)\ndef long(): return 10**5000")
    sandbox.start_clock()
    assert sandbox.value("pairs")() == [("a", 1), ("b", 2)]
    assert sandbox.value("words")() == ["a", "b"] and sandbox.value("keys")() == ["a"]
    assert sandbox.value("half")() == 0.5
    with pytest.raises(ValueError, match="digits"):
        sandbox.value("long")()
    assert sandbox.value("half")() == 0.5


@pytest.mark.parametrize("cell", ["!pip install scipy", "%pip install scipy", "x = input('Name?')"])
def test_what_asks_for_more_than_there_is_is_skipped_with_a_remark(cell, sandbox):
    reply = sandbox.run(cell + "\nafter = 1")
    assert "Skipped" in reply["outputs"][0]["text"] and "error" not in reply
    sandbox.start_clock()
    assert sandbox.value("after") == 1


def test_an_interrupted_cell_leaves_what_was_there_and_starts_no_new_process():
    with Sandbox(seconds=0.5) as sandbox:
        sandbox.run("state = [1]")
        process = sandbox._process
        with pytest.raises(Cut, match="endless"):
            sandbox.run("while True: pass")
        sandbox.start_clock()
        assert sandbox.value("state") == [1] and sandbox._process is process


def test_time_that_others_take_counts_for_nothing():
    """A process that does not come to run, as on a busy machine, is waited for."""
    with Sandbox(seconds=0.6) as sandbox:
        sandbox.run("def work(): return sum(range(1_000_000))")
        sandbox.start_clock()
        process = psutil.Process(sandbox._process.pid)
        process.suspend()
        threading.Timer(1.5, process.resume).start()
        assert sandbox.value("work")() == 499_999_500_000


def test_code_that_only_waits_is_cut_off_too(monkeypatch):
    monkeypatch.setattr("marking.sandbox.process.PATIENCE", 2)
    with Sandbox(seconds=0.5) as sandbox:
        with pytest.raises(Cut):
            sandbox.run("import time; time.sleep(1000)")
        assert "error" not in sandbox.run("after = 1")


def test_a_whole_submission_has_one_limit(monkeypatch):
    monkeypatch.setattr("marking.sandbox.process.WHOLE", 2)
    with Sandbox(seconds=0.4) as sandbox:
        for _ in range(4):
            with pytest.raises(Cut):
                sandbox.run("while True: pass")
        with pytest.raises(Cut, match="notebook"):
            sandbox.run("1")


def test_an_endless_cell_is_cut_off_and_the_others_are_there_still():
    with Sandbox(seconds=1) as sandbox:
        sandbox.run("before = 1")
        with pytest.raises(Cut, match="1 seconds"):
            sandbox.run("while True:\n    try:\n        pass\n    except BaseException: pass")
        sandbox.run("after = before + 1")
        sandbox.start_clock()
        assert sandbox.value("after") == 2


def test_a_cell_that_ends_its_process_costs_itself():
    with Sandbox() as sandbox:
        sandbox.run("x = 3")
        with pytest.raises(Cut, match="ended"):
            sandbox.run("import os; os._exit(0)")
        sandbox.start_clock()
        assert sandbox.value("x") == 3


def test_memory_is_limited():
    with Sandbox(megabytes=1024) as sandbox, pytest.raises(Cut, match="1,024 MB"):
        sandbox.run("x = bytearray(2_000_000_000)")


@pytest.mark.parametrize(
    "forbidden",
    [
        "open({course!r} + '/nbgrader_config.py').read()",
        "import os; os.listdir({course!r})",
        "open({package!r} + '/check/report.py', 'a')",
        "import os; os.remove({package!r} + '/check/report.py')",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.kill(os.getppid(), 0)",
        "import os; os.fork()",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import ctypes; ctypes.CDLL(None)",
        "import os; os.chdir('/')",
    ],
)
def test_the_course_the_package_and_other_processes_are_closed(forbidden, sandbox):
    course = RELEASE.parent
    package = course.parent / "dreamkit"
    reply = sandbox.run(forbidden.format(course=str(course), package=str(package)))
    assert reply.get("error") in {"PermissionError", "OSError"}, reply
    assert (course / "nbgrader_config.py").exists()
    assert (package / "check" / "report.py").exists()


RESTRICTED = """
import os, sys, numpy
from marking.sandbox import restrictions
secret, folder = sys.argv[1:]
restrictions.{call}
with open(folder + "/mine", "w") as file:
    file.write("mine")
os.remove(folder + "/mine")
open(numpy.__file__).close()
try:
    {forbidden}
    print("open")
except PermissionError:
    print("closed")
"""


@pytest.mark.parametrize(
    "forbidden",
    [
        "open(secret)",
        "open(secret, 'w')",
        "os.remove(secret)",
        "os.rename(secret, folder + '/mine')",
        "os.listdir(os.path.dirname(secret))",
        "open(numpy.__file__, 'a')",
        "open(folder + '/../secret/tests')",
    ],
)
@pytest.mark.parametrize(
    ("call", "holds"),
    [
        ("landlock(restrictions.readable(), folder)", restrictions.has_landlock()),
        ("audit_hook(restrictions.readable(), folder)", True),
    ],
    ids=["Landlock", "audit hook"],
)
def test_each_restriction_holds_by_itself(call, holds, forbidden, tmp_path):
    secret, folder = tmp_path / "secret" / "tests", tmp_path / "own"
    secret.parent.mkdir()
    folder.mkdir()
    secret.write_text("assert", encoding="utf-8")
    code = RESTRICTED.format(call=call, forbidden=forbidden)
    command = [sys.executable, "-c", code, str(secret), str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (result.stdout == "closed\n") == holds


PREPARE = """
import ctypes, os, socket, sys
import _posixsubprocess
from marking.sandbox import restrictions
restrictions.has_seccomp()
libc, secret = ctypes.CDLL(None, use_errno=True), sys.argv[1].encode()
restrictions.seccomp()
def call(name, *arguments):
    "A call of the C library, past every hook of Python's; minus one and EPERM if it is refused."
    result = getattr(libc, name)(*arguments)
    print("closed" if result == -1 and ctypes.get_errno() == 1 else f"open: {result}")
def spawn():
    null = os.open("/dev/null", os.O_RDWR)
    r, w = os.pipe()
    newer, older = sys.version_info >= (3, 11), sys.version_info < (3, 14)
    _posixsubprocess.fork_exec(
        [b"/bin/true"], [b"/bin/true"], True, (), None, None, -1, -1, -1, -1, -1, -1, r, w,
        True, False, *[0] * newer, None, None, None, -1, None, *[False] * older)
"""
ESCAPES = {
    "fork": "call('fork')",
    "vfork and exec": "call('execv', b'/bin/true', None)",
    "posix_spawn": "print('closed' if libc.posix_spawn(ctypes.byref(ctypes.c_int()), b'/bin/true', "
    "None, None, (ctypes.c_char_p * 2)(b'true', None), None) == 1 else 'open')",
    "clone": "call('syscall', 56, 17, 0, 0, 0, 0)",
    "system": "print('closed' if libc.system(b'true') not in (0,) else 'open')",
    "a connection": "call('socket', 2, 1, 0)",
    "an abstract socket": "call('socket', 1, 1, 0)",
    "kill": "call('kill', os.getppid(), 0)",
    "kill a group": "call('kill', 0, 0)",
    "kill all": "call('kill', -1, 0)",
    "tgkill": "call('syscall', 234, os.getppid(), os.getppid(), 0)",
    "a signal by a file": "call('fcntl', 0, 8, os.getppid())",
    "ptrace": "call('ptrace', 16, os.getppid(), 0, 0)",
    "another's memory": "call('process_vm_readv', os.getppid(), None, 0, None, 0, 0)",
    "another session": "call('setsid')",
    "another group": "call('setpgid', 0, 0)",
    "more memory": "call('prlimit', os.getpid(), 9, (ctypes.c_ulong * 2)(1, 1), None)",
    "truncate": "call('truncate', secret, 0)",
    "chmod": "call('chmod', secret, 0)",
    "another time": "call('utimensat', -100, secret, None, 0)",
    "io_uring": "call('syscall', 425, 1, None)",
    "a namespace": "call('unshare', 0x10000000)",
}


@pytest.mark.skipif(not restrictions.has_seccomp(), reason="needs the system's libseccomp")
@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of calls are x86-64's")
def test_what_goes_past_python_is_closed_by_the_kernel(tmp_path):
    secret = tmp_path / "gradebook"
    secret.write_text("marks", encoding="utf-8")
    code = PREPARE + "\n".join(ESCAPES.values())
    code += "\ntry:\n    spawn()\n    print('open')\nexcept PermissionError:\n    print('closed')"
    code += "\nimport threading, numpy\nthread = threading.Thread(target=print, args=['thread'])"
    code += "\nthread.start(); thread.join()\nsocket.socketpair(); os.kill(os.getpid(), 0)"
    result = subprocess.run([sys.executable, "-uc", code, secret], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    *said, thread = result.stdout.splitlines()
    told = dict(zip([*ESCAPES, "fork_exec"], said, strict=True))
    assert {name: what for name, what in told.items() if what != "closed"} == {}
    assert thread == "thread" and secret.read_text(encoding="utf-8") == "marks"


def test_no_process_of_a_students_outlives_it():
    with Sandbox() as sandbox:
        sandbox.run("import os, time")
        for cell in ("os.posix_spawn('/bin/sleep', ['sleep', '99'], {})", "os.setsid()"):
            assert sandbox.run(cell).get("error") == "PermissionError", cell
        process = psutil.Process(sandbox._process.pid)
        assert process.children() == []
    assert not process.is_running()


def test_its_own_folder_and_python_are_open(sandbox):
    reply = sandbox.run("open('mine.txt', 'w').write('x')\nimport wave, dreamkit.check")
    assert "error" not in reply, reply
    shown = sandbox.run("print('hello')\n6 * 7")["outputs"]
    assert "hello" in shown[0]["text"] and "42" in shown[0]["text"]


def test_a_cell_may_do_what_cells_do(sandbox):
    for cell in ("%matplotlib inline\nplot = 1", "exit()", "await __import__('asyncio').sleep(0)"):
        assert "error" not in sandbox.run(cell), cell
    sandbox.start_clock()
    assert sandbox.value("plot") == 1


def test_the_environment_holds_no_secrets(sandbox, monkeypatch):
    monkeypatch.setenv("API_TOKEN", "secret")
    with Sandbox() as fresh:
        fresh.run("import os; names = sorted(os.environ)")
        fresh.start_clock()
        assert "API_TOKEN" not in fresh.value("names")
