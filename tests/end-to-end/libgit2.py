"""A program on libgit2, as an IDE is: it runs no remote helper, and asks the user's credential helpers for what a server wants.

Arguments: the URL, the folder, the file of certificates, and the proxy. It clones, pushes a commit, and fetches.
"""

import subprocess
import sys
from urllib.parse import urlsplit

import pygit2

url, folder, certificates, proxy = sys.argv[1:]
pygit2.settings.set_ssl_cert_locations(certificates, None)


class Helpers(pygit2.RemoteCallbacks):
    """Gives a server what `git credential` gives for it."""

    def credentials(self, url, username_from_url, allowed_types):
        parts = urlsplit(url)
        request = f"protocol={parts.scheme}\nhost={parts.netloc}\npath={parts.path[1:]}\n\n"
        filled = subprocess.run(["git", "credential", "fill"], input=request, stdout=subprocess.PIPE, text=True, check=True)
        answer = dict(line.split("=", 1) for line in filled.stdout.splitlines())
        return pygit2.UserPass(answer["username"], answer["password"])


repository = pygit2.clone_repository(url, folder, callbacks=Helpers(), proxy=proxy)
with open(f"{folder}/file", encoding="utf-8") as file:
    print("cloned", file.read())

with open(f"{folder}/file", "w", encoding="utf-8") as file:
    file.write("of libgit2")
repository.index.add("file")
repository.index.write()
author = pygit2.Signature("A", "a@example.org")
parents = [repository.head.target]
repository.create_commit("HEAD", author, author, "of libgit2", repository.index.write_tree(), parents)
origin = repository.remotes["origin"]
origin.push([repository.head.name], callbacks=Helpers(), proxy=proxy)
print("pushed", repository.head.shorthand)

progress = origin.fetch(callbacks=Helpers(), proxy=proxy)
print("fetched", progress.received_objects)
