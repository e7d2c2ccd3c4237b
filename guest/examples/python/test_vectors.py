"""The questions of ../vectors.json, asked of the components: `python -m unittest`."""

import json
import os
import pathlib
import tempfile
import time
import unittest

from component import Engine, Instance, Refusal, load

HERE = pathlib.Path(__file__).parent
COMPONENTS = pathlib.Path(os.environ.get("CODECOMMIT_COMPONENTS", HERE / "../../../target/component"))


def answer(instances, question):
    """What the components answer to a question: `ok` or `err`, as in the file."""
    instance = instances["addresses" if question["interface"] == "addresses" else "policy"]
    try:
        return {"ok": instance.call(question["interface"], question["function"], *question["arguments"])}
    except Refusal as refusal:
        return {"err": vars(refusal)}


class Vectors(unittest.TestCase):
    def instances(self, compiled=None):
        engine = Engine()
        names = ("policy", "addresses")
        kept = {name: compiled and os.path.join(compiled, f"{name}.cwasm") for name in names}
        load_one = lambda name: load(engine, str(COMPONENTS / f"codecommit-{name}.wasm"), kept[name])
        return {name: Instance(engine, load_one(name)) for name in names}

    def check(self, instances):
        vectors = json.loads((HERE / "../vectors.json").read_text(encoding="utf-8"))
        self.assertGreaterEqual(len(vectors), 200)
        for question in vectors:
            written = {name: question[name] for name in ("ok", "err") if name in question}
            self.assertEqual(answer(instances, question), written, question)

    def test_every_vector_is_answered_as_it_is_written_down(self):
        self.check(self.instances())

    def test_machine_code_that_was_kept_answers_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            self.instances(folder)
            self.assertEqual(sorted(os.listdir(folder)), ["addresses.cwasm", "policy.cwasm"])
            self.check(self.instances(folder))

    def test_without_a_time_the_clocks_is_taken(self):
        policy = self.instances()["policy"]
        options = {"fips": False, "host": None, "extra-regions": []}
        place = policy.call("endpoint", "resolve", "eu-west-1", "MyRepo", options)
        keys = {"access-key-id": "AKIAIOSFODNN7EXAMPLE", "secret-access-key": "example", "session-token": None}
        before = int(time.time())
        at = policy.call("signing", "sign", place, keys, None)["expires"]["seconds"] - 900
        self.assertTrue(before <= at <= time.time(), at)

    def test_a_function_that_is_not_there_is_told(self):
        with self.assertRaisesRegex(LookupError, "the component has no signing.forge"):
            self.instances()["policy"].call("signing", "forge")
