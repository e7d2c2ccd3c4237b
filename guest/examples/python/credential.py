"""Prints an HTTPS URL with a credential for the repository of a codecommit URL, from the AWS keys in the environment.

    AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… python credential.py codecommit::eu-west-1://MyRepo
"""

import os
import sys

from component import Engine, Instance, Refusal, load

COMPONENT = os.environ.get("CODECOMMIT_POLICY", "../../../target/component/codecommit-policy.wasm")


def main(url: str) -> None:
    engine = Engine()
    policy = Instance(engine, load(engine, COMPONENT))
    remote = policy.call("remote-url", "parse", url)
    sources = {
        "url": remote["region"],
        "aws-default-region": os.environ.get("AWS_DEFAULT_REGION"),
        "profile": None,
        "aws-region": os.environ.get("AWS_REGION"),
        "profile-name": None,
    }
    region = policy.call("endpoint", "choose-region", sources)
    options = {"fips": False, "host": None, "extra-regions": []}
    place = policy.call("endpoint", "resolve", region["name"], remote["repository"], options)
    keys = {
        "access-key-id": os.environ.get("AWS_ACCESS_KEY_ID", ""),
        "secret-access-key": os.environ.get("AWS_SECRET_ACCESS_KEY", ""),
        "session-token": os.environ.get("AWS_SESSION_TOKEN"),
    }
    signed = policy.call("signing", "sign", place, keys, None)
    print(policy.call("signing", "authenticated-url", place, signed))


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "")
    except Refusal as refusal:
        hint = f"\nhint: {refusal.hint}" if refusal.hint else ""
        sys.exit(f"{refusal.message}{hint}")
