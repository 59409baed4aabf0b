"""An input as a text file: what lies under the root, and what is called.

    # any remark
    === user nobody                whose the files are and who calls; root unless said
    === env NAME=VALUE
    === limit fsize 4096           RLIMIT_FSIZE of the calls
    === file etc/x.lua             the following lines; \\xNN is a byte, \\\\ a backslash
    === cut etc/x.lua              the same without its last newline
    === repeat 1000 var/x/journal  the same, so many times; a path that comes again goes on
    === directory var/lock/x
    === link var/x/journal /dev/null
    === fifo var/x/journal
    === mode 0777 etc/x.lua
    === run osvc check x.lua       words as a shell reads them; the directory is etc
"""

import os
import re
import shlex
import shutil

NOBODY = 65534


class Case:
    def __init__(self, name=""):
        self.name = name
        self.user = "root"
        self.env = {}
        self.fsize = None
        self.files = {}  # path: (bytes, times)
        self.specials = []  # (word, argument, path)
        self.runs = []

    def add(self, path, content, times=1):
        content = content if isinstance(content, bytes) else content.encode()
        if path in self.files:
            before, repeated = self.files[path]
            content, times = before * repeated + content * times, 1
        self.files[path] = (content, times)

    def run(self, *words):
        self.runs.append([word if isinstance(word, bytes) else word.encode() for word in words])

    def copy(self):
        other = Case(self.name)
        other.user, other.env, other.fsize = self.user, dict(self.env), self.fsize
        other.files, other.specials = dict(self.files), list(self.specials)
        other.runs = list(self.runs)
        return other

    def lay_out(self, root):
        """Makes the root anew, with all that the case has."""
        shutil.rmtree(root, ignore_errors=True)
        for name in ["etc", "var/lock", "log", "tmp"]:
            os.makedirs(f"{root}/{name}")
        for path, (content, times) in self.files.items():
            place = _place(root, path)
            if os.path.isdir(place):
                continue
            with open(place, "wb") as file:
                file.write(content * times)
            os.chmod(place, 0o755 if ".d/" in path else 0o644)
        for word, argument, path in self.specials:
            self._special(word, argument, _place(root, path))
        if self.user != "root":
            _give_away(root)

    @staticmethod
    def _special(word, argument, place):
        if word == "mode":
            if os.path.exists(place):
                os.chmod(place, int(argument, 8))
            return
        if os.path.lexists(place):
            if os.path.isdir(place) and not os.path.islink(place):
                shutil.rmtree(place)
            else:
                os.remove(place)
        if word == "directory":
            os.makedirs(place)
        elif word == "fifo":
            os.mkfifo(place)
        else:
            os.symlink(argument, place)

    def text(self):
        lines = [f"=== user {self.user}"]
        lines += [f"=== env {escape(f'{name}={value}'.encode())}" for name, value in self.env.items()]
        if self.fsize is not None:
            lines.append(f"=== limit fsize {self.fsize}")
        for path, (content, times) in self.files.items():
            word = f"repeat {times}" if times != 1 else "file" if content.endswith(b"\n") else "cut"
            lines.append(f"=== {word} {path}")
            body = content[:-1] if word == "file" else content
            lines += escape(body).split("\n")
        for word, argument, path in self.specials:
            lines.append(f"=== {word} {path} {argument}" if word == "link" else
                         f"=== {word} {argument} {path}" if word == "mode" else f"=== {word} {path}")
        for words in self.runs:
            lines.append("=== run " + " ".join(shlex.quote(escape(word, line=True)) for word in words))
        return "\n".join(lines) + "\n"


def read(path):
    case = Case(os.path.basename(path))
    with open(path, encoding="utf-8") as file:
        parts = re.split(r"(?m)^=== ", file.read())
    for part in parts[1:]:
        head, _, body = part.partition("\n")
        word, _, rest = head.partition(" ")
        if word == "user":
            case.user = rest
        elif word == "env":
            name, _, value = rest.partition("=")
            case.env[name] = unescape(value).decode("utf-8", "surrogateescape")
        elif word == "limit":
            case.fsize = int(rest.split()[1])
        elif word == "file":
            case.add(rest, unescape(body))
        elif word == "cut":
            case.add(rest, unescape(body.removesuffix("\n")))
        elif word == "repeat":
            times, _, name = rest.partition(" ")
            case.add(name, unescape(body.removesuffix("\n")), int(times))
        elif word in ("directory", "fifo"):
            case.specials.append((word, "", rest))
        elif word == "link":
            name, _, target = rest.partition(" ")
            case.specials.append((word, target, name))
        elif word == "mode":
            mode, _, name = rest.partition(" ")
            case.specials.append((word, mode, name))
        elif word == "run":
            case.runs.append([unescape(part) for part in shlex.split(rest)])
        else:
            raise ValueError(f"{path}: no word '{word}'")
    return case


def escape(data, line=False):
    text = []
    for character in data.decode("utf-8", "surrogateescape"):
        if character == "\\":
            text.append("\\\\")
        elif character == "\n" and not line or character.isprintable():
            text.append(character)
        else:
            text += [f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape")]
    return re.sub(r"(?m)^===", r"\\x3d==", "".join(text))


def unescape(text):
    def byte(match):
        return b"\\" if match[1] == b"\\" else bytes([int(match[1][1:], 16)])

    return re.sub(rb"\\(\\|x[0-9a-f]{2})", byte, text.encode("utf-8", "surrogateescape"))


def _place(root, path):
    place = f"{root}/{path}"
    os.makedirs(os.path.dirname(place), exist_ok=True)
    return place


def _give_away(root):
    for directory, _, names in os.walk(root):
        os.chown(directory, NOBODY, NOBODY)
        for name in names:
            os.chown(f"{directory}/{name}", NOBODY, NOBODY, follow_symlinks=False)
