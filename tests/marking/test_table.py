"""Tables of marks: people open them in Excel, platforms import them, and they are read again."""

import pytest

from marking.course import CourseError
from marking.table import Row, read_table, write_tables

ROW = Row("Zoë Müller", "Zoë", assignment="01_deepdream", points="3", of="22", tasks={"climb": "3"})
MARK = b"\xef\xbb\xbf"


def test_a_table_of_marks_opens_in_excel_and_is_read_again(tmp_path):
    table = tmp_path / "marks.csv"
    write_tables(table, [ROW])
    marked = {path.name: path.read_bytes().startswith(MARK) for path in tmp_path.glob("*.csv")}
    assert [name for name, mark in marked.items() if mark] == ["marks.csv"] and len(marked) == 3
    assert list(read_table(table).values()) == [ROW]
    table.write_bytes(table.read_bytes().removeprefix(MARK))  # an older one
    assert list(read_table(table).values()) == [ROW]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", ";\t")
def test_a_table_that_a_spreadsheet_saved_is_read(encoding, delimiter, tmp_path):
    table = tmp_path / "marks.csv"
    write_tables(table, [ROW])
    text = table.read_text(encoding="utf-8-sig").replace(",", delimiter)
    table.write_text(text, encoding=encoding)
    assert list(read_table(table).values()) == [ROW]


@pytest.mark.parametrize(
    ("data", "said"), [("student;näme\n1;2\n".encode("cp1252"), "UTF-8"), (b"a,b\n1,2\n", "a, b")]
)
def test_what_would_be_written_over_unread_is_refused(data, said, tmp_path):
    (tmp_path / "marks.csv").write_bytes(data)
    with pytest.raises(CourseError, match=said):
        read_table(tmp_path / "marks.csv")
