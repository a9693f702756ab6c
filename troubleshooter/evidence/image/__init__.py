"""A whole image as a stream: what it starts, and what will fail when it does.

``image_facts(inspect_image(stream))`` tells everything; ImageError says what is wrong with the archive and what to do.
"""

from troubleshooter.evidence.image.archive import Config, Image, inspect_image, looks_like_image
from troubleshooter.evidence.image.facts import image_facts
from troubleshooter.evidence.image.layer import ImageError, Prefixed
from troubleshooter.evidence.image.names import FACTS, MANY
from troubleshooter.evidence.image.tree import Entry, Layer, Tree

__all__ = [
    "FACTS",
    "MANY",
    "Config",
    "Entry",
    "Image",
    "ImageError",
    "Layer",
    "Prefixed",
    "Tree",
    "image_facts",
    "inspect_image",
    "looks_like_image",
]
