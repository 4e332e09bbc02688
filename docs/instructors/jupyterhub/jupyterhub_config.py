"""JupyterHub for this course on one machine, with nbgrader's shared grading service.

Students work in servers of their own; instructors share one for grading, at
``/services/dreaming-networks``. Put this file in ``/srv/jupyterhub``, ``nbgrader_config.py`` beside
it in ``/etc/jupyter``, and follow ``hub.md``.
"""

COURSE = "dreaming-networks"  # the course_id in assignments/nbgrader_config.py
GRADER = f"grader-{COURSE}"  # an account of the machine; the course folder is its own
INSTRUCTORS = ["instructor"]  # accounts of those who grade

c = get_config()  # noqa: F821  (JupyterHub defines it)

# Whoever has an account on this machine may log in.
c.Authenticator.allow_all = True
c.Authenticator.admin_users = set(INSTRUCTORS)
c.Spawner.default_url = "/lab"
c.Spawner.mem_limit = "3G"  # heeded by spawners that can, such as SystemdSpawner

# nbgrader goes by these names: formgrade-COURSE may grade, nbgrader-COURSE may fetch and submit.
# `nbgrader db student add` puts students into the second.
c.JupyterHub.load_groups = {
    f"formgrade-{COURSE}": {"users": [*INSTRUCTORS, GRADER]},
    f"nbgrader-{COURSE}": {"users": list(INSTRUCTORS)},
}

c.JupyterHub.load_roles = [
    {
        "name": f"formgrade-{COURSE}",
        "groups": [f"formgrade-{COURSE}"],
        "scopes": [
            f"access:services!service={COURSE}",
            f"read:services!service={COURSE}",
            "list:services",
        ],
    },
    {
        # The service may look up who is in which group, and enrol students.
        "name": "course-service",
        "services": [COURSE],
        "scopes": ["list:users", "read:users", "admin:groups"],
    },
    {
        # A student's server may ask which courses its owner is in. A server never gets more than
        # its owner has.
        "name": "server",
        "scopes": [
            "users:activity!user",
            "access:servers!user",
            "read:users!user",
            "list:services",
            f"read:services!service={COURSE}",
        ],
    },
]

c.JupyterHub.services = [
    {
        "name": COURSE,
        "url": "http://127.0.0.1:9999",
        "command": ["jupyterhub-singleuser"],
        "user": GRADER,
        # nbgrader reads the nbgrader_config.py of the folder that it is started in.
        "cwd": f"/home/{GRADER}/dreamkit/assignments",
        "environment": {
            "JUPYTERHUB_USER": GRADER,
            # Not inside JupyterLab: there the formgrader is in a frame, which JupyterHub from 4.1
            # on leaves blank.
            "JUPYTERHUB_DEFAULT_URL": "/formgrader",
        },
        "oauth_no_confirm": True,
    }
]
