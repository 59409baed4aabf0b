"""Programs in Lua that use the library as no honest one does: large, endless, recursive, lying tables."""

from . import references, values

FUNCTIONS = [
    "string.rep", "string.byte", "string.sub", "string.find", "string.gsub", "string.match", "string.format",
    "string.pack", "string.unpack", "string.packsize", "string.reverse", "string.len", "string.char", "string.upper",
    "table.concat", "table.insert", "table.remove", "table.move", "table.sort", "table.unpack", "table.pack",
    "math.tointeger", "math.floor", "math.fmod", "math.abs", "utf8.char", "utf8.codepoint", "utf8.len", "utf8.offset",
    "tostring", "tonumber", "select", "rawlen", "rawequal", "next", "pairs", "ipairs", "type", "setmetatable", "print",
    "error", "pcall", "xpcall", "assert", "string.gmatch", "string.lower",
    "osvc.per_node", "osvc.check.all", "osvc.check.any", "osvc.window", "osvc.require_version", "osvc.launcher",
    "osvc.daemon", "osvc.hook", "osvc.fs", "require",
]
FORMATS = ["<i16", "i99", "!16", "s8", "z", "b" * 200, "%99d", "%.99f", "%q", "%s", "%5$s", "(.-)*", "%bxy", "%f[a]",
           "(" * 40, ".-.-.-.-b", "%1", "[", "[^", "%"]
METHODS = ["__index", "__newindex", "__len", "__call", "__pairs", "__gc", "__mode", "__close", "__eq", "__lt", "__concat",
           "__name", "__tostring", "__metatable", "__unm", "__idiv"]
WHOLE = [
    'local x = "a" for i = 1, N do x = osvc.per_node { x } end',
    "local x = osvc.check.tcp { port = 1 } for i = 1, N do x = osvc.check.all { x } end",
    "local x = {} for i = 1, N do x = { x } end osvc.per_node(x)",
    "local x = {} for i = 1, N do x = setmetatable({}, { __index = x }) end local y = x.z",
    "local t = {} for i = 1, N do t[i .. ''] = {} end",
    "local m = {} local t = setmetatable({}, m) for i = 1, 3000 do t[{}] = i t[i .. ''] = {} end m.__mode = 'kv' "
    "for k in pairs(t) do local s = ('y'):rep(1000) end",
    "local function f(n) if n == 0 then return osvc.per_node { D } end return (f(n - 1)) end f(R)",
    "local function f(n) if n == 0 then return osvc.window('Mon 1:00-2:00') end return (f(n - 1)) end f(R)",
    "local function f() return pcall(f) end f()",
    "local s = ('x'):rep(10000000) for i = 1, 300 do osvc.per_node { s } end",
    "local s = ('x'):rep(10000000) local t = {} for i = 1, 300 do t[i] = osvc.per_node { s } end",
    "for n = 1, 1500 do local m = {} local t = setmetatable({}, m) for i = 1, 150 + n % 90 do t['k' .. i] = {} end "
    "m.__mode = 'v' for k, v in pairs(t) do local s = k .. n end end",
    "local d, v = 0, D local function f(n) d = d + 1 if n <= 0 then return osvc.per_node { v } end local r = f(n - 1) "
    "return r end pcall(f, 1e9) local most = d for _, back in ipairs { 26, 20, 14, 8 } do pcall(f, most - back) end",
    "error(setmetatable({}, { __tostring = function() error('x') end }))",
    "error(setmetatable({}, { __tostring = function() return 1 end }))", "error()", "error({})", "error(('x'):rep(1e7))",
    "osvc.window('Mon-Fri 22:00-06:00'):contains(V)", "table.insert(setmetatable({}, { __len = function() return V end }), 1, 2)",
    "table.sort({ 3, 1, 2, 5, 4 }, function() return true end)", "return (('x'):rep(250000)):find('%bxy')",
    "string.unpack(('i1'):rep(5000000), ('x'):rep(10000000))", "local s = (''):rep(math.maxinteger)",
    "table.move({}, 1, math.maxinteger - 1, 2)", "table.concat(setmetatable({}, { __len = function() return 2^31 end }))",
]
# Each takes the whole time that a script has.
ENDLESS = [
    "local s = ('x'):rep(10000000) while true do print(s) end",
    "while true do end",
    "repeat pcall(error) until false",
    "goto a ::a:: goto a",
    "local function f() return f() end f()",
    "local s = '' while true do s = s .. 'xxxxxxxxxxxxxxxx' end",
    "local t <close> = setmetatable({}, { __close = function() while true do end end })",
    "setmetatable({}, { __gc = function() while true do end end })",
]
IN_CONTEXT = [
    "local s = ('x'):rep(10000000) for i = 1, 300 do C:status_log(s) end", "C:read_file('/dev/zero', V)",
    "C:read_file('/proc/self/mem', V)", "C:glob(('*/'):rep(3000))", "C:glob('/proc/*/*/*')", "C:fail(('x'):rep(10000000))",
    "C:parallel { function() C:parallel { function() end } end }", "C.state.set('a', D)", "C:status_log(V)",
    "C:parallel({ function() while true do end end, function() while true do end end })",
    "C:info('%d', V)", "C:stat(('/a'):rep(5000))", "C:probe { 'true', max_output = V }", "C:write_file('/srv/x', 'a')",
    "C:probe { 'true', timeout = V }", "C:pidfile('/dev/zero')", "C:readlink('/proc/self/exe')", "C:signal(V, V)",
    "return V", "return ('x'):rep(1000000)", "return 'warn', ('x'):rep(10000000)", "return D",
    "return setmetatable({}, { __index = function() error('x') end })", "return 1, 2, 3",
    "for i = 1, 100000 do C:info('x') end", "C:parallel(setmetatable({}, { __len = function() return V end }))",
]


def expression(random, depth):
    chance = random.random()
    if depth <= 0 or chance < 0.35:
        return random.choice([random.choice(values.NUMBERS), _text(random), "nil", "true", "{}", "osvc", "x", "x", "x",
                              "function(...) return ... end", "('x'):rep(10000000)"])
    if chance < 0.7:
        return call(random, depth - 1)
    if chance < 0.85:
        return "{ " + ", ".join(expression(random, depth - 1) for _ in range(random.randint(0, 3))) + " }"
    if chance < 0.95:
        return lying(random, depth - 1)
    return f"({expression(random, depth - 1)} {random.choice(['+', '..', '==', '<', '//', '<<', 'and', 'or'])} {expression(random, depth - 1)})"


def call(random, depth):
    arguments = ", ".join(expression(random, depth) for _ in range(random.randint(0, 4)))
    return f"{random.choice(FUNCTIONS)}({arguments})"


def lying(random, depth):
    """A table whose answers are made up."""
    said = []
    for method in random.sample(METHODS, random.randint(1, 3)):
        answer = random.choice([f"function() return {expression(random, depth)} end", expression(random, depth)])
        said.append(f"{method} = {answer}")
    return "setmetatable({ 1, 2, a = {} }, { " + ", ".join(said) + " })"


def block(random, inside, name="ctx"):
    """Statements; `inside` a function that has a context of that name."""
    said = ["local x = " + random.choice(["{}", expression(random, 2)])] if random.random() < 0.5 else ["local x"]
    for _ in range(random.choice([1, 1, 2, 4])):
        chance = random.random()
        if inside and chance < 0.3:
            said.append(method(random, name))
        elif inside and chance < 0.4:
            said.append(_filled(random, random.choice(IN_CONTEXT)).replace("C", name))
        elif chance < 0.55:
            said.append(_filled(random, random.choice(ENDLESS if random.random() < 0.05 else WHOLE)))
        elif chance < 0.8:
            said.append(f"x = select(2, pcall({random.choice(FUNCTIONS)}, {expression(random, 2)}, {expression(random, 2)}))")
        elif chance < 0.9:
            said.append(f"for k, v in pairs({expression(random, 2)}) do x = {expression(random, 1)} end")
        else:
            said.append(f"x = {expression(random, 3)}")
    text = " ".join(f"do {statement} end" if statement.startswith(("return", "goto", "error(")) else statement
                    for statement in said)
    if inside and random.random() < 0.5:
        text += random.choice([' do return "up" end', ' do return "down", "why" end', " do return x end"])
    return text


def method(random, name):
    arguments = random.choice([
        "{ 'true', %s }", "{ url = 'http://127.0.0.1:1/', timeout = '1s', body = %s }", "'/proc/self/stat', %s", "%s",
        "{ host = '127.0.0.1', port = %s, timeout = '1s' }", "'/srv/none', { mode = %s }", "{ exe = %s }", "",
        "%s, %s",
    ])
    while "%s" in arguments:
        arguments = arguments.replace("%s", expression(random, 1), 1)
    return f"x = {name}:{random.choice(references.methods())}({arguments})".replace(":state.", ".state.")


def _filled(random, text):
    depth = random.choice([2, 14, 15, 16, 31, 32, 33, 180])
    text = text.replace("D", "{" * depth + "}" * depth)
    text = text.replace(" V", " " + random.choice(values.NUMBERS)).replace("(V", "(" + random.choice(values.NUMBERS))
    text = text.replace("= V", "= " + random.choice(values.NUMBERS))
    text = text.replace(", R)", ", 10)").replace("f(R)", f"f({random.choice([10, 150, 185, 190, 195, 199, 16000])})")
    return text.replace("1, N", f"1, {random.choice([30, 199, 3000, 50000, 300000])}")


def _text(random):
    text = random.choice(FORMATS + ["x", "1", "Mon-Fri 22:00-06:00", "/proc/self/stat"] + values.TEXTS)
    data = text.encode("utf-8", "surrogatepass")
    return '"' + "".join(f"\\{byte:03d}" if byte < 32 or byte > 126 or byte in b'"\\' else chr(byte) for byte in data) + '"'
