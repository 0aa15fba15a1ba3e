"""The settings of a diary as it is published, with one line for the app."""

from pelicanconf import *  # noqa: F403

RELATIVE_URLS = True
DELETE_OUTPUT_DIRECTORY = True
PLUGINS = ["pwagen.integrations.pelican"]
