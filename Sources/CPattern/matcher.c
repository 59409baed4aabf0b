#include "class.h"
#include "include/matcher.h"

#include <string.h>

#pragma clang assume_nonnull begin

/* No more steps are left then: whatever would go on ends at its next one. */
static const char *_Nullable fail(osvc_matcher *m, enum osvc_matcher_error error, const char *_Nullable at) {
    m->left = 0;
    m->error = error;
    m->error_at = at;
    return NULL;
}

static int spend(osvc_matcher *m) {
    if (m->error)
        return 0;
    long steps = m->stride - m->left;
    m->left = m->stride;
    if (m->spent && !m->spent(m->context, steps))
        return 1;
    fail(m, OSVC_MATCHER_STOPPED, NULL);
    return 0;
}

/* Counts one step; 0 when the search has to end. Whatever repeats takes one each time, before all else. */
static inline int step(osvc_matcher *m) { return __builtin_expect(--m->left > 0, 1) || spend(m); }

/* Bytes compared or passed over within one step; the next step counts them. */
static inline void pass(osvc_matcher *m, size_t bytes) { m->left -= (long)(bytes / 16); }

static const char *_Nullable match(osvc_matcher *m, const char *s, const char *p);

/* The end of the class, set or letter at `p`, which is not the pattern's end. */
static inline const char *_Nullable class_end(osvc_matcher *m, const char *p) {
    const char *end = find_class_end(p, m->pattern_end);
    if (!end)
        return fail(m, *p == '%' ? OSVC_MATCHER_PERCENT : OSVC_MATCHER_BRACKET, p);
    pass(m, (size_t)(end - p));
    return end;
}

/* Whether the byte at `s` is of the class p..end. */
static inline int matches_one(osvc_matcher *m, const char *s, const char *p, const char *end) {
    if (s >= m->subject_end)
        return 0;
    int c = (unsigned char)*s;
    switch (*p) {
    case '.': return 1;
    case '%': return matches_class(c, (unsigned char)p[1]);
    case '[': pass(m, (size_t)(end - p)); return matches_set(c, p, end - 1);
    default: return (unsigned char)*p == c;
    }
}

/* %bxy: the letters are at `p`. */
static const char *_Nullable balanced(osvc_matcher *m, const char *s, const char *p) {
    if (p >= m->pattern_end - 1)
        return fail(m, OSVC_MATCHER_BALANCE, p - 2);
    if (s >= m->subject_end || *s != *p)
        return NULL;
    int open = *p, close = p[1], nested = 1;
    while (++s < m->subject_end) {
        if (!step(m))
            return NULL;
        if (*s == close) {
            if (--nested == 0)
                return s + 1;
        } else if (*s == open) {
            nested++;
        }
    }
    return NULL;
}

static const char *_Nullable longest(osvc_matcher *m, const char *s, const char *p, const char *end) {
    ptrdiff_t i = 0;
    while (matches_one(m, s + i, p, end)) {
        if (!step(m))
            return NULL;
        i++;
    }
    for (; i >= 0; i--) {
        if (!step(m))
            return NULL;
        const char *result = match(m, s + i, end + 1);
        if (result)
            return result;
    }
    return NULL;
}

static const char *_Nullable shortest(osvc_matcher *m, const char *s, const char *p, const char *end) {
    for (; step(m); s++) {
        const char *result = match(m, s, end + 1);
        if (result)
            return result;
        if (!matches_one(m, s, p, end))
            return NULL;
    }
    return NULL;
}

static const char *_Nullable open_capture(osvc_matcher *m, const char *s, const char *p, int length) {
    if (m->level >= OSVC_CAPTURES)
        return fail(m, OSVC_MATCHER_CAPTURES, p);
    m->capture[m->level].start = s;
    m->capture[m->level].length = length;
    m->level++;
    const char *result = match(m, s, p);
    if (!result)
        m->level--;
    return result;
}

static const char *_Nullable close_capture(osvc_matcher *m, const char *s, const char *p) {
    int level = m->level - 1;
    while (level >= 0 && m->capture[level].length != OSVC_UNCLOSED)
        level--;
    if (level < 0)
        return fail(m, OSVC_MATCHER_PARENTHESIS, p - 1);
    m->capture[level].length = s - m->capture[level].start;
    const char *result = match(m, s, p);
    if (!result)
        m->capture[level].length = OSVC_UNCLOSED;
    return result;
}

/* %1: what the capture with the digit at `p` is, once more. */
static const char *_Nullable repeated(osvc_matcher *m, const char *s, const char *p) {
    int level = *p - '1';
    if (level < 0 || level >= m->level || m->capture[level].length == OSVC_UNCLOSED)
        return fail(m, OSVC_MATCHER_INDEX, p);
    size_t length = (size_t)m->capture[level].length;
    if ((size_t)(m->subject_end - s) < length)
        return NULL;
    pass(m, length);
    return memcmp(m->capture[level].start, s, length) == 0 ? s + length : NULL;
}

/* %f[set], its set at `p`: the end of the set when it begins to hold at `s`. */
static const char *_Nullable frontier(osvc_matcher *m, const char *s, const char *p) {
    if (p == m->pattern_end || *p != '[')
        return fail(m, OSVC_MATCHER_FRONTIER, p - 2);
    const char *end = class_end(m, p);
    if (!end)
        return NULL;
    int before = s == m->subject ? 0 : (unsigned char)s[-1];
    int here = s == m->subject_end ? 0 : (unsigned char)*s;
    pass(m, 2 * (size_t)(end - p));
    return !matches_set(before, p, end - 1) && matches_set(here, p, end - 1) ? end : NULL;
}

/* One class with what may follow it. Sets `*rest`, else NULL, where the match goes on there at what it returns. */
static inline const char *_Nullable item(
    osvc_matcher *m, const char *s, const char *p, const char *_Nullable *_Nonnull rest) {
    *rest = NULL;
    const char *end = class_end(m, p);
    if (!end)
        return NULL;
    switch (end < m->pattern_end ? *end : 0) {
    case '*': return longest(m, s, p, end);
    case '-': return shortest(m, s, p, end);
    case '+': return matches_one(m, s, p, end) ? longest(m, s + 1, p, end) : NULL;
    case '?': {
        const char *result = matches_one(m, s, p, end) ? match(m, s + 1, end + 1) : NULL;
        if (result)
            return result;
        *rest = end + 1;
        return s;
    }
    default:
        *rest = end;
        return matches_one(m, s, p, end) ? s + 1 : NULL;
    }
}

static const char *_Nullable match_here(osvc_matcher *m, const char *s, const char *_Nullable p) {
    while (s && p && p != m->pattern_end) {
        if (!step(m))
            return NULL;
        int next = p + 1 < m->pattern_end ? (unsigned char)p[1] : 0;
        if (*p == '(')
            return next == ')' ? open_capture(m, s, p + 2, OSVC_POSITION)
                               : open_capture(m, s, p + 1, OSVC_UNCLOSED);
        if (*p == ')')
            return close_capture(m, s, p + 1);
        if (*p == '$' && p + 1 == m->pattern_end)
            return s == m->subject_end ? s : NULL;
        if (*p == '%' && next == 'b') {
            s = balanced(m, s, p + 2);
            p += 4;
        } else if (*p == '%' && next == 'f') {
            p = frontier(m, s, p + 2);
            if (!p)
                return NULL;
        } else if (*p == '%' && isdigit(next)) {
            s = repeated(m, s, p + 1);
            p += 2;
        } else {
            s = item(m, s, p, &p);
        }
    }
    return s;
}

/* Where the match of the pattern from `p` on ends that begins at `s`, or NULL. */
static const char *_Nullable match(osvc_matcher *m, const char *s, const char *p) {
    if (m->depth == 0)
        return fail(m, OSVC_MATCHER_DEEP, p);
    m->depth--;
    const char *result = match_here(m, s, p);
    m->depth++;
    return result;
}

int osvc_matcher_find(osvc_matcher *m, const char *from, const char *_Nullable but) {
    do {
        if (!step(m))
            return 0;
        m->level = 0;
        m->depth = OSVC_DEPTH;
        const char *end = match(m, from, m->pattern);
        if (end && end != but) {
            m->start = from;
            m->end = end;
            return 1;
        }
    } while (from++ < m->subject_end && !m->is_anchored);
    return 0;
}

int osvc_pattern_occurs(
    const void *subject, size_t length, const void *pattern, size_t pattern_length, long limit) {
    osvc_matcher m;
    osvc_matcher_begin(&m, subject, length, pattern, pattern_length, 1, limit);
    if (!osvc_matcher_find(&m, subject, NULL))
        return m.error ? -1 : 0;
    for (int i = 0; i < m.level; i++)
        if (m.capture[i].length == OSVC_UNCLOSED)
            return -1;
    return 1;
}

#pragma clang assume_nonnull end
