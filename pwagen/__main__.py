"""Run as ``python -m pwagen``."""

from pwagen.cli import run

if __name__ == "__main__":
    run()
