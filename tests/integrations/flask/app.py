"""A shop with a log-in, as an app."""

from flask import Flask, redirect, render_template, request, session, url_for

from pwagen.integrations.flask import FlaskPwagen
from pwagen.push import Message

app = Flask(__name__)
app.secret_key = "not a secret in a test"
pwagen = FlaskPwagen(
    app, user=lambda: session.get("user"), contact="mailto:push@pwagen.dev", topics=["tides", "news"]
)


@app.get("/")
def index():
    return render_template("page.html", title="Shop", user=session.get("user"))


@app.get("/goods/<name>/")
def goods(name):
    return render_template("page.html", title=name.title(), user=session.get("user"))


@app.get("/help/")
def help_page():
    return render_template("page.html", title="Help")


@app.post("/log-in/")
def log_in():
    session["user"] = request.form["user"]
    return redirect(url_for("index"))


@app.post("/log-out/")
def log_out():
    session.clear()
    return redirect(url_for("index"))


@app.post("/notify/")
def notify():
    message = Message(title="Your parcel has left", navigate=request.url_root + "goods/rope/")
    outcomes = pwagen.send(message, user=request.form["user"])
    return ", ".join(outcome.status.value for outcome in outcomes) or "nobody"
