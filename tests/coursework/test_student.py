"""A student's process: what it may do, and what becomes of it when it does more."""

import subprocess
import sys
import time

import numpy as np
import pytest

from dreamkit.coursework import fence
from dreamkit.coursework.apart import Cut, Student
from dreamkit.coursework.doctor import RELEASE


@pytest.fixture(scope="module")
def student():
    with Student(seconds=5, megabytes=1024) as student:
        yield student


def test_names_are_values_or_functions_from_afar(student):
    student.run("import numpy as np\nnumber = np.float32(1.5)\nwords = ['a', ('b', None, True)]")
    student.run("def double(x): return 2 * np.asarray(x)")
    student.start_clock()
    assert student.value("number") == 1.5
    assert student.value("words") == ["a", ("b", None, True)]
    assert student.value("double")([1, 2]).tolist() == [2, 4]
    assert student.value("double")(np.eye(2, dtype="float32")).tolist() == [[2, 0], [0, 2]]
    with pytest.raises(KeyError):
        student.value("nothing")


def test_a_function_of_the_graders_can_be_called(student):
    student.run("def twice(f, x): return f(f(x))")
    student.start_clock()
    assert student.value("twice")(lambda x: x + 1, 40) == 42


def test_an_error_keeps_its_kind(student):
    student.run(
        "def fail(): raise ValueError('so')\ndef own(): raise type('Own', (Exception,), {})"
    )
    student.start_clock()
    with pytest.raises(ValueError, match="so"):
        student.value("fail")()
    with pytest.raises(RuntimeError):
        student.value("own")()


def test_what_is_no_data_does_not_pass(student):
    student.run("def thing(): return object()")
    student.run("class Yes(float):\n    def __eq__(self, other): return True\nyes = Yes(3)")
    student.start_clock()
    with pytest.raises(TypeError, match="expected numbers"):
        student.value("thing")()
    assert student.value("yes") != 4  # a plain number now


def test_a_test_that_fails_in_its_own_function_leaves_the_process_usable(student):
    student.run("def ask(f): return f(1)")
    student.start_clock()
    with pytest.raises(ZeroDivisionError):
        student.value("ask")(lambda x: x / 0)
    assert student.value("ask")(lambda x: x + 1) == 2


def test_an_endless_cell_is_cut_off_and_the_others_are_there_still():
    with Student(seconds=1) as student:
        student.run("before = 1")
        started = time.monotonic()
        with pytest.raises(Cut, match="1 seconds"):
            student.run("while True:\n    try:\n        pass\n    except BaseException: pass")
        student.run("after = before + 1")
        student.start_clock()
        assert student.value("after") == 2
        assert time.monotonic() - started < 20


def test_a_cell_that_ends_its_process_costs_itself():
    with Student() as student:
        student.run("x = 3")
        with pytest.raises(Cut, match="ended"):
            student.run("import os; os._exit(0)")
        student.start_clock()
        assert student.value("x") == 3


def test_memory_is_limited():
    with Student(megabytes=1024) as student, pytest.raises(Cut, match="1,024 MB"):
        student.run("x = bytearray(2_000_000_000)")


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
def test_the_course_the_package_and_other_processes_are_closed(forbidden, student):
    package = RELEASE.parent.parent
    course = package.parent / "assignments"
    reply = student.run(forbidden.format(course=str(course), package=str(package)))
    assert reply.get("error") in {"PermissionError", "OSError"}, reply
    assert (course / "nbgrader_config.py").exists()
    assert (package / "check" / "report.py").exists()


FENCE = """
import os, sys, numpy
from dreamkit.coursework import fence
secret, folder = sys.argv[1:]
fence.{call}
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
        ("landlock(fence.readable(), folder)", fence.has_landlock()),
        ("hook(fence.readable(), folder)", True),
    ],
    ids=["Landlock", "audit hook"],
)
def test_each_fence_holds_by_itself(call, holds, forbidden, tmp_path):
    secret, folder = tmp_path / "secret" / "tests", tmp_path / "own"
    secret.parent.mkdir()
    folder.mkdir()
    secret.write_text("assert")
    code = FENCE.format(call=call, forbidden=forbidden)
    command = [sys.executable, "-c", code, str(secret), str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (result.stdout == "closed\n") == holds


def test_its_own_folder_and_python_are_open(student):
    reply = student.run("open('mine.txt', 'w').write('x')\nimport wave, dreamkit.check")
    assert "error" not in reply, reply
    shown = student.run("print('hello')\n6 * 7")["outputs"]
    assert "hello" in shown[0]["text"] and "42" in shown[0]["text"]


def test_a_cell_may_do_what_cells_do(student):
    for cell in ("%matplotlib inline\nplot = 1", "exit()", "await __import__('asyncio').sleep(0)"):
        assert "error" not in student.run(cell), cell
    student.start_clock()
    assert student.value("plot") == 1


def test_the_environment_holds_no_secrets(student, monkeypatch):
    monkeypatch.setenv("API_TOKEN", "secret")
    with Student() as fresh:
        fresh.run("import os; names = sorted(os.environ)")
        fresh.start_clock()
        assert "API_TOKEN" not in fresh.value("names")
