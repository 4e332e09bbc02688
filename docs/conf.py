"""How Sphinx makes the reading site; ``make site`` runs it on the root of the repository."""

import inspect
import operator
import os
import shutil
import sys
from pathlib import Path

from tools import links, live

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # docstrings are read by importing dreamkit

project = "dreamkit"
author = "The dreamkit authors"
copyright = f"{author}. Lessons and pictures: CC BY 4.0"

# Pages are where the repository has them, so that what is a link there is a link here.
root_doc = "README"
include_patterns = [
    "*.md",
    "docs/benchmarks.md",
    "docs/glossary.md",
    "docs/api/*.md",
    "docs/instructors/*.md",
]
include_patterns += ["docs/live/*.md", "notebooks/*.ipynb"]
exclude_patterns = [".*", "build", "docs/live/node_modules"]  # and those need not be searched
extensions = ["myst_nb", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.linkcode"]

nb_execution_mode = "off"  # lessons are shown with the outputs that are stored in them
nb_ipywidgets_js = {}  # would be loaded from another host
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]
nb_merge_streams = True
myst_enable_extensions = ["html_image"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints_format = "short"
numpydoc_show_class_members = False
smartquotes = False  # they stand around names, in the docstrings

html_domain_indices = False  # of modules: there are few, and the menu names them
html_theme = "sphinx_book_theme"
html_title = "Dreaming networks"
html_favicon = "_static/icon.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_context = {"default_mode": "auto"}
html_sidebars = {"**": ["navbar-logo", "search-field", "sbt-sidebar-nav"]}
html_theme_options = {"navbar_persistent": []}  # a second search field
home = links.repository()
if home.on_github:
    html_theme_options |= {
        "repository_url": home.address,
        "repository_branch": home.branch,
        "use_repository_button": True,
        "launch_buttons": {
            "colab_url": "https://colab.research.google.com",
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        },
    }


def linkcode_resolve(domain, info):
    """Where the repository has the source of a name in the reference, if that is on GitHub."""
    if not home.on_github:
        return None
    try:
        thing = operator.attrgetter(info["fullname"])(sys.modules[info["module"]])
    except AttributeError:  # __init__ makes it
        return None
    thing = inspect.unwrap(getattr(thing, "fget", getattr(thing, "func", thing)))
    if not (inspect.isclass(thing) or inspect.isroutine(thing)):
        return None  # a field of a tuple
    path = Path(inspect.getsourcefile(thing)).relative_to(links.ROOT).as_posix()
    _, line = inspect.getsourcelines(thing)
    return f"{home.address}/blob/{home.branch}/{path}#L{line}"


def add_contents(app, docname, source):
    """The front page is the README; what the menu lists is said beside it."""
    if docname == root_doc:
        source[0] += Path(__file__).with_name("contents.md").read_text(encoding="utf-8")


def add_index(app, exception):
    """A web server looks for index.html."""
    if exception is None:
        shutil.copy(Path(app.outdir, f"{root_doc}.html"), Path(app.outdir, "index.html"))


def add_panel(app, pagename, templatename, context, doctree):
    """Below some titles a network runs in the reader's browser."""
    if pagename in live.PLACES:
        panel = live.section(
            live.PLACES[pagename], context["pathto"]("_static/live", resource=True)
        )
        title, end, rest = context["body"].partition("</h1>")
        context["body"] = title + end + panel + rest


def add_networks(app, exception):
    """What those pages load, once it is asked for."""
    if exception is None:
        live.assemble(Path(app.outdir, "_static", "live"))


def setup(app):
    app.connect("html-page-context", add_panel)
    app.connect("build-finished", add_networks)
    app.connect("source-read", add_contents)
    app.connect("build-finished", add_index)
