"""The pages of the shop."""

from django.contrib.auth import get_user_model, login, logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from pwagen.integrations.django import send_push
from pwagen.push import Message

User = get_user_model()


def index(request):
    return render(request, "page.html", {"title": "Shop"})


def goods(request, name):
    return render(request, "page.html", {"title": name.title()})


def help_page(request):
    return render(request, "help.html")


def log_in(request):
    user, _ = User.objects.get_or_create(username=request.POST["user"])
    login(request, user)
    return redirect("index")


def log_out(request):
    logout(request)
    return redirect("index")


@csrf_exempt
def notify(request):
    message = Message(title="Your parcel has left", navigate=request.build_absolute_uri("/goods/rope/"))
    outcomes = send_push(User.objects.filter(username=request.POST["user"]), message)
    return HttpResponse(", ".join(outcome.status.value for outcome in outcomes) or "nobody")
