"""The public names, each with its module; ``__init__.py`` loads them from here."""

from . import check as check
from . import objectives as objectives
from . import plots as plots
from . import widgets as widgets
from .chars.build import build_writer as build_writer
from .chars.build import load_writer as load_writer
from .chars.cells import last_cells as last_cells
from .chars.cells import read_cells as read_cells
from .chars.concepts import find_cells as find_cells
from .chars.corpus import load_corpus as load_corpus
from .chars.corpus import load_text as load_text
from .chars.learning import train_writer as train_writer
from .chars.sampling import reweight as reweight
from .chars.writer import Writer as Writer
from .health import doctor as doctor
from .images import load_image as load_image
from .images import read_settings as read_settings
from .images import shrink as shrink
from .lessons.lesson05_readers import build_reader as build_reader
from .lessons.lesson05_readers import train_reader as train_reader
from .networks.loading import load_network as load_network
from .results import Picture as Picture
from .results import Training as Training
from .text.classifiers import build_classifier as build_classifier
from .text.classifiers import load_classifier as load_classifier
from .text.classifiers import train_classifier as train_classifier
from .text.dream import SentenceDream as SentenceDream
from .text.dream import dream_sentence as dream_sentence
from .text.neighbours import words_of_unit as words_of_unit
from .text.projector import export_projector as export_projector
from .text.swaps import dream_words as dream_words
from .text.vectors import load_vectors as load_vectors
from .vision.atlas import load_atlas as load_atlas
from .vision.dream import deepdream as deepdream
from .vision.features import visualise as visualise
from .vision.film import save_film as save_film
from .vision.film import zoom as zoom
from .vision.samples import sample_image as sample_image

__version__: str
