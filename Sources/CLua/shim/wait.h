#ifndef OSVC_CLUA_WAIT_H
#define OSVC_CLUA_WAIT_H

/* Where a script cannot wait, and how that is said. */

#include "error.h"

#pragma clang assume_nonnull begin

/* Libraries whose functions cannot be waited under, and the exceptions among them. */
static int osvc_can_wait_under(const char *name) {
    return strcmp(name, "pcall") == 0 || strcmp(name, "xpcall") == 0
        || strcmp(name, "pairs") == 0 || strcmp(name, "error") == 0;
}

/* The library name of the function on the top, `table.sort`, or NULL; pops it. [-1, +0] */
static const char *_Nullable osvc_library_name(lua_State *L, char *room, size_t size) {
    static const char *const libraries[] = {"_G", "table", "string", "utf8", "math"};
    const char *found = NULL;
    int function = lua_gettop(L);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries && !found; i++) {
        lua_getfield(L, function + 1, libraries[i]);
        lua_pushnil(L);
        while (lua_next(L, function + 2)) {
            if (lua_type(L, -2) == LUA_TSTRING && lua_rawequal(L, -1, function)) {
                const char *prefix = i == 0 ? "" : libraries[i];
                snprintf(room, size, "%s%s%s", prefix, i == 0 ? "" : ".", lua_tostring(L, -2));
                found = room;
                break;
            }
            lua_pop(L, 1);
        }
        lua_settop(L, function + 1);
    }
    lua_settop(L, function - 1);
    return found;
}

/* Raises "cannot wait inside table.sort", naming what stands between here and the task. */
static int osvc_cannot_wait(lua_State *L) {
    osvc_host *h = osvc_host_of(L);
    lua_Debug ar;
    char room[128];
    /* Finding a level takes time in proportion to it. */
    for (int level = 1; level < 1000 && lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "Sf", &ar);
        if (strcmp(ar.what, "C") != 0) {
            lua_pop(L, 1);
            continue;
        }
        const char *name = osvc_library_name(L, room, sizeof room);
        if (name && !osvc_can_wait_under(name)) {
            lua_pushfstring(L, "cannot wait inside %s", name);
            return osvc_raise(L, "lua", 0);
        }
    }
    lua_pushstring(L, h->phase == OSVC_LOAD ? "cannot wait at load" : "cannot wait here");
    return osvc_raise(L, "lua", 0);
}

#pragma clang assume_nonnull end
#endif
