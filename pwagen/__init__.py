"""pwagen: one YAML file in, a PWA that can call its users back out."""

__all__ = ["__version__"]

__version__ = "0.1.0"
