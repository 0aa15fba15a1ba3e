"use strict";

importScripts("push.js", "badge.js", "click.js", "subscription.js", "offline.js");
