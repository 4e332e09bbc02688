"""Coursework: make the student versions, mend submissions, grade a class, prove the grading.

``python -m marking`` lists the commands. Only this room imports nbgrader.
"""
