"""The wasmtime CLI, at the path in WASMTIME: the questions of ../vectors.json, and `codecommit-sign`. `python3 -m unittest`."""

import base64
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

import wave

HERE = pathlib.Path(__file__).parent
WASMTIME = os.environ.get("WASMTIME", "wasmtime")
COMPONENTS = pathlib.Path(os.environ.get("CODECOMMIT_COMPONENTS", HERE / "../../../target/component")).resolve()
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
URL = "codecommit::eu-west-1://MyRepo"
HTTPS = "git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo"


def wasmtime(*arguments, **options):
    return subprocess.run([WASMTIME, *arguments], capture_output=True, text=True, timeout=60, **options)


def without_none(value):
    if isinstance(value, dict):
        return {name: without_none(item) for name, item in value.items() if item is not None}
    return [without_none(item) for item in value] if isinstance(value, list) else value


class Vectors(unittest.TestCase):
    def test_every_vector_is_answered_as_it_is_written_down(self):
        vectors = json.loads((HERE / "../vectors.json").read_text(encoding="utf-8"))
        self.assertGreaterEqual(len(vectors), 200)
        with tempfile.TemporaryDirectory() as folder:
            for name in ("policy", "addresses"):
                wasmtime("compile", COMPONENTS / f"codecommit-{name}.wasm", "-o", f"{folder}/{name}").check_returncode()
            for question in vectors:
                name = "addresses" if question["interface"] == "addresses" else "policy"
                call = wave.call(question["function"], question["arguments"])
                ran = wasmtime("run", "--allow-precompiled", "--invoke", call, f"{folder}/{name}")
                self.assertEqual(ran.returncode, 0, (call, ran.stderr))
                answer = wave.read(ran.stdout)
                if question["function"] == "regions":
                    answer = {"ok": answer}
                written = {name: question[name] for name in ("ok", "err") if name in question}
                self.assertEqual(answer, without_none(written), call)


class Files(unittest.TestCase):
    def test_none_names_a_folder_of_the_machine_or_the_toolchain_it_was_built_with(self):
        files = sorted(COMPONENTS.glob("*.wasm"))
        names = ["codecommit-addresses.wasm", "codecommit-policy.wasm", "codecommit-policy.wit.wasm", "codecommit-sign.wasm"]
        self.assertEqual([file.name for file in files], names)
        for file in files:
            for folder in (b"/registry/", b"/rustlib/", b"/rustc/", b"/rust/", b"/home/", b"/root/", b"/Users/", b"C:\\"):
                self.assertNotIn(folder, file.read_bytes(), file.name)


class Sign(unittest.TestCase):
    """`codecommit-sign`, with nothing granted but the variables that are named."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.command = f"{cls.folder.name}/sign"
        wasmtime("compile", COMPONENTS / "codecommit-sign.wasm", "-o", cls.command).check_returncode()

    def sign(self, *arguments, granted=tuple(KEYS), **options):
        variables = [word for name in granted for word in ("--env", name)]
        return wasmtime("run", "--allow-precompiled", *variables, self.command, *arguments, env=os.environ | KEYS, **options)

    def signed(self, ran):
        """The answer, once it is known to be of this moment and to have the signature that the policy makes for that moment."""
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        stamp, signature = re.search(r"(\d{8}T\d{6})Z([0-9a-f]{64})", ran.stdout).groups()
        at = int(time.mktime(time.strptime(stamp, "%Y%m%dT%H%M%S"))) - time.timezone
        self.assertLess(abs(time.time() - at), 60)
        place = {"region": "eu-west-1", "partition": "aws", "host": HTTPS.split("/")[0], "path": "/v1/repos/MyRepo", "url": ""}
        keys = {"access-key-id": KEYS["AWS_ACCESS_KEY_ID"], "secret-access-key": KEYS["AWS_SECRET_ACCESS_KEY"], "session-token": None}
        call = wave.call("sign", [place, keys, {"seconds": at, "nanoseconds": 0}])
        answer = wave.read(wasmtime("run", "--invoke", call, COMPONENTS / "codecommit-policy.wasm").stdout)["ok"]
        self.assertEqual(answer["password"], f"{stamp}Z{signature}")
        return answer["username"], answer["password"], answer["expires"]["seconds"]

    def test_each_format_is_printed_to_the_byte(self):
        ran = self.sign(URL)
        user, password, expires = self.signed(ran)
        lines = ["protocol=https", f"host={HTTPS.split('/')[0]}", "path=v1/repos/MyRepo", f"username={user}"]
        lines += [f"password={password}", f"password_expiry_utc={expires}", ""]
        self.assertEqual(ran.stdout, "\n".join(lines))

        ran = self.sign("--format", "url", URL)
        user, password, _ = self.signed(ran)
        self.assertEqual(ran.stdout, f"https://{user}:{password}@{HTTPS}\n")

        ran = self.sign("--format=json", URL)
        user, password, expires = self.signed(ran)
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(expires))
        whole = {"url": f"https://{HTTPS}", "username": user, "password": password}
        whole |= {"authenticated_url": f"https://{user}:{password}@{HTTPS}", "expires": at, "expires_unix": expires}
        self.assertEqual(ran.stdout, json.dumps(whole, indent=2) + "\n")

        ran = self.sign("--format", "env", URL)
        user, password, expires = self.signed(ran)
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(expires))
        names = {"URL": f"https://{HTTPS}", "USERNAME": user, "PASSWORD": password, "EXPIRES": at}
        self.assertEqual(ran.stdout, "".join(f"CODECOMMIT_{name}='{value}'\n" for name, value in names.items()))

        ran = self.sign("--format", "header", URL)
        self.assertEqual(ran.returncode, 0)
        user, _, password = base64.b64decode(ran.stdout.removeprefix("Authorization: Basic ")).decode().partition(":")
        self.assertEqual(user, KEYS["AWS_ACCESS_KEY_ID"])
        self.assertRegex(password, r"^\d{8}T\d{6}Z[0-9a-f]{64}$")

    def test_keys_come_from_standard_input_too(self):
        document = {"Version": 1, "AccessKeyId": KEYS["AWS_ACCESS_KEY_ID"], "SecretAccessKey": KEYS["AWS_SECRET_ACCESS_KEY"]}
        self.signed(self.sign("--stdin", URL, granted=(), input=json.dumps(document)))

    def test_what_is_not_granted_is_not_there(self):
        ran = self.sign(URL, granted=())
        hint = "hint: give it to the command, as with `wasmtime run --env AWS_ACCESS_KEY_ID`, or add --stdin\n"
        self.assertEqual((ran.returncode, ran.stdout, ran.stderr), (1, "", f"codecommit-sign: AWS_ACCESS_KEY_ID is not set\n{hint}"))

    def test_what_is_wrong_is_one_line_and_a_hint(self):
        for arguments, said in [
            ((), "the URL is missing\nhint: codecommit-sign --help\n"),
            (("x",), "this is no URL or ARN of a CodeCommit repository\nhint: such are "),
            (
                ("codecommit::eu-wst-1://a",),
                "CodeCommit is not known in region 'eu-wst-1'\n"
                "hint: did you mean eu-west-1? if AWS has added eu-wst-1: add --extra-region eu-wst-1\n",
            ),
            (("codecommit://prod@a",), "the URL names a profile, and here are none\nhint: leave out what stands before the @\n"),
            (
                ("codecommit://a",),
                "no AWS Region is given\nhint: write it in the URL, codecommit::REGION://…, or add --region REGION\n",
            ),
            (("--secret-access-key=example-secret", "a"), "there is no option --secret-access-key\nhint: codecommit-sign --help\n"),
            (("--stdin", URL), "standard input has no AWS keys"),
        ]:
            ran = self.sign(*arguments, input="example-secret")
            self.assertEqual((ran.returncode, ran.stdout), (1, ""), ran)
            self.assertTrue(ran.stderr.startswith(f"codecommit-sign: {said}"), ran.stderr)
            self.assertNotIn("example-secret", ran.stderr)
