#ifndef OSVC_CLASS_H
#define OSVC_CLASS_H

/* The classes of Lua's patterns: a letter, `%a`, a set in brackets. */

#include <ctype.h>
#include <stddef.h>

#pragma clang assume_nonnull begin

/* The end of the set that begins at the bracket `p`, or NULL when it has none before `end`. */
static const char *_Nullable find_set_end(const char *p, const char *end) {
    p++;
    if (p < end && *p == '^')
        p++;
    /* A bracket in the first place stands for itself. */
    do {
        if (p == end || (*p == '%' && ++p == end))
            return NULL;
        p++;
    } while (p == end || *p != ']');
    return p + 1;
}

/* The end of the class that begins at `p`, a place before `end`, or NULL when it has none. */
static inline const char *_Nullable find_class_end(const char *p, const char *end) {
    switch (*p) {
    case '%': return p + 1 == end ? NULL : p + 2;
    case '[': return find_set_end(p, end);
    default: return p + 1;
    }
}

static int matches_class(int c, int class_letter) {
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
static int matches_set(int c, const char *p, const char *last) {
    int wanted = 1;
    if (p[1] == '^') {
        wanted = 0;
        p++;
    }
    while (++p < last) {
        if (*p == '%') {
            p++;
            if (matches_class(c, (unsigned char)*p))
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

#pragma clang assume_nonnull end
#endif
