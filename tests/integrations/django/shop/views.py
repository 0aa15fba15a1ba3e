"""The pages of the shop."""

from django.contrib.auth import get_user_model, login, logout
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from pwagen.integrations.django import asend_push, send_push
from pwagen.push import Message
from shop import tasks

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


def answer(outcomes):
    return HttpResponse(", ".join(outcome.status.value for outcome in outcomes) or "nobody")


@csrf_exempt
def notify(request):
    url = request.build_absolute_uri(reverse("goods", args=["rope"]))
    message = Message(title="Your parcel has left", navigate=url)
    return answer(send_push(User.objects.filter(username=request.POST["user"]), message))


@csrf_exempt
async def notify_async(request):
    user = await User.objects.aget(username=request.POST["user"])
    return answer(await asend_push(user, Message(title="From an async view")))


@csrf_exempt
def notify_in_a_task(request):
    user = User.objects.get(username=request.POST["user"])
    return HttpResponse(tasks.notify.delay(user.pk).get())


@csrf_exempt
def notify_by_a_signal(request):
    user = User.objects.get(username=request.POST["user"])
    user.save()
    return HttpResponse(user.states)


@receiver(post_save, sender=User)
def on_save(sender, instance, created, **_):
    if not created:
        outcomes = send_push(instance, Message(title="From a signal"))
        instance.states = ", ".join(outcome.status.value for outcome in outcomes)


def topics_for(request, claimed):
    return [*(claimed or []), f"of {request.user}"]
