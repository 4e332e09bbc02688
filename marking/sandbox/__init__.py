"""A student's code in a process of its own, which is held in by limits of the system.

``process`` is that process as the grader sees it, ``kernel`` what runs in it, ``messages`` how the
two talk, and ``restrictions`` what it may not do.
"""
