"""The addresses of the shop."""

from django.contrib import admin
from django.urls import include, path

from shop import views

urlpatterns = [
    path("", views.index, name="index"),
    path("goods/<name>/", views.goods, name="goods"),
    path("help/", views.help_page),
    path("log-in/", views.log_in, name="log-in"),
    path("log-out/", views.log_out, name="log-out"),
    path("notify/", views.notify),
    path("anotify/", views.notify_async),
    path("task/", views.notify_in_a_task),
    path("signal/", views.notify_by_a_signal),
    path("admin/", admin.site.urls),
    path("", include("pwagen.integrations.django.urls")),
]
