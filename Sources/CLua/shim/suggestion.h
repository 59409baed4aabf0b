#ifndef OSVC_CLUA_SUGGESTION_H
#define OSVC_CLUA_SUGGESTION_H

/* The nearest name to one that is not there. */

#include "host.h"

#pragma clang assume_nonnull begin

/* How many letters differ (insert, delete, replace, swap); `limit` + 1 or more when too many. */
static int osvc_distance(const char *a, size_t n, const char *b, size_t m, int limit) {
    enum { room = 40 };
    if (n >= room || m >= room)
        return limit + 1;
    int rows[3][room], *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= m; j++)
        above[j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            int best = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]
                && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
        }
        int *free_row = before;
        before = above;
        above = row;
        row = free_row;
    }
    return above[m];
}

/* Pushes ` (did you mean 'mnt'?)` for the nearest key of the table at `index`, or "". [-0, +1] */
static void osvc_push_suggestion(lua_State *L, int index, const char *name, size_t length) {
    const char *best = NULL;
    int least = length <= 3 ? 1 : length <= 5 ? 2 : 3;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        size_t n;
        if (lua_type(L, -2) != LUA_TSTRING)
            continue;
        const char *key = lua_tolstring(L, -2, &n);
        int distance = osvc_distance(name, length, key, n, least);
        if (distance < least || (distance == least && (!best || strcmp(key, best) < 0))) {
            least = distance;
            best = key;
        }
    }
    if (best)
        lua_pushfstring(L, " (did you mean '%s'?)", best);
    else
        lua_pushliteral(L, "");
}

#pragma clang assume_nonnull end
#endif
