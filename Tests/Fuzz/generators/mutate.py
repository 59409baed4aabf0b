"""Changes of a text: bytes, words, numbers, nesting, repetition, size."""

import re

from . import values

# Bytes: more than osvc reads of any file but a journal.
LARGEST = 3 << 19
WORD = re.compile(rb"[A-Za-z_][A-Za-z_0-9.]*|\d+(?:\.\d+)?|\"[^\"\n]*\"|[^\sA-Za-z_0-9]")


def mutate(random, data, numbers=None):
    for _ in range(random.choice([0, 1, 1, 1, 2, 3, 8])):
        data = random.choice(KINDS)(random, data, numbers or values.PLAIN_NUMBERS)[:LARGEST]
    return data


def _byte(random, data, _):
    at = random.randint(0, len(data))
    new = bytes([random.choice([0, 9, 10, 13, 34, 39, 92, 127, 128, 255, random.randint(0, 255)])])
    return data[:at] + random.choice([b"", new]) + data[at + random.randint(0, 1):]


def _cut(random, data, _):
    at = random.randint(0, len(data))
    return data[:at] + data[at + random.choice([1, 5, 50, len(data)]):]


def _words(data):
    return list(WORD.finditer(data))


def _word(random, data, _):
    words = _words(data)
    if len(words) < 2:
        return data
    one, other = random.choice(words), random.choice(words)
    return data[:one.start()] + other[0] + data[one.end():]


def _number(random, data, numbers):
    found = [word for word in _words(data) if word[0][:1].isdigit()]
    if not found:
        return data
    one = random.choice(found)
    return data[:one.start()] + random.choice(numbers).encode() + data[one.end():]


def _text(random, data, _):
    found = [word for word in _words(data) if word[0][:1] == b'"']
    if not found:
        return data
    one = random.choice(found)
    new = values.text(random).encode("utf-8", "surrogatepass")
    return data[:one.start()] + b'"' + new.replace(b"\n", b"\\n") + b'"' + data[one.end():]


def _lines(random, data, _):
    lines = data.split(b"\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _repeat(random, data, _):
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    times = random.choice([1, 1, 2, 100, 3000])
    return b"\n".join(lines[:at] + lines[at:at + 1] * times + lines[at:])


def _nest(random, data, _):
    words = _words(data)
    if not words:
        return data
    one = random.choice(words)
    opening, closing = random.choice([(b"{", b"}"), (b"(", b")"), (b"[", b"]"), (b"not ", b""), (b"-", b"")])
    times = random.choice([1, 2, 14, 15, 31, 32, 190, 5000])
    return data[:one.start()] + opening * times + one[0] + closing * times + data[one.end():]


def _huge(random, data, _):
    words = _words(data)
    if not words:
        return data
    one = random.choice(words)
    return data[:one.end()] + one[0][-1:] * random.choice([300, 70_000, 400_000]) + data[one.end():]


KINDS = [_byte, _byte, _cut, _word, _word, _word, _number, _number, _text, _text, _lines, _repeat, _nest, _huge]
