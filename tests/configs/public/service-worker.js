importScripts("sw.js");
