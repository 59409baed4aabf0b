#ifndef OSVC_CLUA_PATTERN_H
#define OSVC_CLUA_PATTERN_H

/*
 * string.find, match, gmatch and gsub whose steps count as instructions.
 *
 * No hook fires inside the library's own: ("a-"):rep(14) .. "b" on fourteen letters held the
 * processor for seconds, a few letters more for hours. Arguments and messages are those of Lua 5.4's
 * lstrlib.c (Copyright (C) 1994-2022 Lua.org, PUC-Rio, MIT licence), from which these follow; the matcher
 * is in Sources/CPattern.
 */

#include "budget.h"

#include <ctype.h>
#include <matcher.h>

#pragma clang assume_nonnull begin

/* The matcher has done so many steps; raises when the budget does not have them. */
static int osvc_spent(void *L, long steps) {
    osvc_charge((lua_State *)L, steps);
    return 0;
}

static void osvc_prepare(
    osvc_matcher *m, lua_State *L, const char *s, size_t length, const char *p, size_t plength, int anchors) {
    osvc_matcher_begin(m, s, length, p, plength, anchors, OSVC_STRIDE);
    m->spent = osvc_spent;
    m->context = L;
}

/* Raises what is wrong with the pattern, in Lua's words. */
static int osvc_raise_pattern(lua_State *L, const osvc_matcher *m) {
    switch (m->error) {
    case OSVC_MATCHER_DEEP: return luaL_error(L, "pattern too complex");
    case OSVC_MATCHER_CAPTURES: return luaL_error(L, "too many captures");
    case OSVC_MATCHER_PARENTHESIS: return luaL_error(L, "invalid pattern capture");
    case OSVC_MATCHER_INDEX:
        return luaL_error(L, "invalid capture index %%%d in pattern", *m->error_at - '0');
    case OSVC_MATCHER_PERCENT: return luaL_error(L, "malformed pattern (ends with '%%')");
    case OSVC_MATCHER_BRACKET: return luaL_error(L, "malformed pattern (missing ']')");
    case OSVC_MATCHER_BALANCE:
        return luaL_error(L, "malformed pattern (missing arguments to '%%b')");
    case OSVC_MATCHER_FRONTIER: return luaL_error(L, "missing '[' after '%%f' in pattern");
    case OSVC_MATCHER_GOOD:
    case OSVC_MATCHER_STOPPED: break; /* osvc_spent raises itself */
    }
    return 0;
}

/* Whether there is a match from `from` on that does not end at `but`. [-0, +0, e] */
static int osvc_find_next(lua_State *L, osvc_matcher *m, const char *from, const char *_Nullable but) {
    if (__builtin_expect(osvc_matcher_find(m, from, but), 1))
        return 1;
    osvc_raise_pattern(L, m);
    return 0;
}

static void osvc_push_capture(lua_State *L, const osvc_matcher *m, int i) {
    if (i >= m->level) {
        if (i != 0)
            luaL_error(L, "invalid capture index %%%d", i + 1);
        lua_pushlstring(L, m->start, (size_t)(m->end - m->start));
        return;
    }
    ptrdiff_t length = m->capture[i].length;
    if (length == OSVC_UNCLOSED)
        luaL_error(L, "unfinished capture");
    if (length == OSVC_POSITION)
        lua_pushinteger(L, m->capture[i].start - m->subject + 1);
    else
        lua_pushlstring(L, m->capture[i].start, (size_t)length);
}

/* Pushes all captures, the whole match when there are none and `whole`. */
static int osvc_push_captures(lua_State *L, const osvc_matcher *m, int whole) {
    int count = m->level == 0 && whole ? 1 : m->level;
    luaL_checkstack(L, count, "too many captures");
    for (int i = 0; i < count; i++)
        osvc_push_capture(L, m, i);
    return count;
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
    lua_State *L, const char *s, size_t length, const char *p, size_t plength) {
    if (plength == 0)
        return s;
    int64_t steps = 0;
    while (length >= plength) {
        const char *hit = (const char *)memchr(s, *p, length - plength + 1);
        if (!hit)
            return NULL;
        steps += (int64_t)(plength / 16) + 1;
        if (steps >= OSVC_STRIDE) {
            osvc_charge(L, steps);
            steps = 0;
        }
        if (memcmp(hit, p, plength) == 0)
            return hit;
        length -= (size_t)(hit + 1 - s);
        s = hit + 1;
    }
    return NULL;
}

/* Whether each letter of the pattern stands for itself. */
static int osvc_is_plain(const char *p, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (p[i] && strchr("^$*+?.([%-", p[i]))
            return 0;
    return 1;
}

static int osvc_find_or_match(lua_State *L, int find) {
    size_t length, plength;
    const char *s = luaL_checklstring(L, 1, &length);
    const char *p = luaL_checklstring(L, 2, &plength);
    size_t start = osvc_start(luaL_optinteger(L, 3, 1), length);
    if (start > length) {
        luaL_pushfail(L);
        return 1;
    }
    if (find && (lua_toboolean(L, 4) || osvc_is_plain(p, plength))) {
        const char *hit = osvc_find_plain(L, s + start, length - start, p, plength);
        if (!hit) {
            luaL_pushfail(L);
            return 1;
        }
        lua_pushinteger(L, hit - s + 1);
        lua_pushinteger(L, hit - s + (lua_Integer)plength);
        return 2;
    }
    osvc_matcher m;
    osvc_prepare(&m, L, s, length, p, plength, 1);
    if (!osvc_find_next(L, &m, s + start, NULL)) {
        luaL_pushfail(L);
        return 1;
    }
    if (!find)
        return osvc_push_captures(L, &m, 1);
    lua_pushinteger(L, m.start - s + 1);
    lua_pushinteger(L, m.end - s);
    return osvc_push_captures(L, &m, 0) + 2;
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
    osvc_matcher m;
    osvc_prepare(&m, L, s, length, p, plength, 0);
    if (offset > length || !osvc_find_next(L, &m, s + offset, last < 0 ? NULL : s + last)) {
        lua_pushinteger(L, (lua_Integer)length + 1);
        lua_replace(L, lua_upvalueindex(3));
        return 0;
    }
    lua_pushinteger(L, m.end - s);
    lua_pushvalue(L, -1);
    lua_replace(L, lua_upvalueindex(3));
    lua_replace(L, lua_upvalueindex(4));
    return osvc_push_captures(L, &m, 1);
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
static void osvc_add_text(lua_State *L, const osvc_matcher *m, luaL_Buffer *b) {
    size_t length;
    const char *text = lua_tolstring(L, 3, &length), *p;
    while ((p = (const char *)memchr(text, '%', length)) != NULL) {
        luaL_addlstring(b, text, (size_t)(p - text));
        p++;
        if (p < text + length && *p == '%') {
            luaL_addchar(b, '%');
        } else if (p < text + length && *p == '0') {
            luaL_addlstring(b, m->start, (size_t)(m->end - m->start));
        } else if (p < text + length && isdigit((unsigned char)*p)) {
            osvc_push_capture(L, m, *p - '1');
            luaL_tolstring(L, -1, NULL);
            lua_remove(L, -2);
            luaL_addvalue(b);
        } else {
            luaL_error(L, "invalid use of '%%' in replacement string");
        }
        length -= (size_t)(p + 1 - text);
        text = p + 1;
    }
    luaL_addlstring(b, text, length);
}

/* Adds what replaces the match; whether it differs. */
static int osvc_add_value(lua_State *L, const osvc_matcher *m, luaL_Buffer *b) {
    int type = lua_type(L, 3);
    if (type == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        lua_call(L, osvc_push_captures(L, m, 1), 1);
    } else if (type == LUA_TTABLE) {
        osvc_push_capture(L, m, 0);
        lua_gettable(L, 3);
    } else {
        osvc_add_text(L, m, b);
        return 1;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(b, m->start, (size_t)(m->end - m->start));
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
    int type = lua_type(L, 3), changed = 0;
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1), count = 0;
    luaL_argexpected(
        L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION
            || type == LUA_TTABLE,
        3, "string/function/table");
    osvc_matcher m;
    luaL_Buffer b;
    osvc_prepare(&m, L, s, length, p, plength, 1);
    luaL_buffinit(L, &b);
    while (count < most && osvc_find_next(L, &m, s, last)) {
        count++;
        luaL_addlstring(&b, s, (size_t)(m.start - s));
        changed |= osvc_add_value(L, &m, &b);
        s = last = m.end;
        if (m.is_anchored)
            break;
    }
    if (changed) {
        luaL_addlstring(&b, s, (size_t)(m.subject_end - s));
        luaL_pushresult(&b);
    } else {
        lua_pushvalue(L, 1);
    }
    lua_pushinteger(L, count);
    return 2;
}

#pragma clang assume_nonnull end
#endif
