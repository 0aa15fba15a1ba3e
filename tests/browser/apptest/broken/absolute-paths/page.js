"use strict";

// The defect: the worker is looked for at the root of the host.
navigator.serviceWorker.register("/sw.js");
