"""Names of files that users and several modules know."""

CONFIG_NAME = "pwagen.yaml"
OUT_NAME = "dist"
KEY_NAME = "vapid-private.pem"

# What a build writes beside icons: never taken for a part of the site that it is copied into.
OWN_WORKER = "sw.js"
OWN_SCRIPT = "register.js"
OWN_FILES = ("manifest.json", OWN_WORKER, OWN_SCRIPT, "register.d.ts", "head.html", "offline.css")
