"""What a session of botocore makes of the environment: keys or an error, and what it asked the user for, as JSON.

The profile is chosen as git-remote-codecommit does: one of the URL is given to the session, which then leaves the environment's
keys out. Caches are those that the AWS CLI sets up.
"""

import json
import os
import sys

import botocore.session
from botocore.utils import JSONFileCache

CACHE = os.path.expanduser(os.path.join("~", ".aws", "cli", "cache"))


def main():
    profile, *codes = sys.argv[1:]
    prompts = []

    def ask(prompt):
        prompts.append(prompt)
        if not codes:
            raise EOFError("nobody to ask")
        return codes[0]

    answer = {}
    try:
        session = botocore.session.Session(profile=profile or None)
        resolver = session.get_component("credential_provider")
        assume_role = resolver.get_provider("assume-role")
        assume_role.cache = resolver.get_provider("sso").cache = JSONFileCache(CACHE)
        assume_role._prompter = ask
        found = session.get_credentials()
        if found is None:
            answer["error"] = "no credentials"
        else:
            keys = found.get_frozen_credentials()
            answer["keys"] = {"access_key_id": keys.access_key, "secret_access_key": keys.secret_key, "session_token": keys.token or None}
    except Exception as error:
        answer["error"] = f"{type(error).__name__}: {error}"
    print(json.dumps({"answer": answer, "prompts": prompts}))


if __name__ == "__main__":
    main()
