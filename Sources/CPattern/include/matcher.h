/* Finds a Lua pattern (Lua 5.4 manual, section 6.4.1) in a text of bytes, without Lua.
 *
 * A pattern such as `a-a-a-b` takes time that grows with a power of the length of the text, and no limit of lengths
 * refuses only such patterns. So what is done is counted in steps: one for each item that is tried, one for each
 * byte that a repetition passes, one for every 16 bytes that are compared.
 *
 * The language and the limits are those of Lua's lstrlib.c (Copyright (C) 1994-2022 Lua.org, PUC-Rio, MIT licence),
 * from which the matcher follows. */
#ifndef OSVC_MATCHER_H
#define OSVC_MATCHER_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/* The most captures (LUA_MAXCAPTURES), and how deep items nest that may be tried again (MAXCCALLS). */
enum { OSVC_CAPTURES = 32, OSVC_DEPTH = 200 };

/* Lengths of captures: one without its closing parenthesis, and `()`, which is a position. */
enum { OSVC_UNCLOSED = -1, OSVC_POSITION = -2 };

/* Why there is no answer. */
enum osvc_matcher_error {
    OSVC_MATCHER_GOOD = 0,
    OSVC_MATCHER_STOPPED,     /* it takes more steps than allowed */
    OSVC_MATCHER_DEEP,        /* items nest deeper than OSVC_DEPTH */
    OSVC_MATCHER_CAPTURES,    /* more than OSVC_CAPTURES */
    OSVC_MATCHER_PARENTHESIS, /* one closes nothing */
    OSVC_MATCHER_INDEX,       /* a digit after % names no capture that is closed */
    OSVC_MATCHER_PERCENT,     /* % at the end */
    OSVC_MATCHER_BRACKET,     /* a set without its end */
    OSVC_MATCHER_BALANCE,     /* %b without its two letters */
    OSVC_MATCHER_FRONTIER,    /* %f without a set */
};

/* A text, a pattern and what was found. The two are borrowed. */
typedef struct osvc_matcher {
    const char *subject, *subject_end;
    const char *pattern, *pattern_end; /* without the ^ that anchors it */
    int is_anchored;

    /* After `stride` steps `spent` is called with their number; it answers whether to stop. It may also leave by
     * longjmp: nothing here has to be undone. NULL: the search stops then. */
    long stride, left;
    int (*_Nullable spent)(void *_Nullable context, long steps);
    void *_Nullable context;

    /* Where the match begins and ends, and its captures; valid after a search that found one. */
    const char *_Nullable start, *_Nullable end;
    int depth, level; /* level: how many captures there are */
    struct {
        const char *_Nullable start;
        ptrdiff_t length;
    } capture[OSVC_CAPTURES];

    enum osvc_matcher_error error;
    const char *_Nullable error_at; /* in the pattern; NULL when it is no place's fault */
} osvc_matcher;

/* Begins: a matcher that stops after `stride` steps. A ^ in front anchors the pattern where `anchors`, else it
 * stands for itself. */
static inline void osvc_matcher_begin(
    osvc_matcher *m, const char *subject, size_t length, const char *pattern, size_t pattern_length,
    int anchors, long stride) {
    m->is_anchored = anchors && pattern_length > 0 && *pattern == '^';
    m->subject = subject;
    m->subject_end = subject + length;
    m->pattern = pattern + m->is_anchored;
    m->pattern_end = pattern + pattern_length;
    m->stride = m->left = stride;
    m->spent = NULL;
    m->context = NULL;
    m->error = OSVC_MATCHER_GOOD;
    m->error_at = NULL;
    m->level = 0;
}

/* Searches from `from` on, a place in the subject or its end, for a match that does not end at `but`. Answers
 * whether there is one; 0 also for an error. */
int osvc_matcher_find(osvc_matcher *m, const char *from, const char *_Nullable but);

/* Whether the pattern occurs in the subject: 1 or 0; -1 when it is malformed or takes `limit` steps. */
int osvc_pattern_occurs(
    const void *subject, size_t length, const void *pattern, size_t pattern_length, long limit);

#pragma clang assume_nonnull end
#endif
