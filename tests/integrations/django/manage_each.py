"""Several commands of manage.py in one process, as the start of Django is the most of each.

Prints the status and the output of each as JSON.
"""

import contextlib
import io
import json
import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
answers = []
for command in json.loads(sys.argv[1]):
    sys.argv = ["manage.py", *command]
    status, output = 0, io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            execute_from_command_line(sys.argv)
        except SystemExit as end:
            status = end.code
    answers.append([status, output.getvalue()])
print(json.dumps(answers))
