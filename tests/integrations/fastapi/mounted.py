"""The shop as a part of another application, below /shop."""

from fastapi import FastAPI
from main import app as shop

app = FastAPI()
app.mount("/shop", shop)
