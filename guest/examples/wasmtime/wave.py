"""Values as the wasmtime CLI reads and writes them: WAVE, the notation of the component model's values."""

import re

# What is an option in the arguments of a function, by the place of the argument and the name of the field.
OPTIONS = {
    "choose-region": {(0, "url"), (0, "aws-default-region"), (0, "profile"), (0, "aws-region"), (0, "profile-name")},
    "resolve": {(2, "host")},
    "sign": {(1, "session-token"), (2, None)},
}


def call(function, arguments):
    """A call, as `wasmtime run --invoke` takes it."""
    options = OPTIONS.get(function, set())

    def written(value, place, field=None):
        if value is None:
            return "none"
        if isinstance(value, dict):
            text = "{" + ", ".join(f"{name}: {written(item, place, name)}" for name, item in value.items()) + "}"
        elif isinstance(value, list):
            text = "[" + ", ".join(written(item, place, "") for item in value) + "]"
        elif isinstance(value, str):
            plain = lambda letter: " " <= letter <= "~" and letter not in "\"\\'"
            text = '"' + "".join(letter if plain(letter) else f"\\u{{{ord(letter):x}}}" for letter in value) + '"'
        else:
            text = str(value).lower()
        return f"some({text})" if (place, field) in options else text

    return f"{function}({', '.join(written(argument, place) for place, argument in enumerate(arguments))})"


TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[\w-]+|[(){}\[\]:,])')
ESCAPE = re.compile(r"\\(u\{([0-9a-f]+)\}|.)")


def read(text):
    """A value, in dictionaries, lists, texts and numbers; `some(x)` is x, and a field that is none is not there."""
    tokens = TOKEN.findall(text)
    value, rest = _value(tokens)
    if rest:
        raise ValueError(f"{rest} is left of {text}")
    return value


def _value(tokens):
    first, rest = tokens[0], tokens[1:]
    if first == "{":
        fields = {}
        while rest[0] != "}":
            name = rest[0]
            fields[name], rest = _value(rest[2:])
            rest = rest[1:] if rest[0] == "," else rest
        return fields, rest[1:]
    if first == "[":
        items = []
        while rest[0] != "]":
            item, rest = _value(rest)
            items.append(item)
            rest = rest[1:] if rest[0] == "," else rest
        return items, rest[1:]
    if rest[:1] == ["("]:
        value, rest = _value(rest[1:])
        return (value if first == "some" else {first: value}), rest[1:]
    if first.startswith('"'):
        short = {"n": "\n", "r": "\r", "t": "\t"}
        unescaped = lambda found: chr(int(found[2], 16)) if found[2] else short.get(found[1], found[1])
        return ESCAPE.sub(unescaped, first[1:-1]), rest
    if first in ("true", "false"):
        return first == "true", rest
    return (int(first) if first.isdigit() else first), rest
