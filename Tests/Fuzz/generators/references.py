"""The words of service files, from the references that `make docs` makes: a new keyword is tried at once."""

import functools
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.normpath(f"{HERE}/../../..")


@functools.cache
def text(path):
    with open(f"{TOP}/{path}", encoding="utf-8") as file:
        return file.read()


@functools.cache
def keywords():
    """{"fs": [(name, type, required, example)], ...}; "service" and "resource" for what is of all."""
    found = {}
    for part in re.split(r"(?m)^## ", text("docs/keywords.md"))[1:]:
        head = part.split("\n", 1)[0]
        name = {"Of a service": "service", "Of every resource": "resource"}.get(head, head.split(" ")[0])
        rows = [line.split("|") for line in part.splitlines() if line.startswith("| `")]
        if rows:
            found[name] = [
                (row[1].strip(" `"), row[2].strip(), row[3].strip() == "yes", row[7].strip(" `")) for row in rows
            ]
    return found


@functools.cache
def classic_keywords():
    """Rows of (section, keyword): all that the classic release knew, what is refused too."""
    rows = [line.split("\t") for line in text("docs/classic/keywords.tsv").splitlines()[1:]]
    return sorted({(row[0].split(" ")[0], row[1]) for row in rows if len(row) > 1})


@functools.cache
def actions():
    return [line.split("\t")[0] for line in text("docs/classic/actions.tsv").splitlines()[1:]]


@functools.cache
def methods():
    """What `ctx` can do, but for what only waits."""
    part = text("docs/lua.md").split("## Methods of `ctx`")[1]
    return [name for name in re.findall(r"(?m)^### (\w+)$", part) if name not in ("sleep", "wait_until")]


@functools.cache
def moments():
    return re.search(r"\| `on` \| The moment: ([^|]*?)\. Required", text("docs/lua.md"))[1].split(", ")


@functools.cache
def files(ending):
    """Service files of the examples and of the manual."""
    found = []
    for directory, _, names in sorted(os.walk(f"{TOP}/examples")):
        found += [text(os.path.relpath(f"{directory}/{name}", TOP)) for name in sorted(names) if name.endswith(ending)]
    if ending == ".lua":
        found += re.findall(r"(?s)```lua\n(.*?)```", text("docs/lua.md") + text("README.md"))
    if ending == ".env":
        cases = f"{TOP}/Tests/Conformance/cases"
        for name in sorted(os.listdir(cases)):
            path = f"Tests/Conformance/cases/{name}/case"
            if os.path.exists(f"{TOP}/{path}"):
                found += re.findall(r"(?ms)^=== file \S*\.env\b[^\n]*\n(.*?)(?=^=== |\Z)", text(path))
    return found


def load():
    """Reads all of it, while the project can be seen."""
    for read in [keywords, classic_keywords, actions, methods, moments]:
        read()
    for ending in [".lua", ".env"]:
        files(ending)
