#ifndef OSVC_CLUA_SHIM_H
#define OSVC_CLUA_SHIM_H

/*
 * What Swift may not do with Lua, done in C.
 *
 * Lua raises with longjmp, and a Swift frame that is jumped over is never ended: `defer` and
 * `deinit` do not run and the exclusivity runtime keeps pointers into the dead frame. Hence:
 *
 * - who raises: only the functions of these headers, and only after Swift has returned to them
 *   (shim/call.h). Swift says "raise" with a number; C calls lua_error or lua_yieldk.
 * - who may fail for memory: only the VM. The allocator's limit (shim/host.h) is armed when the VM is
 *   entered and disarmed around every Swift function, so what Swift pushes cannot raise; real
 *   exhaustion of the machine ends the process.
 * - who ends a script: the count hook and what C charges to the same budget (shim/budget.h,
 *   shim/pattern.h, shim/list.h, shim/guard.h), which read one flag; a signal handler sets that
 *   flag and does nothing else (shim/watch.h).
 * - what is collected: userdata hold a number, and their __gc, in C, notes the number on a list
 *   that Swift reads later (shim/object.h).
 *
 * Everything is static and keeps its state in `osvc_host`, one per interpreter, reached from any
 * coroutine through lua_getextraspace: each importing module, and each file of a debug build, has
 * its own copy of these functions, so no address of one may mean anything.
 */

#include <lua.h>
#include <lauxlib.h>
#include <lualib.h>

#include "shim/watch.h"
#include "shim/host.h"
#include "shim/error.h"
#include "shim/budget.h"
#include "shim/wait.h"
#include "shim/call.h"
#include "shim/task.h"
#include "shim/object.h"
#include "shim/suggestion.h"
#include "shim/sorted.h"
#include "shim/module.h"
#include "shim/pattern.h"
#include "shim/list.h"
#include "shim/guard.h"
#include "shim/metatable.h"
#include "shim/text.h"
#include "shim/protect.h"
#include "shim/require.h"
#include "shim/sandbox.h"

#endif
