"""git-remote-codecommit 1.17, asked what it would run.

    python original.py < questions > answers

A question is a line of JSON: the remote's name and its URL, which are the original's arguments; the environment, whole; the time; and
regions that this version of botocore does not know and a later one might. An answer is the URL that Git would be given, with the
credential in it, or the name of what was raised.

What is the same for every question is found out once, for speed: which regions there are, and what an API call would need. Nothing that
is asked here makes one.
"""

import copy
import datetime
import json
import os
import subprocess
import sys

# Each question would look for it anew, and not find it.
sys.modules["awscli"] = None

import botocore.configloader
import botocore.session
import git_remote_codecommit


class Asked(Exception):
    """Git would be run."""


class Clock:
    """Stands for the module `datetime` in the original."""

    def __init__(self):
        self.datetime = self

    def utcnow(self):
        return self.now


def call(command):
    raise Asked(command)


def remember(read):
    """Reads a file once. Who gets what is in it may change it."""
    files = {}

    def remembered(name, *more):
        key = (os.path.expandvars(os.path.expanduser(name)), *more)
        if key not in files:
            files[key] = read(name, *more)
        return copy.deepcopy(files[key])

    return remembered


PARTITIONS = botocore.session.Session().get_available_partitions()
REGIONS = {name: botocore.session.Session().get_available_regions("codecommit", name) for name in PARTITIONS}
CLOCK = Clock()

git_remote_codecommit.datetime = CLOCK
subprocess.call = call
botocore.session.Session._register_builtin_handlers = lambda session, events: None
botocore.session.Session.get_available_partitions = lambda session: list(REGIONS)


def answer(question):
    os.environ.clear()
    os.environ.update(question["environment"])
    CLOCK.now = datetime.datetime.strptime(question["time"], "%Y%m%dT%H%M%SZ")
    known = lambda session, service, partition: REGIONS[partition] + (question["regions"] if partition == "aws" else [])
    botocore.session.Session.get_available_regions = known
    sys.argv = ["git-remote-codecommit", question["name"], question["url"]]
    try:
        git_remote_codecommit.main()
    except Asked as asked:
        [git, command, name, url] = asked.args[0]
        assert (git, command, name) == ("git", "remote-http", question["name"])
        return {"url": url}
    except BaseException as error:
        # What is raised inside `main` and told in a sentence ends with SystemExit.
        return {"error": type(error.__context__ if isinstance(error, SystemExit) else error).__name__}


# `load_config` finds profiles in what this reads, so that both are remembered.
botocore.configloader.raw_config_parse = remember(botocore.configloader.raw_config_parse)

sys.stderr = open(os.devnull, "w")
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
