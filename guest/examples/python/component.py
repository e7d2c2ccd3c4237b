"""The components of git-remote-codecommit in Python: loads one, and calls its functions with dictionaries, lists and texts.

An option that is none is `None`, a record is a dictionary under the names of WIT, and a refusal is raised as `Refusal`.
"""

import os
import time

from wasmtime import Engine, Store
from wasmtime.component import Component, Linker, Record, Variant

VERSION = "0.1.0"


class Refusal(Exception):
    """The component's no: a cause for programs, a message and perhaps a hint for people."""

    def __init__(self, cause, message, hint):
        super().__init__(message)
        self.cause, self.message, self.hint = cause, message, hint


def load(engine: Engine, wasm: str, compiled: str | None = None) -> Component:
    """Loads a component. With `compiled`, a file that only you can write, its machine code is kept there for the next time."""
    if compiled is None:
        return Component.from_file(engine, wasm)
    if not os.path.exists(compiled):
        beside = f"{compiled}.{os.getpid()}"
        with open(beside, "xb") as file:
            file.write(Component.from_file(engine, wasm).serialize())
        os.replace(beside, compiled)
    return Component.deserialize_file(engine, compiled)


class Instance:
    """A running component: one memory, one clock and nothing else."""

    def __init__(self, engine: Engine, component: Component):
        linker = Linker(engine)
        with linker.root() as root, root.add_instance("wasi:clocks/wall-clock@0.2.0") as clock:
            clock.add_func("now", lambda _: _record({"seconds": int(time.time()), "nanoseconds": 0}))
            clock.add_func("resolution", lambda _: _record({"seconds": 1, "nanoseconds": 0}))
        self._store = Store(engine)
        self._instance = linker.instantiate(self._store, component)
        self._functions = {}

    def call(self, interface: str, function: str, *arguments):
        """Calls a function of an interface of the package `codecommit:policy`, under their names in WIT."""
        called = self._functions.get((interface, function))
        if called is None:
            of = self._instance.get_export_index(self._store, f"codecommit:policy/{interface}@{VERSION}")
            index = of and self._instance.get_export_index(self._store, function, of)
            called = index and self._instance.get_func(self._store, index)
            if called is None:
                raise LookupError(f"the component has no {interface}.{function}")
            self._functions[interface, function] = called
        result = called(self._store, *map(_record, arguments))
        called.post_return(self._store)
        # wasmtime tags a result only where the types of its cases would not tell them apart.
        is_refusal = result.tag == "err" if isinstance(result, Variant) else hasattr(result, "cause")
        value = _plain(result.payload if isinstance(result, Variant) else result)
        if is_refusal:
            raise Refusal(**value)
        return value


def _record(value):
    """A dictionary as wasmtime takes it."""
    if isinstance(value, dict):
        record = Record()
        for name, item in value.items():
            setattr(record, name, _record(item))
        return record
    return [_record(item) for item in value] if isinstance(value, list) else value


def _plain(value):
    """What wasmtime gives, as dictionaries and lists."""
    if isinstance(value, Record):
        return {name: _plain(item) for name, item in vars(value).items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
