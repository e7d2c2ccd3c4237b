"""Records what botocore makes of AWS configuration files, in recorded.json beside this file.

    python -m venv oracle && oracle/bin/pip install botocore==1.44.5
    oracle/bin/python host/tests/config_dialect/record.py

Run it in a UTF-8 locale, on a system other than Windows. Every case is a config file and possibly a credentials file. Recorded are the
sections of each file (`configloader.raw_config_parse`), and the profiles of a session that uses them (`Session.full_config`), or the
kind of error and its line. `locations` are the file names that `AWS_CONFIG_FILE` stands for.

A file is a text, or {"hex": ...} where it is not UTF-8.
"""

import configparser
import json
import locale
import os
import pathlib
import pwd
import re
import tempfile

import botocore
from botocore import configloader, exceptions, session

CASES = []


def case(name, config, credentials=None):
    CASES.append((name, config, credentials))


# Delimiters and names
case("equals sign with spaces", "[default]\nregion = eu-west-1\n")
case("equals sign without spaces", "[default]\nregion=eu-west-1\n")
case("colon", "[default]\nregion: eu-west-1\n")
case("colon without space", "[default]\nregion:eu-west-1\n")
case("spaces before the colon", "[default]\nregion   : eu-west-1\n")
case("first delimiter is the colon", "[default]\na:b=c\n")
case("first delimiter is the equals sign", "[default]\na=b:c\n")
case("two equals signs", "[default]\na == b\n")
case("delimiters in the value", "[default]\nendpoint_url = http://localhost:8080/?a=b\n")
case("tabs around the delimiter", "[default]\nregion\t=\teu-west-1\t\n")
case("option name with spaces", "[default]\nmy key here = x\n")
case("option names are put in lower case", "[default]\nReGiOn = A\nAWS_ACCESS_KEY_ID = B\n")
case("option name outside ascii", "[default]\nRÉGION = a\n\u0130 = b\n\u1e9e = c\n\u023a = d\n")
case("final sigma in an option name", "[default]\nΑΣ = a\nΑΣΑ = b\nΣ = c\nΑΣ.Β = d\n")
case("section names keep their case", "[Default]\na = b\n[profile ABC]\nc = d\n")
case("option that looks like a header further on", "[default]\na [b] = c\n")
case("brackets in an option name", "[default]\na[0] = c\n")
case("quotes stay in values", "[default]\na = \"b\"\nc = 'd'\n")
case("quotes stay in names", "[default]\n\"a\" = b\n")
case("percent and dollar are no interpolation", "[default]\na = %(b)s\nc = ${d}\ne = 100%\nf = $HOME\n")
case("backslash is no continuation", "[default]\na = b\\\nc = d\n")
case("export is part of a name", "[default]\nexport A = b\n")
case("empty name", "[default]\n= b\n")
case("empty name before a colon", "[default]\n : b\n")
case("empty name, then more", "[default]\n= b\nc = d\n")
case("only a delimiter", "[default]\n=\n")
case("no delimiter", "[default]\nregion\n")
case("no delimiter in the fourth line", "[default]\na = b\n\nregion\nc = d\n")
case("empty value", "[default]\nregion =\n")
case("empty value with spaces", "[default]\nregion =    \noutput = json\n")
case("empty value with a colon", "[default]\nregion:\n")
case("no end of line at the end", "[default]\nregion = eu-west-1")
case("unicode values", "[default]\nregion = é日本🦀\n")
case("combining marks", "[default]\ne\u0301 = e\u0301\n")
case("words in other scripts", "[profile 日本]\nregion = 東京\n[profile café]\nregion = x\n")

# Comments
case("full-line comments", "# a\n; b\n[default]\n# c\nregion = x\n; d\n")
case("indented comments", "[default]\n   # c\nregion = x\n\t; d\noutput = y\n")
case("indented comment before any header", "   # c\n[default]\na = b\n")
case("no inline comments", "[default]\na = b # c\nd = e ; f\ng = h#i\n")
case("value of a hash sign", "[default]\na = #\nb = ; c\n")
case("hash sign in an option name", "[default]\na#b = c\na;b = d\n")
case("comment directly after the header", "[default]\n# comment\na = b\n")
case("comment on the line of the header", "[default] # comment\na = b\n")
case("comment without space after the header", "[default]; comment\na = b\n")
case("bracket in a comment after the header", "[default] # see [1]\na = b\n")
case("comment that is not one", "[default]\n// a = b\n")
case("comment without delimiter that is not one", "[default]\n// a\n")
case("comment inside a value", "[default]\na = b\n  # comment\n  c\n")
case("comment at column one inside a value", "[default]\na = b\n# comment\n  c\n")
case("comment of hash in a nested value", "[default]\ns3 =\n  a = b\n  # x = y\n  c = d\n")
case("comment of semicolon in a nested value", "[default]\ns3 =\n; x\n  a = b\n")
case("only comments", "# a\n; b\n")

# Headers
case("empty file", "")
case("only blank lines", "\n\n  \n\t\n")
case("only a header", "[default]\n")
case("header without end of line", "[default]")
case("header with spaces inside", "[ default ]\na = b\n[ profile x ]\nc = d\n")
case("header with tabs inside", "[profile\tx]\na = b\n")
case("indented header", "  [default]\na = b\n")
case("indented header and options", "  [default]\n  a = b\n  c = d\n")
case("indented header after an option is its value", "[default]\na = b\n  [profile x]\nc = d\n")
case("options less indented than the header", "    [default]\n  a = b\nc = d\n")
case("indented options", "[default]\n  a = b\n  c = d\n")
case("options indented deeper and deeper", "[default]\n a = b\n  c = d\n   e = f\n")
case("options indented less and less", "[default]\n   a = b\n  c = d\n e = f\n")
case("text after the header", "[default] trailing\na = b\n")
case("option on the line of the header", "[default] a = b\nc = d\n")
case("two closing brackets", "[a]b]\nc = d\n")
case("two opening brackets", "[[a]\nc = d\n")
case("nested brackets", "[[a]]\nc = d\n")
case("closing bracket as the name", "[]]\nc = d\n")
case("empty header first", "[]\na = b\n")
case("empty header later", "[default]\n[]\na = b\n")
case("empty header with a value", "[default]\n[] = b\n")
case("header of one space", "[ ]\na = b\n")
case("header not closed first", "[default\na = b\n")
case("header not closed later", "[a]\nb = c\n[default\nd = e\n")
case("header not closed with a delimiter", "[a]\n[b = c\n")
case("no header", "a = b\n")
case("no header after comments", "# x\n\n  \na = b\n[default]\n")
case("only a continuation", "  a\n")
case("continuation right after the header", "[default]\n  a\n")
case("continuation right after the header with delimiter", "[default]\n  a = b\n    c\n")
case("section twice", "[a]\nb = c\n[d]\n[a]\ne = f\n")
case("section twice, empty", "[a]\n[a]\n")
case("sections that differ in case", "[a]\nb = c\n[A]\nd = e\n")
case("sections that differ in space", "[a]\nb = c\n[a ]\nd = e\n")
case("option twice", "[profile a]\nregion = b\nregion = c\n")
case("option twice in another case", "[profile a]\nregion = b\noutput = x\nREGION = c\n")
case("option twice with another delimiter", "[profile a]\nregion = b\nregion: b\n")
case("option in two sections", "[a]\nb = c\n[d]\nb = e\n")
case("equal comments in a header", "[#a]\nb = c\n[;d]\ne = f\n")
case("unicode header", "[profile ünï]\na = b\n[🦀]\nc = d\n")

# Continuations
case("value of two lines", "[default]\na = b\n  c\n")
case("value of three lines", "[default]\na = b\n  c\n    d\ne = f\n")
case("continuation with a delimiter", "[default]\na = b\n  c = d\n")
case("continuation less deep than the first", "[default]\na = b\n    c\n  d\n")
case("continuation of an indented option", "[default]\n  a = b\n    c\n  d = e\n")
case("same indentation is no continuation", "[default]\n  a = b\n  c\n")
case("continuation by one tab", "[default]\na = b\n\tc\n")
case("tab is one character deep", "[default]\n  a = b\n\tc = d\n")
case("wide space is one character deep", "[default]\n  a = b\n\u3000c = d\n")
case("no-break space indents", "[default]\na = b\n\u00a0c\n")
case("empty line in a value", "[default]\na = b\n\n  c\n")
case("empty lines in a value", "[default]\na = b\n\n   \n\t\n  c\nd = e\n")
case("empty lines after a value", "[default]\na = b\n\n\n\nc = d\n\n\n")
case("empty line and comment in a value", "[default]\na = b\n\n  # c\n\n  d\n")
case("empty lines before the first option", "[default]\n\n\n  a = b\n\n   c\n")
case("header ends a value", "[default]\na = b\n[x]\n  c = d\n")
case("blank line does not end a value", "[default]\na = b\n\n  region = c\n")

# Nested values
case("nested", "[default]\ns3 =\n  addressing_style = path\n  max_bandwidth = 5MB/s\nregion = x\n")
case("nested with tabs", "[default]\ns3=\n\taddressing_style=path\n")
case("nested names keep their case", "[default]\nS3 =\n  Aa = Bb\n")
case("nested with a colon is an error", "[default]\ns3 =\n  a: b\n")
case("nested with colon and equals sign", "[default]\ns3 =\n  a: b = c\n")
case("nested without delimiter", "[default]\ns3 =\n  a = b\n  c\n")
case("nested without delimiter after a comment", "[default]\ns3 =\n\n  # c\n  a = b\n\n  c\n  d = e\n")
case("nested twice the same", "[default]\ns3 =\n  a = b\n  c = d\n  a = e\n")
case("nested without a name", "[default]\ns3 =\n  = b\n")
case("nested without a value", "[default]\ns3 =\n  a =\n")
case("nested after an empty line", "[default]\ns3 =\n\n  a = b\n\n  c = d\n")
case("nested deeper and deeper", "[default]\ns3 =\n  a =\n    b = c\n")
case("nested of an indented option", "[default]\n  s3 =\n    a = b\n  c = d\n")
case("nested with a value on the first line is text", "[default]\ns3 = x\n  a = b\n")
case("nested with several equals signs", "[default]\ns3 =\n  a = b = c\n")
case("nested with a header inside", "[default]\ns3 =\n  [a] = b\n")
case("nested with a header inside and no delimiter", "[default]\ns3 =\n  [a]\n")
case("nested with line separators", "[default]\ns3 =\n  a = b\x0bc = d\u2028e = f\x85g = h\x1di = j\n")
case("nested with a unit separator", "[default]\ns3 =\n  a = b\x1fc = d\n")
case("nested with a line separator and no delimiter", "[default]\ns3 =\n  a = b\x0cc\n")
case("nested in services", "[services x]\nsts =\n  endpoint_url = http://localhost:1\ns3 =\n  endpoint_url = http://localhost:2\n")
case("nested with a colon as delimiter above", "[default]\ns3:\n  a = b\n")
case("nested in two sections", "[a]\ns3 =\n  a = b\n[b]\ns3 =\n  c = d\n")

# DEFAULT
case("DEFAULT follows every section", "[DEFAULT]\nregion = x\noutput = y\n[profile a]\nregion = z\n[profile b]\n")
case("DEFAULT at the end", "[profile a]\nregion = z\n[DEFAULT]\nregion = x\noutput = y\n")
case("DEFAULT twice", "[DEFAULT]\na = b\n[profile a]\n[DEFAULT]\nc = d\n")
case("option twice in DEFAULT", "[DEFAULT]\na = b\n[profile a]\n[DEFAULT]\na = d\n")
case("only DEFAULT", "[DEFAULT]\na = b\n")
case("default and DEFAULT", "[DEFAULT]\na = b\n[default]\nc = d\n")
case("DEFAULT with spaces is not it", "[ DEFAULT ]\na = b\n[x]\n")
case("nested in DEFAULT", "[DEFAULT]\ns3 =\n  a = b\n[profile x]\n[profile y]\ns3 = c\n")
case("bad nested in DEFAULT", "[DEFAULT]\ns3 =\n  a\n[profile x]\n")
case("bad nested in DEFAULT without sections", "[DEFAULT]\ns3 =\n  a\n")
case("bad nested in DEFAULT that all sections override", "[DEFAULT]\ns3 =\n  a\n[x]\ns3 = b\n[y]\ns3 =\n  c = d\n")
case("bad nested in DEFAULT that one section takes", "[DEFAULT]\ns3 =\n  a\n[x]\ns3 = b\n[y]\n")
case("value over several lines in DEFAULT", "[DEFAULT]\na = b\n  c\n[x]\n[y]\na = d\n  e\n")
case("DEFAULT in both files", "[DEFAULT]\na = b\nc = d\n[profile x]\n", "[DEFAULT]\na = e\n[x]\nf = g\n")
case("option of DEFAULT and of the section", "[x]\na = 1\nb = 2\n[DEFAULT]\nb = 3\nc = 4\na = 5\n")

# Characters and line ends
case("carriage return and newline", "[default]\r\nregion = x\r\n\r\noutput = a\r\n  b\r\n")
case("carriage return alone", "[default]\rregion = x\routput = y\r")
case("carriage returns in a row", "[default]\na = b\r\r\n\r\r\r\n  c\n")
case("mixed line ends", "[default]\r\na = b\rc = d\ne = f\r\n")
case("fault after carriage returns", "[default]\ra = b\r\n\r\rregion\n")
case("byte order mark", "\ufeff[default]\na = b\n")
case("byte order mark and comment", "\ufeff# a\n[default]\n")
case("byte order mark later", "[default]\na = \ufeffb\n\ufeffc = d\n")
case("form feed is white space", "[default]\x0c\n\x0ca = b\x0c\n")
case("form feed in a line", "[default]\na = b\x0cc = d\n")
case("vertical tab in a line", "[default]\na\x0bb = c\x0bd\n")
case("vertical tab indents", "[default]\na = b\n\x0bc = d\n")
case("file separator strips", "[default]\n\x1ca\x1d=\x1e\x1fb\x1c\n")
case("file separator in a line", "[default]\na = b\x1cc = d\n")
case("unit separator alone is a blank line", "[default]\na = b\n\x1f\n  c\n")
case("next line is no line end", "[default]\na = b\x85c = d\n")
case("line separator is no line end", "[default]\na = b\u2028c = d\u2029e\n")
case("no-break space is stripped", "[default]\n\u00a0a\u00a0=\u00a0b\u00a0\n")
case("zero-width space is not stripped", "[default]\n\u200ba = b\u200b\n")
case("mongolian vowel separator is not stripped", "[default]\na = \u180eb\u180e\n")
case("nul in a value", "[default]\na = b\0c\n")
case("nul in a name", "[default]\na\0b = c\n")
case("nul in a header", "[a\0b]\nc = d\n")
case("nul line", "[default]\n\0\n")
case("escape character", "[default]\na = \x1b[31m\n")
case("not utf-8", b"[default]\na = b\nc = \xff\n")
case("not utf-8 in a comment", b"# caf\xe9\n[default]\na = b\n")
case("not utf-8 after a carriage return", b"[default]\r\n\r\r\xe9\n")
case("cut utf-8 at the end", b"[default]\na = \xe2\x82")
case("surrogate in utf-8", b"[default]\na = \xed\xa0\x80\n")
case("overlong utf-8", b"[default]\na = \xc0\xaf\n")
case("utf-16", "[default]\na = b\n".encode("utf-16"))

# Profiles
case("profiles", "[default]\na = 1\n[profile x]\na = 2\n[profile y]\na = 3\n[other]\na = 4\n")
case("profile without profile", "[x]\na = b\n")
case("profile of no name", "[profile]\na = b\n")
case("profile of no name with a space", "[profile ]\na = b\n")
case("profile of two words", "[profile a b]\na = b\n")
case("profile without space", "[profilea]\na = b\n")
case("other word that starts with profile", "[profile-x y]\na = b\n[profiles z]\nc = d\n")
case("profile in capitals", "[Profile x]\na = b\n[PROFILE y]\nc = d\n")
case("profile with space before", "[ profile x]\na = b\n")
case("profile with many spaces", "[profile   x  ]\na = b\n")
case("profile with a tab", "[profile\tx]\na = b\n")
case("profile with a no-break space", "[profile\u00a0x]\na = b\n")
case("profile with a form feed", "[profile\x0cx]\na = b\n")
case("profile in double quotes", "[profile \"a b\"]\na = b\n")
case("profile in single quotes", "[profile 'a b']\na = b\n")
case("profile of empty quotes", "[profile \"\"]\na = b\n[profile '']\nc = d\n")
case("profile with quotes inside", "[profile a\" \"b]\na = b\n[profile x'y'z]\nc = d\n")
case("profile of quotes in quotes", "[profile \"it's\"]\na = b\n[profile 'say \"hi\"']\nc = d\n")
case("profile with an escaped quote", "[profile \"a\\\"b\"]\na = b\n[profile 'a\\'b']\nc = d\n")
case("profile with an escaped space", "[profile a\\ b]\na = b\n")
case("profile with backslashes", "[profile a\\\\b]\na = b\n[profile \"c\\d\"]\nc = d\n[profile 'e\\f']\ne = f\n[profile g\\h]\n")
case("profile with a dollar escaped in quotes", "[profile \"\\$a\"]\na = b\n[profile \"\\`b\"]\nc = d\n")
case("profile with a backslash at the end", "[profile a\\]\na = b\n")
case("profile with a quote not closed", "[profile \"a]\na = b\n[profile b']\nc = d\n[default]\ne = f\n")
case("profile with the first word in quotes", "[\"profile\" a]\na = b\n[profile\"\" b]\nc = d\n")
case("profile that is a comment to a shell", "[profile #a]\na = b\n[profile b#c]\nc = d\n[profile # d]\n")
case("profile with characters of a shell", "[profile a;b]\na = b\n[profile a|b&c>d(e)]\nc = d\n[profile *]\n[profile ~]\n[profile $x]\n")
case("profile with a slash, dot, at and colon", "[profile a/b.c@d:e]\na = b\n")
case("profile with a closing bracket", "[profile a]b]\na = b\n")
case("profile twice by quotes", "[profile a]\nb = c\nd = e\n[profile \"a\"]\nb = f\n[profile 'a']\ng = h\n")
case("default, then profile default", "[default]\na = b\nc = d\n[profile default]\na = e\n")
case("profile default, then default", "[profile default]\na = e\nf = g\n[default]\na = b\n")
case("only profile default", "[profile default]\na = e\n")
case("order of names with a profile that comes again", "[profile b]\n[profile a]\n[default]\n[profile \"b\"]\nx = y\n", "[c]\n[a]\n[default]\n")
case("profile in other scripts", "[profile 日本]\na = b\n[profile \"ü ö\"]\nc = d\n")
case("sso-session", "[sso-session x]\nsso_start_url = https://a\n[profile y]\nsso_session = x\n")
case("sso-session of no name", "[sso-session]\na = b\n[sso-session a b]\nc = d\n")
case("sso-session in quotes", "[sso-session \"a b\"]\na = b\n[sso-sessions c]\nd = e\n")
case("sso-session twice by quotes", "[sso-session a]\nb = c\n[sso-session 'a']\nd = e\n")
case("services", "[services x]\ns3 =\n  endpoint_url = http://a\n[services 'x y']\n[services]\n")
case("plugins", "[plugins]\na = b\n[profile x]\n")
case("plugins that is a profile", "[profile plugins]\na = b\n")
case("plugins in the credentials file", "", "[plugins]\na = b\n")
case("preview", "[preview]\na = b\n[default]\n")

# Two files
case("credentials only", "", "[default]\naws_access_key_id = a\naws_secret_access_key = b\n")
case("no config file", None, "[x]\naws_access_key_id = a\n[default]\n")
case("credentials win by option", "[profile x]\nregion = a\noutput = b\n", "[x]\nregion = c\naws_access_key_id = d\n")
case("credentials win over default", "[default]\nregion = a\n", "[default]\nregion = c\n")
case("empty option in the credentials file wins", "[default]\nregion = a\n", "[default]\nregion =\n")
case("credentials sections are taken as they are", "[profile x]\na = b\n", "[profile x]\nc = d\n[x]\ne = f\n")
case("credentials sections with quotes and spaces", "[profile \"a b\"]\na = b\n", "[a b]\nc = d\n[\"a b\"]\ne = f\n[ x ]\n")
case("sso-session in the credentials file is a profile", "", "[sso-session x]\na = b\n[services y]\nc = d\n")
case("nested in the credentials file", "[default]\ns3 =\n  a = b\n  c = d\n", "[default]\ns3 =\n  a = e\n")
case("text over nested", "[default]\ns3 =\n  a = b\n", "[default]\ns3 = x\n")
case("keys in both files", "[profile x]\naws_access_key_id = a\naws_secret_access_key = b\n", "[x]\naws_access_key_id = c\n")
case("profile only in the credentials file", "[profile x]\na = b\n", "[y]\nc = d\n")
case("fault in the credentials file", "[default]\na = b\n", "a = b\n")
case("fault in both files", "[default]\na\n", "a = b\n")
case("indented credentials", "", "[default]\n  aws_access_key_id=a\n  aws_secret_access_key = b\n  aws_session_token: c==\n")
case("token of several lines", "", "[default]\naws_session_token = abc\n  def\n  ghi==\n")
case("token that went on at column one", "", "[default]\naws_session_token = abc\ndef\n")
case("token with an equals sign that went on at column one", "", "[default]\naws_session_token = abc\ndef==\n")
case("config section hides nothing of the credentials file", "[x]\na = b\n", "[x]\nc = d\n")
case(
    "everything a real file has",
    "# managed\n[default]\nregion = eu-west-1\noutput=json\n\n[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/dev\n"
    "source_profile = default\nmfa_serial = arn:aws:iam::123456789012:mfa/me\nduration_seconds = 3600\n\n[sso-session corp]\n"
    "sso_start_url = https://corp.awsapps.com/start#/\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access\n\n"
    "[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n\n[profile proc]\n"
    "credential_process = \"/opt/a b/get\" --flag \"x # y\"\n",
    "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\n",
)

ENVIRONMENT = {"HOME": "/home/u", "A": "x", "A_1": "y", "EMPTY": "", "TILDE": "~", "DOLLAR": "$A", "WITH SPACE": "z"}
LOCATIONS = [
    "~", "~/", "~/f", "~//f", "/a/~/f", "a~", " ~/f", "~no-such-user-at-all", "~no-such-user-at-all/f", "$A", "${A}", "/a/$A/b", "/a/${A}b",
    "$A_1", "$A-1", "$A.b", "$AB", "${AB}", "$", "$$", "$$A", "${", "${A", "${}", "$A$A", "${A}${A_1}", "$EMPTY", "$EMPTY/f", "a$EMPTY",
    "$TILDE/f", "${TILDE}", "$DOLLAR", "$A/$NONE/$A", "${NONE}$A", "${A$A}", "${WITH SPACE}", "$WITH SPACE", "$é", "é$A", "$Aé", "%A%",
    "$HOME/f", "", "relative/f", "/", "$/f", "-", "'$A'", "\\$A",
]  # fmt: skip
HOMES = ["/home/u", "/home/u/", "/", "//", "", "relative", "/home/ü"]


def line_of(error, data):
    """The line of the first fault, where Python tells it."""
    if type(error) is configparser.ParsingError:
        return error.errors[0][0]
    if isinstance(error, configparser.Error):
        return error.lineno
    if isinstance(error, UnicodeDecodeError):
        # Counted here, as the error's own position is that within a chunk.
        before = re.split("[\udc80-\udcff]", data.decode(errors="surrogateescape"))[0]
        return 1 + before.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    return None  # ValueError of a nested value


def failure(error, data):
    cause = error.kwargs["error"]
    return {"error": type(cause).__name__, "line": line_of(cause, data)}


def sections(path, data):
    try:
        parsed = configloader.raw_config_parse(path)
    except exceptions.ConfigNotFound:
        return []
    except exceptions.ConfigParseError as error:
        return failure(error, data)
    return [[name, [list(pair) for pair in options.items()]] for name, options in parsed.items()]


def merged():
    found = session.Session()
    try:
        full = found.full_config
    except exceptions.ConfigParseError as error:
        return {"error": type(error.kwargs["error"]).__name__}
    assert found.available_profiles == list(full["profiles"])
    return {
        "profiles": [[name, options] for name, options in full["profiles"].items()],
        "sso_sessions": full.get("sso_sessions", {}),
        "services": full.get("services", {}),
        "plugins": "plugins" in full,
    }


def record(folder, name, config, credentials):
    recorded = {"name": name}
    for kind, content, variable in [("config", config, "AWS_CONFIG_FILE"), ("credentials", credentials, "AWS_SHARED_CREDENTIALS_FILE")]:
        path = folder / kind
        path.unlink(missing_ok=True)
        os.environ[variable] = str(path)
        data = content.encode() if isinstance(content, str) else content
        if data is not None:
            path.write_bytes(data)
        recorded[kind] = {"hex": content.hex()} if isinstance(content, bytes) else content
        recorded[kind + "_sections"] = sections(str(path), data)
    recorded["session"] = merged()
    return recorded


def locations():
    expand = lambda name: os.path.expanduser(os.path.expandvars(name))
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    names = [["/home/u", name, expand(name)] for name in LOCATIONS]
    for home in HOMES:
        os.environ["HOME"] = home
        names += [[home, name, expand(name)] for name in ["~", "~/", "~/.aws/config"]]
    # No HOME, and a user that the password database does not have.
    del os.environ["HOME"]
    pwd.getpwuid = lambda uid: {}[uid]
    return names + [[None, name, expand(name)] for name in ["~", "~/.aws/config", "$A"]]


def main():
    assert locale.getencoding().lower() == "utf-8", "run in a UTF-8 locale"
    assert len({name for name, _, _ in CASES}) == len(CASES), "two cases of one name"
    with tempfile.TemporaryDirectory() as folder:
        cases = [record(pathlib.Path(folder), *one) for one in CASES]
    lines = lambda rows: "[\n  " + ",\n  ".join(json.dumps(row) for row in rows) + "\n ]"
    pathlib.Path(__file__).with_name("recorded.json").write_text(
        '{\n "botocore": "%s",\n "cases": %s,\n "environment": %s,\n "locations": %s\n}\n'
        % (botocore.__version__, lines(cases), json.dumps(ENVIRONMENT), lines(locations()))
    )


if __name__ == "__main__":
    main()
