"""Makes a failing case smaller while it fails in the same way."""

import time

import oracle


def shrink(case, finding, bounds, seconds):
    until = time.monotonic() + seconds

    def fails(smaller):
        if time.monotonic() > until:
            return False
        return any(other.kind == finding.kind and other.detail[:20] == finding.detail[:20]
                   for other in oracle.judge(smaller, bounds))

    only = case.copy()
    only.runs = [finding.words]
    if fails(only):
        case = only
    for change in [_without_specials, _without_environment, _without_limit]:
        without = change(case.copy())
        if fails(without):
            case = without
    for path in list(case.files):
        without = case.copy()
        del without.files[path]
        without.specials = [entry for entry in without.specials if entry[2] != path]
        if fails(without):
            case = without
    for path in list(case.files):
        case = _shorten(case, path, fails)
    return case


def _without_specials(case):
    case.specials = []
    return case


def _without_environment(case):
    case.env = {}
    return case


def _without_limit(case):
    case.fsize = None
    return case


def _shorten(case, path, fails):
    """Takes lines out, then runs of characters, ever smaller ones."""
    for separator in [b"\n", b""]:
        content, times = case.files[path]
        parts = content.split(separator) if separator else [content[n:n + 1] for n in range(len(content))]
        size = len(parts) // 2
        while size:
            at = 0
            while at < len(parts):
                smaller = case.copy()
                left = parts[:at] + parts[at + size:]
                smaller.files[path] = (separator.join(left), times)
                if fails(smaller):
                    case, parts = smaller, left
                else:
                    at += size
            size //= 2
            if not separator and size < 4:
                break
    return case
