"""Values: what the references say that a keyword takes, and what nobody expects there."""

import re

NUMBERS = [
    "0", "-0.0", "-1", "1", "2^31", "2^53", "2^63", "-2^63", "1e19", "1e300", "-1e300", "1/0", "-1/0",
    "0/0", "math.maxinteger", "math.mininteger", "0x7fffffffffffffff", "1e-320", "4294967296", "99999999",
]
PLAIN_NUMBERS = [
    "0", "-1", "1", "007", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808",
    "18446744073709551616", "1e19", "1e400", "-1e400", "nan", "inf", "-inf", "NaN", "infinity", "0x10",
    "1.5", "1e-400", "٣", "1_000", "9" * 400,
]
TEXTS = [
    "", " ", "a", "fs#0", "/", "//", "/..", "/srv/a", "/srv/" + "a/" * 40, "x" * 300, "\u0301x", "/\u0301x",
    "é", "e\u0301", "\U0001f600", "\ufeff", "\u200d", "a\u0000b", "a\nb", "\r\n", "\t", "%s%n%d", "$(true)",
    "{env.x}", "..", "-", "--", "*", "#", "nodes", "node1", "127.0.0.1", "::1", "fe80::1%lo", "1.2.3.4/33",
    "256.1.1.1", "255.255.0.255", "24", "tmpfs", "bind", "True", "10s", "500ms", "1e99h", "99999999999999h",
    "-5m", "\ud7ff\ue000", "\u202e", "ffffffff",
]
JSON = [
    '["monday"]', '["\\ud800\\u0041"]', '["\\udc00"]', '["\\ud800"]', '["\\ud800\\ud800"]', '["03:59", "05:59"]',
    '[["03:59", "05:59", 241]]', '[["03:59", "05:59", 1e400]]', '{"a": 1, "a": 2}', "[" * 5000, "[" * 200 + "]" * 200,
    '"\\u00"', '"\\', '{"', "[1,]", "1e400", "-", "-0", "1E+", "0123", '"\t"', "null", "nul", "true", "[NaN]",
    '["\\u0000"]', "[1e99999999999]", "[9223372036854775808]", "[-9223372036854775809]", '["25:61", "-1:00"]',
    '["99999999999999999999:00", "05:59"]', '{"rid": "fs#0"}', '[["00:00", "24:00"]]', '{"":{"":{"":{}}}}',
]


def text(random):
    return random.choice(TEXTS)


def json(random):
    if random.random() < 0.6:
        return random.choice(JSON)
    return _json(random, 0)


def _json(random, depth):
    kind = random.random()
    if depth > 4 or kind < 0.3:
        return random.choice(PLAIN_NUMBERS + ["true", "null", '"a"', '"\\ud83d\\ude00"', '"\\ud83d"', '"monday"'])
    items = [_json(random, depth + 1) for _ in range(random.randint(0, 4))]
    if kind < 0.7:
        return "[" + ", ".join(items) + "]"
    return "{" + ", ".join(f'"{random.choice("abcé")}": {item}' for item in items) + "}"


def fitting(random, kind, example):
    """Text that fits what docs/keywords.md calls the type of a keyword."""
    if kind == "true or false":
        return random.choice(["true", "false"])
    if match := re.match(r"integer, (\d+) to (\d+)", kind):
        return str(random.choice([int(match[1]), int(match[2]), random.randint(int(match[1]), int(match[2]))]))
    if kind.startswith("one of "):
        return random.choice(kind.removeprefix("one of ").split(", "))
    if kind.startswith("duration"):
        return random.choice(["1", "500ms", "10s", "5m", "2h"])
    if kind == "absolute path":
        return random.choice(["/srv/a", "/srv/b/c", "/srv/image", example])
    return random.choice([example, example, "node1", "lo", "tmpfs", "fs#0", "a b c"])
