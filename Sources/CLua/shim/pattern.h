#ifndef OSVC_CLUA_PATTERN_H
#define OSVC_CLUA_PATTERN_H

/*
 * string.find, match, gmatch and gsub whose steps count as instructions.
 *
 * No hook fires inside the library's own: ("a-"):rep(14) .. "b" on fourteen letters held the
 * processor for seconds, a few letters more for hours. Refusing patterns by their length would
 * refuse good ones too; counting their steps ends exactly those that do not end. The language and
 * the messages are those of Lua 5.4's lstrlib.c (Copyright (C) 1994-2022 Lua.org, PUC-Rio, MIT
 * licence), from which the matcher follows.
 */

#include "budget.h"

#include <ctype.h>

#pragma clang assume_nonnull begin

enum { OSVC_UNCLOSED = -1, OSVC_POSITION = -2, OSVC_CAPTURES = 32, OSVC_DEPTH = 200 };

typedef struct osvc_match {
    const char *source, *source_end, *pattern_end;
    lua_State *L;
    osvc_host *host;
    int depth, level;
    int steps;
    struct {
        const char *_Nullable start;
        ptrdiff_t length;
    } capture[OSVC_CAPTURES];
} osvc_match;

static inline void osvc_step(osvc_match *m) {
    if (__builtin_expect(++m->steps < OSVC_STRIDE, 1))
        return;
    int64_t steps = m->steps;
    m->steps = 0;
    osvc_charge(m->L, steps);
}

/* Bytes compared or passed over within one step; the next step counts them. */
static inline void osvc_pass(osvc_match *m, size_t bytes) { m->steps += (int)(bytes / 16); }

static const char *_Nullable osvc_do_match(osvc_match *m, const char *s, const char *p);

static const char *osvc_find_class_end(osvc_match *m, const char *p) {
    if (p == m->pattern_end)
        luaL_error(m->L, "malformed pattern (ends with '%%')");
    switch (*p++) {
    case '%':
        if (p == m->pattern_end)
            luaL_error(m->L, "malformed pattern (ends with '%%')");
        return p + 1;
    case '[':
        if (p < m->pattern_end && *p == '^')
            p++;
        do {
            if (p == m->pattern_end)
                luaL_error(m->L, "malformed pattern (missing ']')");
            char c = *p++;
            if (c == '%') {
                if (p == m->pattern_end)
                    luaL_error(m->L, "malformed pattern (missing ']')");
                p++;
            }
        } while (p == m->pattern_end || *p != ']');
        return p + 1;
    default:
        return p;
    }
}

static const char *osvc_class_end(osvc_match *m, const char *p) {
    const char *end = osvc_find_class_end(m, p);
    osvc_pass(m, (size_t)(end - p));
    return end;
}

static int osvc_match_class(int c, int class_letter) {
    int result;
    switch (tolower(class_letter)) {
    case 'a': result = isalpha(c); break;
    case 'c': result = iscntrl(c); break;
    case 'd': result = isdigit(c); break;
    case 'g': result = isgraph(c); break;
    case 'l': result = islower(c); break;
    case 'p': result = ispunct(c); break;
    case 's': result = isspace(c); break;
    case 'u': result = isupper(c); break;
    case 'w': result = isalnum(c); break;
    case 'x': result = isxdigit(c); break;
    default: return class_letter == c;
    }
    return isupper(class_letter) ? !result : result != 0;
}

/* `last` is the closing bracket. */
static int osvc_match_set(int c, const char *p, const char *last) {
    int wanted = 1;
    if (p[1] == '^') {
        wanted = 0;
        p++;
    }
    while (++p < last) {
        if (*p == '%') {
            p++;
            if (osvc_match_class(c, (unsigned char)*p))
                return wanted;
        } else if (p[1] == '-' && p + 2 < last) {
            p += 2;
            if ((unsigned char)p[-2] <= c && c <= (unsigned char)*p)
                return wanted;
        } else if ((unsigned char)*p == c) {
            return wanted;
        }
    }
    return !wanted;
}

static int osvc_single(osvc_match *m, const char *s, const char *p, const char *end) {
    if (s >= m->source_end)
        return 0;
    int c = (unsigned char)*s;
    switch (*p) {
    case '.': return 1;
    case '%': return osvc_match_class(c, (unsigned char)p[1]);
    case '[': osvc_pass(m, (size_t)(end - p)); return osvc_match_set(c, p, end - 1);
    default: return (unsigned char)*p == c;
    }
}

static const char *_Nullable osvc_balance(osvc_match *m, const char *s, const char *p) {
    if (p >= m->pattern_end - 1)
        luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
    if (s >= m->source_end || *s != *p)
        return NULL;
    int open = *p, close = p[1], nested = 1;
    while (++s < m->source_end) {
        osvc_step(m);
        if (*s == close) {
            if (--nested == 0)
                return s + 1;
        } else if (*s == open) {
            nested++;
        }
    }
    return NULL;
}

static const char *_Nullable osvc_max_expand(
    osvc_match *m, const char *s, const char *p, const char *end) {
    ptrdiff_t i = 0;
    while (osvc_single(m, s + i, p, end)) {
        osvc_step(m);
        i++;
    }
    for (; i >= 0; i--) {
        osvc_step(m);
        const char *result = osvc_do_match(m, s + i, end + 1);
        if (result)
            return result;
    }
    return NULL;
}

static const char *_Nullable osvc_min_expand(
    osvc_match *m, const char *s, const char *p, const char *end) {
    for (;; s++) {
        osvc_step(m);
        const char *result = osvc_do_match(m, s, end + 1);
        if (result)
            return result;
        if (!osvc_single(m, s, p, end))
            return NULL;
    }
}

static const char *_Nullable osvc_open_capture(
    osvc_match *m, const char *s, const char *p, int what) {
    if (m->level >= OSVC_CAPTURES)
        luaL_error(m->L, "too many captures");
    m->capture[m->level].start = s;
    m->capture[m->level].length = what;
    m->level++;
    const char *result = osvc_do_match(m, s, p);
    if (!result)
        m->level--;
    return result;
}

static const char *_Nullable osvc_close_capture(osvc_match *m, const char *s, const char *p) {
    int level = m->level - 1;
    while (level >= 0 && m->capture[level].length != OSVC_UNCLOSED)
        level--;
    if (level < 0)
        luaL_error(m->L, "invalid pattern capture");
    m->capture[level].length = s - m->capture[level].start;
    const char *result = osvc_do_match(m, s, p);
    if (!result)
        m->capture[level].length = OSVC_UNCLOSED;
    return result;
}

static const char *_Nullable osvc_back_reference(osvc_match *m, const char *s, int letter) {
    int level = letter - '1';
    if (level < 0 || level >= m->level || m->capture[level].length == OSVC_UNCLOSED)
        luaL_error(m->L, "invalid capture index %%%d in pattern", level + 1);
    size_t length = (size_t)m->capture[level].length;
    if ((size_t)(m->source_end - s) < length)
        return NULL;
    osvc_pass(m, length);
    return memcmp(m->capture[level].start, s, length) == 0 ? s + length : NULL;
}

/* %f[set] at `p`, after the f: where the set begins to hold; sets `*rest`. */
static int osvc_frontier(osvc_match *m, const char *s, const char *p, const char *_Nonnull *_Nonnull rest) {
    if (p == m->pattern_end || *p != '[')
        luaL_error(m->L, "missing '[' after '%%f' in pattern");
    const char *end = osvc_class_end(m, p);
    int before = s == m->source ? 0 : (unsigned char)s[-1];
    int here = s == m->source_end ? 0 : (unsigned char)*s;
    *rest = end;
    osvc_pass(m, 2 * (size_t)(end - p));
    return !osvc_match_set(before, p, end - 1) && osvc_match_set(here, p, end - 1);
}

/* One item with what may follow it; goes on at `*p` when it returns `*s` moved and `1`. */
static const char *_Nullable osvc_item(
    osvc_match *m, const char *s, const char *_Nonnull *_Nonnull p, int *again) {
    const char *end = osvc_class_end(m, *p);
    int mark = end < m->pattern_end ? *end : 0;
    *again = 0;
    if (mark == '*')
        return osvc_max_expand(m, s, *p, end);
    if (mark == '-')
        return osvc_min_expand(m, s, *p, end);
    int single = osvc_single(m, s, *p, end);
    if (mark == '+')
        return single ? osvc_max_expand(m, s + 1, *p, end) : NULL;
    if (mark == '?') {
        const char *result = single ? osvc_do_match(m, s + 1, end + 1) : NULL;
        if (result)
            return result;
        *p = end + 1;
        *again = 1;
        return s;
    }
    if (!single)
        return NULL;
    *p = end;
    *again = 1;
    return s + 1;
}

static const char *_Nullable osvc_match_here(osvc_match *m, const char *s, const char *p) {
    int again = 1;
    while (s && again && p != m->pattern_end) {
        osvc_step(m);
        int next = p + 1 < m->pattern_end ? p[1] : 0;
        if (*p == '(')
            return next == ')' ? osvc_open_capture(m, s, p + 2, OSVC_POSITION)
                               : osvc_open_capture(m, s, p + 1, OSVC_UNCLOSED);
        if (*p == ')')
            return osvc_close_capture(m, s, p + 1);
        if (*p == '$' && p + 1 == m->pattern_end)
            return s == m->source_end ? s : NULL;
        if (*p == '%' && next == 'b') {
            s = osvc_balance(m, s, p + 2);
            p += 4;
        } else if (*p == '%' && next == 'f') {
            if (!osvc_frontier(m, s, p + 2, &p))
                return NULL;
        } else if (*p == '%' && isdigit(next)) {
            s = osvc_back_reference(m, s, next);
            p += 2;
        } else {
            s = osvc_item(m, s, &p, &again);
        }
    }
    return s;
}

static const char *_Nullable osvc_do_match(osvc_match *m, const char *s, const char *p) {
    if (m->depth-- == 0)
        luaL_error(m->L, "pattern too complex");
    const char *result = osvc_match_here(m, s, p);
    m->depth++;
    return result;
}

static void osvc_push_capture(osvc_match *m, int i, const char *s, const char *end) {
    if (i >= m->level) {
        if (i != 0)
            luaL_error(m->L, "invalid capture index %%%d", i + 1);
        lua_pushlstring(m->L, s, (size_t)(end - s));
        return;
    }
    ptrdiff_t length = m->capture[i].length;
    if (length == OSVC_UNCLOSED)
        luaL_error(m->L, "unfinished capture");
    if (length == OSVC_POSITION)
        lua_pushinteger(m->L, m->capture[i].start - m->source + 1);
    else
        lua_pushlstring(m->L, m->capture[i].start, (size_t)length);
}

/* Pushes all captures, the whole match when there are none and `whole`. */
static int osvc_push_captures(osvc_match *m, const char *s, const char *end, int whole) {
    int count = m->level == 0 && whole ? 1 : m->level;
    luaL_checkstack(m->L, count, "too many captures");
    for (int i = 0; i < count; i++)
        osvc_push_capture(m, i, s, end);
    return count;
}

static void osvc_prepare(
    osvc_match *m, lua_State *L, const char *s, size_t length, const char *p, size_t plength) {
    m->L = L;
    m->host = osvc_host_of(L);
    m->source = s;
    m->source_end = s + length;
    m->pattern_end = p + plength;
    m->depth = OSVC_DEPTH;
    m->level = 0;
    m->steps = 0;
}

static size_t osvc_start(lua_Integer position, size_t length) {
    if (position > 0)
        return (size_t)position - 1;
    if (position == 0 || position < -(lua_Integer)length)
        return 0;
    return length - (size_t)-position;
}

/* Where `p` is in `s`, letter by letter, or NULL. */
static const char *_Nullable osvc_find_plain(
    osvc_match *m, const char *s, size_t length, const char *p, size_t plength) {
    if (plength == 0)
        return s;
    while (length >= plength) {
        const char *hit = (const char *)memchr(s, *p, length - plength + 1);
        if (!hit)
            return NULL;
        osvc_pass(m, plength);
        osvc_step(m);
        if (memcmp(hit, p, plength) == 0)
            return hit;
        length -= (size_t)(hit + 1 - s);
        s = hit + 1;
    }
    return NULL;
}

static int osvc_find_or_match(lua_State *L, int find) {
    size_t length, plength;
    const char *s = luaL_checklstring(L, 1, &length);
    const char *p = luaL_checklstring(L, 2, &plength);
    size_t start = osvc_start(luaL_optinteger(L, 3, 1), length);
    osvc_match m;
    osvc_prepare(&m, L, s, length, p, plength);
    if (start > length) {
        luaL_pushfail(L);
        return 1;
    }
    int plain = lua_toboolean(L, 4);
    for (size_t i = 0; !plain && i <= plength; i++)
        plain = i == plength ? 2 : strchr("^$*+?.([%-", p[i]) && p[i] ? -1 : 0;
    if (find && plain > 0) {
        const char *hit = osvc_find_plain(&m, s + start, length - start, p, plength);
        if (!hit) {
            luaL_pushfail(L);
            return 1;
        }
        lua_pushinteger(L, hit - s + 1);
        lua_pushinteger(L, hit - s + (lua_Integer)plength);
        return 2;
    }
    int anchor = plength > 0 && *p == '^';
    p += anchor;
    const char *at = s + start;
    do {
        osvc_step(&m);
        m.level = 0;
        m.depth = OSVC_DEPTH;
        const char *end = osvc_do_match(&m, at, p);
        if (!end)
            continue;
        if (!find)
            return osvc_push_captures(&m, at, end, 1);
        lua_pushinteger(L, at - s + 1);
        lua_pushinteger(L, end - s);
        return osvc_push_captures(&m, at, end, 0) + 2;
    } while (at++ < m.source_end && !anchor);
    luaL_pushfail(L);
    return 1;
}

static int osvc_string_find(lua_State *L) { return osvc_find_or_match(L, 1); }
static int osvc_string_match(lua_State *L) { return osvc_find_or_match(L, 0); }

/* Upvalues: subject, pattern, offset of the next try, offset of the last match's end or -1. */
static int osvc_gmatch_step(lua_State *L) {
    size_t length, plength;
    const char *s = lua_tolstring(L, lua_upvalueindex(1), &length);
    const char *p = lua_tolstring(L, lua_upvalueindex(2), &plength);
    size_t offset = (size_t)lua_tointeger(L, lua_upvalueindex(3));
    lua_Integer last = lua_tointeger(L, lua_upvalueindex(4));
    osvc_match m;
    osvc_prepare(&m, L, s, length, p, plength);
    for (; offset <= length; offset++) {
        osvc_step(&m);
        m.level = 0;
        m.depth = OSVC_DEPTH;
        const char *end = osvc_do_match(&m, s + offset, p);
        if (!end || end - s == last)
            continue;
        lua_pushinteger(L, end - s);
        lua_pushvalue(L, -1);
        lua_replace(L, lua_upvalueindex(3));
        lua_replace(L, lua_upvalueindex(4));
        return osvc_push_captures(&m, s + offset, end, 1);
    }
    lua_pushinteger(L, (lua_Integer)length + 1);
    lua_replace(L, lua_upvalueindex(3));
    return 0;
}

static int osvc_string_gmatch(lua_State *L) {
    size_t length;
    luaL_checklstring(L, 1, &length);
    luaL_checkstring(L, 2);
    size_t start = osvc_start(luaL_optinteger(L, 3, 1), length);
    lua_settop(L, 2);
    lua_pushinteger(L, (lua_Integer)(start > length ? length + 1 : start));
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, osvc_gmatch_step, 4);
    return 1;
}

/* Adds the replacement text of argument 3, with %0 to %9 filled in. */
static void osvc_add_text(osvc_match *m, luaL_Buffer *b, const char *s, const char *end) {
    size_t length;
    const char *text = lua_tolstring(m->L, 3, &length), *p;
    while ((p = (const char *)memchr(text, '%', length)) != NULL) {
        luaL_addlstring(b, text, (size_t)(p - text));
        p++;
        if (p < text + length && *p == '%') {
            luaL_addchar(b, '%');
        } else if (p < text + length && *p == '0') {
            luaL_addlstring(b, s, (size_t)(end - s));
        } else if (p < text + length && isdigit((unsigned char)*p)) {
            osvc_push_capture(m, *p - '1', s, end);
            luaL_tolstring(m->L, -1, NULL);
            lua_remove(m->L, -2);
            luaL_addvalue(b);
        } else {
            luaL_error(m->L, "invalid use of '%%' in replacement string");
        }
        length -= (size_t)(p + 1 - text);
        text = p + 1;
    }
    luaL_addlstring(b, text, length);
}

/* Adds what replaces s..end; whether it differs. */
static int osvc_add_value(osvc_match *m, luaL_Buffer *b, const char *s, const char *end) {
    lua_State *L = m->L;
    int type = lua_type(L, 3);
    if (type == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        lua_call(L, osvc_push_captures(m, s, end, 1), 1);
    } else if (type == LUA_TTABLE) {
        osvc_push_capture(m, 0, s, end);
        lua_gettable(L, 3);
    } else {
        osvc_add_text(m, b, s, end);
        return 1;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(b, s, (size_t)(end - s));
        return 0;
    }
    if (!lua_isstring(L, -1))
        return luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    luaL_addvalue(b);
    return 1;
}

static int osvc_string_gsub(lua_State *L) {
    size_t length, plength;
    const char *s = luaL_checklstring(L, 1, &length), *last = NULL;
    const char *p = luaL_checklstring(L, 2, &plength);
    int type = lua_type(L, 3);
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1), count = 0;
    luaL_argexpected(
        L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION
            || type == LUA_TTABLE,
        3, "string/function/table");
    int anchor = plength > 0 && *p == '^', changed = 0;
    osvc_match m;
    luaL_Buffer b;
    osvc_prepare(&m, L, s, length, p, plength);
    p += anchor;
    luaL_buffinit(L, &b);
    while (count < most) {
        osvc_step(&m);
        m.level = 0;
        m.depth = OSVC_DEPTH;
        const char *end = osvc_do_match(&m, s, p);
        if (end && end != last) {
            count++;
            changed |= osvc_add_value(&m, &b, s, end);
            s = last = end;
        } else if (s < m.source_end) {
            luaL_addchar(&b, *s++);
        } else {
            break;
        }
        if (anchor)
            break;
    }
    if (changed) {
        luaL_addlstring(&b, s, (size_t)(m.source_end - s));
        luaL_pushresult(&b);
    } else {
        lua_pushvalue(L, 1);
    }
    lua_pushinteger(L, count);
    return 2;
}

#pragma clang assume_nonnull end
#endif
