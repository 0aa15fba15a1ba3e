"""A shop with a log-in, as an app."""

from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import PlainTextResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from pwagen.integrations.starlette import StarlettePwagen
from pwagen.push import Message

app = FastAPI()
app.mount("/static", StaticFiles(directory="static"), name="static")
templates = Jinja2Templates("templates")
pwagen = StarlettePwagen(
    app,
    static={"static": "static"},
    templates=templates,
    user=lambda request: request.cookies.get("user"),
    contact="mailto:push@pwagen.dev",
    topics=["tides", "news"],
)


def page(request: Request, title: str):
    return templates.TemplateResponse(
        request, "page.html", {"title": title, "user": request.cookies.get("user")}
    )


@app.get("/")
def index(request: Request):
    return page(request, "Shop")


@app.get("/goods/{name}/")
def goods(request: Request, name: str):
    return page(request, name.title())


@app.get("/help/")
def help_page(request: Request):
    return templates.TemplateResponse(request, "page.html", {"title": "Help"})


@app.post("/log-in/")
def log_in(request: Request, user: Annotated[str, Form()]):
    response = RedirectResponse(request.url_for("index"), 303)
    response.set_cookie("user", user)
    return response


@app.post("/log-out/")
def log_out(request: Request):
    response = RedirectResponse(request.url_for("index"), 303)
    response.delete_cookie("user")
    return response


@app.post("/notify/")
async def notify(request: Request, user: Annotated[str, Form()]):
    message = Message(title="Your parcel has left", navigate=str(request.url_for("goods", name="rope")))
    outcomes = await pwagen.send(message, user=user)
    return PlainTextResponse(", ".join(outcome.status.value for outcome in outcomes) or "nobody")
