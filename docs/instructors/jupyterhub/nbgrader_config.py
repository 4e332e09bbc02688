"""For everyone on the hub: ``/etc/jupyter/nbgrader_config.py``."""

from nbgrader.auth import JupyterHubAuthPlugin

c = get_config()  # noqa: F821  (nbgrader defines it)

c.Authenticator.plugin_class = JupyterHubAuthPlugin
c.Exchange.path_includes_course = True  # assignments are fetched into dreaming-networks/
c.Exchange.root = "/srv/nbgrader/exchange"
