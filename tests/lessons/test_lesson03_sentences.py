"""The sentences of lesson 03, read when they are asked for."""

import pytest

from dreamkit.lessons import lesson03_sentences as lesson


def test_sentences_and_counts_are_read_when_they_are_asked_for():
    assert not {"PRAISE", "BLAME", "HALF", "COUNTS"} & set(vars(lesson))
    assert len(lesson.PRAISE) == len(lesson.BLAME) == 15 and len(lesson.HALF) == 10
    assert "I adore this charming series." in lesson.PRAISE
    assert all(0 < praise < both < 25_000 for both, praise in lesson.COUNTS.values())
    with pytest.raises(AttributeError, match="no attribute 'PRAYSE'"):
        _ = lesson.PRAYSE
