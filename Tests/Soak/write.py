"""A service as its owner would write it, in Lua or as a classic file, with its launchers' files."""

import os

ETC = "/srv/root/etc"
HEAD = 'local osvc = require "osvc.v1"\n'


def path(service):
    return f"{ETC}/{service.name}.{service.form}"


def write(service, remark=""):
    directory = f"{ETC}/{service.name}.dir"
    if any(one.kind in ("classic", "file") for one in service.launchers):
        os.makedirs(directory, exist_ok=True)
        link = f"{ETC}/{service.name}.d"
        if not os.path.lexists(link):
            os.symlink(f"{service.name}.dir", link)
    for launcher in service.launchers:
        if launcher.kind == "classic":
            _classic(directory, launcher)
        elif launcher.kind == "file":
            save(f"{directory}/S{launcher.place:02}{launcher.name}.lua", f"{HEAD}return {_daemon(launcher, '')}\n")
    save(path(service), remark + (_lua(service) if service.form == "lua" else _env(service)))


def save(place, text, mode=0o644):
    # Beside it, then renamed: the kernel lets nobody write what is being executed.
    new = f"{place}.new"
    with open(new, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(new, mode)
    os.rename(new, place)


def _classic(directory, launcher):
    start = f"S{launcher.place:02}{launcher.name}"
    save(f"{directory}/{start}", f'#!/bin/sh\nexec /srv/bin/launch {launcher.name} "$1"\n', 0o755)
    for other in [f"K{100 - launcher.place:02}{launcher.name}", f"C{launcher.place:02}{launcher.name}"]:
        if not os.path.lexists(f"{directory}/{other}"):
            os.symlink(start, f"{directory}/{other}")


def _lua(service):
    parts = []
    if service.rollback_on_signal:
        parts.append("rollback_on_signal = true")
    parts += [f'{name} = "{command}"' for name, command in service.triggers.items()]
    parts += [_resource(service, one) for one in service.resources]
    parts += [f'osvc.hook "h{n}" {{ on = "{moment}", run = function(ev) {_hook(moment)} end }}'
              for n, moment in enumerate(service.hooks)]
    return f'{HEAD}return osvc.service "{service.name}" {{\n' + "".join(f"  {part},\n" for part in parts) + "}\n"


def _hook(moment):
    if moment == "start.pre":
        return 'if ev:stat("/srv/ledger/refuse") then ev:refuse("told so") end'
    return f'ev:exec {{ "/srv/bin/trigger", "{moment}" }}'


def _resource(service, one):
    fields = [f'{key} = "{value}"' for key, value in one.fields.items()]
    fields += [f"{word} = true" for word, said in [("optional", one.optional), ("disable", one.disabled)] if said]
    if one.kind != "app":
        return f'osvc.{one.kind} "{one.number}" {{ {", ".join(fields)} }}'
    fields.append(f'on_error = "{service.on_error}"')
    if service.parallel:
        fields.append("parallel = true")
    launchers = [_launcher(launcher) for launcher in one.launchers if launcher.kind not in ("classic", "file")]
    return "osvc.app {\n    " + ",\n    ".join(fields + launchers) + ",\n  }"


def _daemon(launcher, place):
    check = ""
    if launcher.check:
        check = f', status = osvc.check.exec {{ "/srv/bin/launch", "{launcher.name}", "status" }}'
    return (f'osvc.daemon "{launcher.name}" {{ {place}cmd = {{ "/srv/bin/daemon", "{launcher.name}" }}, '
            f'stop_timeout = "2s"{check} }}')


def _launcher(launcher):
    name, place = launcher.name, f"S = {launcher.place}, "

    def program(action):
        return f'{{ "/srv/bin/launch", "{name}", "{action}" }}'

    asks = f'function(ctx) return ctx:probe({program("status")}).ok and "up" or "down" end'
    if launcher.kind == "daemon":
        return _daemon(launcher, place)
    if launcher.kind == "program":
        start, stop, status = program("start"), program("stop"), program("status")
    elif launcher.kind == "call":
        start, stop = (f"function(ctx) ctx:exec({program(action)}) end" for action in ("start", "stop"))
        bomb = f'if ctx:stat("/srv/ledger/{name}.bomb") then table.move({{}}, 1, math.maxinteger - 1, 2) end '
        start = start.replace("ctx:exec", bomb + "ctx:exec", 1)
        status = asks
    else:
        start = f'function(ctx) ctx:spawn {{ "/srv/bin/daemon", "{name}" }} end'
        stop, status = program("stop"), asks
    return f'osvc.launcher "{name}" {{ {place}start = {start}, stop = {stop}, status = {status} }}'


def _env(service):
    lines = ["[DEFAULT]", "service_type = TST", "nodes = node1", f"classic = {service.classic}"]
    if service.rollback_on_signal:
        lines.append("rollback_on_signal = True")
    lines += [f"{name} = {command}" for name, command in service.triggers.items()]
    for one in service.resources:
        lines += ["", "[app]" if one.kind == "app" else f"[{one.rid}]"]
        lines += [f"{key} = {value}" for key, value in one.fields.items()]
        lines += [f"{word} = True" for word, said in [("optional", one.optional), ("disable", one.disabled)] if said]
        if one.kind == "app":
            lines.append(f"on_error = {service.on_error}")
            if service.parallel:
                lines.append("parallel = True")
    return "\n".join(lines) + "\n"

