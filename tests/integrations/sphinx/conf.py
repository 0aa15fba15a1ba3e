"""The settings of a manual, with one line for the app."""

project = "Harbour Manual"
author = "The harbour master"
language = "en"
extensions = ["pwagen.integrations.sphinx"]
html_theme = "furo"
html_theme_options = {"light_css_variables": {"color-brand-primary": "#0b3d5c"}}
html_static_path = ["_static"]
html_logo = "_static/anchor.svg"
