#include "scanning.h"

#include <string.h>

/* The patterns of numbering plans, read as they stand: compiling them costs Python a millisecond each.

   Their signs: digits, \d, [2-57-9], (?:...), (...), |, $, and after one of these but the last two ?, {2} or {2,5}. A set of places of the number
   is a set of bits, and each part of a pattern takes the places where it may begin to those where it may end. */

enum { MOST = 30, DEEPEST = 16 };

typedef struct {
    const char *pattern, *end; /* what is left to read */
    const char *digits;
    int length, depth;
    bool broken;
} Plan;

static uint32_t either(Plan *plan, uint32_t from);

/* The end of a set "[...]" that begins at a place, and its digits as bits. */
static const char *digits_of_set(const char *c, const char *end, unsigned *set) {
    *set = 0;
    while (c < end && *c != ']') {
        if (*c < '0' || *c > '9') return NULL;
        int low = *c - '0', high = low;
        if (end - c > 2 && c[1] == '-') {
            if (c[2] < '0' || c[2] > '9') return NULL;
            high = c[2] - '0';
            c += 2;
        }
        for (; low <= high; low++) *set |= 1u << low;
        c++;
    }
    return c < end ? c + 1 : NULL;
}

static uint32_t after_digit(const Plan *plan, uint32_t from, unsigned set) {
    uint32_t to = 0;
    for (int i = 0; i < plan->length; i++)
        if (from >> i & 1 && set >> (plan->digits[i] - '0') & 1) to |= 2u << i;
    return to;
}

/* A number of digits of how often, at most 99. */
static int count(Plan *plan) {
    int number = -1;
    for (; plan->pattern < plan->end && *plan->pattern >= '0' && *plan->pattern <= '9' && number < 10; plan->pattern++)
        number = (number < 0 ? 0 : number) * 10 + (*plan->pattern - '0');
    return number;
}

/* How often what was read stands: once, or as the signs after it say. */
static void times(Plan *plan, int *least, int *most) {
    *least = *most = 1;
    if (plan->pattern == plan->end) return;
    if (*plan->pattern == '?') {
        plan->pattern++;
        *least = 0;
    } else if (*plan->pattern == '{') {
        plan->pattern++;
        *least = *most = count(plan);
        if (plan->pattern < plan->end && *plan->pattern == ',') {
            plan->pattern++;
            *most = count(plan);
        }
        if (*least < 0 || *most < *least || plan->pattern == plan->end || *plan->pattern++ != '}') plan->broken = true;
    }
}

/* Go past what is left of one way of several, which cannot be any more. */
static void skip_way(Plan *plan) {
    for (int depth = 0; plan->pattern < plan->end; plan->pattern++) {
        char c = *plan->pattern;
        if (!depth && (c == '|' || c == ')')) return;
        depth += (c == '(') - (c == ')');
    }
}

/* One part: a digit, a set or a group, as often as it may stand. */
static uint32_t part(Plan *plan, uint32_t from) {
    const char *body = plan->pattern, *inner = body;
    unsigned set = 0;
    bool group = false;
    uint32_t once = 0;
    if (*body >= '0' && *body <= '9') {
        set = 1u << (*body - '0');
        plan->pattern++;
    } else if (*body == '\\' && plan->end - body > 1 && body[1] == 'd') {
        set = 0x3FF;
        plan->pattern += 2;
    } else if (*body == '[') {
        plan->pattern = digits_of_set(body + 1, plan->end, &set);
        if (!plan->pattern) plan->broken = true, plan->pattern = plan->end;
    } else if (*body == '$') {
        plan->pattern++;
        return from & 1u << plan->length;
    } else if (*body == '(' && plan->depth < DEEPEST) {
        group = true;
        inner = plan->end - body > 2 && !memcmp(body, "(?:", 3) ? body + 3 : body + 1;
        plan->pattern = inner;
        plan->depth++;
        once = either(plan, from);
        plan->depth--;
        if (plan->pattern == plan->end || *plan->pattern++ != ')') plan->broken = true;
    } else
        plan->broken = true;
    if (plan->broken) return 0;
    const char *after = plan->pattern;
    int least, most;
    times(plan, &least, &most);
    if (plan->broken) return 0;
    const char *next = plan->pattern;
    uint32_t to = least ? 0 : from;
    for (int n = 1; n <= most && from; n++) {
        if (!group) from = after_digit(plan, from, set);
        else if (n == 1) from = once;
        else {
            Plan again = *plan;
            again.pattern = inner, again.end = after - 1, again.depth++;
            from = either(&again, from);
        }
        if (n >= least) to |= from;
    }
    plan->pattern = next;
    return to;
}

/* Several ways, parted by "|", up to the end of the group. */
static uint32_t either(Plan *plan, uint32_t from) {
    uint32_t to = 0;
    for (;;) {
        uint32_t places = from;
        while (!plan->broken && plan->pattern < plan->end && *plan->pattern != '|' && *plan->pattern != ')') {
            if (!places) {
                skip_way(plan);
                break;
            }
            places = part(plan, places);
        }
        to |= places;
        if (plan->broken || plan->pattern == plan->end || *plan->pattern == ')') return to;
        plan->pattern++;
    }
}

/* plan_fits(pattern, digits, whole): whether digits begin as a pattern says, or are it as a whole. */
PyObject *plan_fits(PyObject *Py_UNUSED(module), PyObject *args) {
    const char *pattern, *digits;
    Py_ssize_t size, length;
    int whole;
    if (!PyArg_ParseTuple(args, "s#s#p", &pattern, &size, &digits, &length, &whole)) return NULL;
    bool plain = length <= MOST;
    for (Py_ssize_t i = 0; plain && i < length; i++) plain = digits[i] >= '0' && digits[i] <= '9';
    if (!plain) {
        PyErr_SetString(PyExc_ValueError, "a number is of at most thirty digits");
        return NULL;
    }
    Plan plan = {pattern, pattern + size, digits, (int)length, 0, false};
    uint32_t to = either(&plan, 1);
    if (plan.broken || plan.pattern != plan.end) {
        PyErr_SetString(PyExc_ValueError, "a pattern of a numbering plan has a sign that is not known");
        return NULL;
    }
    return PyBool_FromLong(whole ? to >> length & 1 : to != 0);
}
