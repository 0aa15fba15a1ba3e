"""pwagen: one YAML file in, a PWA that can call its users back out."""

__version__ = "0.1.0"
