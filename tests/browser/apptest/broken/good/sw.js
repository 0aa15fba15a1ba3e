"use strict";

importScripts("push.js", "click.js", "subscription.js", "offline.js");
