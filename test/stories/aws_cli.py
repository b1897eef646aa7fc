# SPDX-License-Identifier: Apache-2.0
"""Debian's AWS CLI, started once for many commands: reads the arguments of one as a JSON list a line, and writes what came of
it as {"code", "stdout", "stderr"}. A start costs the better part of a second, a command afterwards a tenth of one."""
import json
import os
import sys
import tempfile

from awscli.clidriver import create_clidriver

ANSWERS = os.fdopen(os.dup(1), "w")


def run(arguments):
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        for stream, file, number in ((sys.stdout, out, 1), (sys.stderr, err, 2)):
            stream.flush()
            os.dup2(file.fileno(), number)
        try:
            code = create_clidriver().main(arguments)
        except SystemExit as end:
            code = end.code
        texts = []
        for stream, file in ((sys.stdout, out), (sys.stderr, err)):
            stream.flush()
            file.seek(0)
            texts.append(file.read())
    return {"code": code, "stdout": texts[0], "stderr": texts[1]}


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), file=ANSWERS, flush=True)
