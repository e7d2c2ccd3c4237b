"""Prints how long the component takes to load, and a call takes: a line of JSON, for `cargo xtask hosts`."""

import json
import os
import pathlib
import statistics
import tempfile
import time

from component import Engine, Instance, load

COMPONENTS = pathlib.Path(os.environ.get("CODECOMMIT_COMPONENTS", pathlib.Path(__file__).parent / "../../../target/component"))
KEYS = {"access-key-id": "AKIAIOSFODNN7EXAMPLE", "secret-access-key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "session-token": None}
OPTIONS = {"fips": False, "host": None, "extra-regions": []}


def microseconds(call):
    """Of one call: the median of many rounds."""

    def of_one_round(calls=100):
        begun = time.perf_counter()
        for _ in range(calls):
            call()
        return (time.perf_counter() - begun) / calls * 1e6

    return statistics.median(of_one_round() for _ in range(41))


with tempfile.TemporaryDirectory() as folder:
    wasm, compiled = str(COMPONENTS / "codecommit-policy.wasm"), os.path.join(folder, "policy.cwasm")
    load(Engine(), wasm, compiled)
    begun = time.perf_counter()
    engine = Engine()
    policy = Instance(engine, load(engine, wasm, compiled))
    place = policy.call("endpoint", "resolve", "eu-west-1", "MyRepo", OPTIONS)
    loaded = (time.perf_counter() - begun) * 1e3

AT = {"seconds": 1767323045, "nanoseconds": 0}
figures = {
    "load_ms": loaded,
    "parse_us": microseconds(lambda: policy.call("remote-url", "parse", "codecommit::eu-west-1://prod@MyRepo")),
    "sign_us": microseconds(lambda: policy.call("signing", "sign", place, KEYS, AT)),
}
print(json.dumps(figures))
