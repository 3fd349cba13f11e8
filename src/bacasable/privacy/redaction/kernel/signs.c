#include "scanning.h"

/* Where the patterns of the recognisers match, found in one pass; each function below is one pattern. */

int add_place(PyObject *list, Py_ssize_t place) {
    PyObject *number = PyLong_FromSsize_t(place);
    int failed = number ? PyList_Append(list, number) : -1;
    Py_XDECREF(number);
    return failed;
}

int add_pair(PyObject *list, Py_ssize_t start, Py_ssize_t end) {
    PyObject *pair = Py_BuildValue("nn", start, end);
    int failed = pair ? PyList_Append(list, pair) : -1;
    Py_XDECREF(pair);
    return failed;
}

PyObject *span_new(PyTypeObject *type, Py_ssize_t start, Py_ssize_t end, PyObject *kind, PyObject *confidence) {
    PyObject *from = PyLong_FromSsize_t(start), *to = PyLong_FromSsize_t(end);
    PyObject *span = from && to && confidence ? type->tp_alloc(type, 4) : NULL;
    if (!span) {
        Py_XDECREF(from);
        Py_XDECREF(to);
        Py_XDECREF(confidence);
        return NULL;
    }
    PyTuple_SET_ITEM(span, 0, from);
    PyTuple_SET_ITEM(span, 1, to);
    PyTuple_SET_ITEM(span, 2, Py_NewRef(kind));
    PyTuple_SET_ITEM(span, 3, confidence);
    return span;
}

static inline bool gap(Py_UCS4 c) {
    switch (c) {
    case ' ': case '.': case '-': case '/': case '(': case ')': case '_': case '\t': case '\r': case '\n':
    case 0xA0: case 0xAD: case 0x2007: case 0x2009: case 0x200A: case 0x200B: case 0x202F: case 0xB7: return true;
    default: return c >= 0x2010 && c <= 0x2015;
    }
}

static inline bool digit_like(Py_UCS4 c) {
    switch (c) {
    case 'O': case 'I': case 'l': case 'o': case 'A': case 'B': case 'a': case 'b': return true;
    default: return is_digit(c);
    }
}

static inline Py_ssize_t gaps(const Signs *text, Py_ssize_t i) {
    Py_ssize_t count = 0;
    while (count < 3 && gap(sign(text, i + count))) count++;
    return count;
}

/* RUN of runs.py: its end, or -1. */
static Py_ssize_t run(const Signs *text, Py_ssize_t i) {
    i++;
    for (int more = 0; more < 5; more++) {
        i += gaps(text, i);
        if (!digit_like(sign(text, i))) return -1;
        i++;
    }
    while (digit_like(sign(text, i))) i++;
    for (int group = 0; group < 2000; group++) {
        Py_ssize_t between = gaps(text, i), start = i + between, end = start;
        if (!between) break;
        while (digit_like(sign(text, end))) end++;
        if (end > start && alphabetic(sign(text, end)))
            for (end = start; is_digit(sign(text, end));) end++;
        if (end == start) break;
        i = end;
    }
    return i;
}

static inline bool plate_dash(Py_UCS4 c) {
    return c == ' ' || c == '-' || c == 0xA0 || c == '.' || c == 0xB7 || (c >= 0x2010 && c <= 0x2015);
}

static inline bool two_letters(const Signs *text, Py_ssize_t i) {
    return ascii_letter(sign(text, i)) && ascii_letter(sign(text, i + 1)) && !ascii_alnum(sign(text, i + 2));
}

/* _PLATE of signs.py: its end, or -1. */
static Py_ssize_t plate_digits(const Signs *text, Py_ssize_t i) {
    if (is_digit(sign(text, i + 1)) && is_digit(sign(text, i + 2)) && !is_digit(sign(text, i - 1))) {
        Py_ssize_t letters = i + 3;
        while (letters < i + 6 && plate_dash(sign(text, letters))) letters++;
        if (two_letters(text, letters)) return letters + 2;
    }
    Py_ssize_t dash = i + 1;
    for (Py_UCS4 c; dash < i + 3 && (is_digit(c = sign(text, dash)) || c == 'O' || c == 'I' || c == 'l');) dash++;
    return sign(text, dash) == '-' && two_letters(text, dash + 1) ? dash + 3 : -1;
}

static inline bool old_plate_dash(Py_UCS4 c) { return c == ' ' || c == '-' || c == 0xA0; }

/* _OLD_PLATE of signs.py: its end, or -1. */
static Py_ssize_t old_plate(const Signs *text, Py_ssize_t i) {
    i += 1 + old_plate_dash(sign(text, i + 1));
    Py_ssize_t letters = 0;
    while (letters < 3 && ascii_letter(sign(text, i + letters))) letters++;
    if (letters < 2) return -1;
    i += letters;
    i += old_plate_dash(sign(text, i));
    Py_UCS4 first = sign(text, i), second = sign(text, i + 1);
    return is_digit(first) && (is_digit(second) || (first == '2' && (second | 32) - 'a' < 2u && second < 128)) ? i + 2 : -1;
}

/* _HARDWARE of signs.py: does it match? It is seven characters long. */
static bool hardware(const Signs *text, Py_ssize_t i) {
    for (Py_ssize_t j = i + 1; j < i + 7; j += 3) {
        if (!is_hexadecimal(sign(text, j)) || !is_hexadecimal(sign(text, j + 1))) return false;
        Py_UCS4 after = sign(text, j + 2);
        if (after != ':' && after != '-') return false;
    }
    return true;
}

/* The dotted form of _HARDWARE: does it match at a full stop? It is ten characters long. */
static bool dotted_hardware(const Signs *text, Py_ssize_t i) {
    if (sign(text, i + 5) != '.') return false;
    for (Py_ssize_t j = i + 1; j < i + 10; j++)
        if (j != i + 5 && !is_hexadecimal(sign(text, j))) return false;
    return true;
}

/* _VERSION6 of signs.py: its end, or -1. */
static Py_ssize_t version6(const Signs *text, Py_ssize_t i) {
    if (sign(text, i + 1) == ':') return i + 2;
    Py_ssize_t end = i + 1;
    while (end < i + 5 && is_hexadecimal(sign(text, end))) end++;
    return end > i + 1 && sign(text, end) == ':' ? end + 1 : -1;
}

/* _VERSION4 of signs.py: its end, or -1. */
static Py_ssize_t version4(const Signs *text, Py_ssize_t i) {
    for (int part = 0; part < 2; part++) {
        Py_ssize_t end = ++i;
        while (end < i + 3 && is_digit(sign(text, end))) end++;
        if (end == i || sign(text, end) != '.') return -1;
        i = end;
    }
    return is_digit(sign(text, i + 1)) ? i + 2 : -1;
}

static inline bool is(const Signs *text, Py_ssize_t i, const char *word) {
    for (; *word; word++, i++)
        if (sign(text, i) != (Py_UCS4)*word) return false;
    return true;
}

/* One of _SPELLED_OUT of signs.py, told from its first "a", "o" or their capitals. */
static bool spelled_out(const Signs *text, Py_ssize_t i, Py_UCS4 c) {
    Py_UCS4 before = sign(text, i - 1), after = sign(text, i + 1);
    if (c == 'a')
        return (after == 't' && (is(text, i + 2, ")") || is(text, i + 2, "]") || (before == ' ' && is(text, i + 2, " ")))) ||
               (before == '(' && after == ')') || (before == '[' && after == ']');
    if (c == 'A') return after == 'T' && is(text, i + 2, ")");
    return (before == 'r' || before == 'R') && (c == 'o' ? is(text, i - 1, "robas") : is(text, i - 1, "ROBAS"));
}

/* A word in letters of any case; a long s is one for Python too. Where it ends, or -1. */
static Py_ssize_t word(const Signs *text, Py_ssize_t i, const char *letters) {
    for (; *letters; letters++, i++) {
        Py_UCS4 c = sign(text, i);
        if (!(c < 128 && (c | 32) == (Py_UCS4)*letters) && !(c == 0x17F && *letters == 's')) return -1;
    }
    return i;
}

/* Does one of these words stand at a place, with what is asked for after it? */
static bool at_word(const Signs *text, Py_ssize_t i, bool bracketed) {
    static const char *const words[] = {"at", "arobase", "arobas", "chez", "a"};
    for (int n = 0; n < (bracketed ? 5 : 3); n++) {
        Py_ssize_t end = word(text, i, words[n]);
        if (end < 0) continue;
        Py_UCS4 after = sign(text, end);
        if (!bracketed) {
            if (after == ' ') return true;
            continue;
        }
        if (after == ' ') after = sign(text, end + 1);
        if (after == ']' || after == ')' || after == '}' || after == '>') return true;
    }
    return false;
}

/* SPOKEN_AT of signs.py, at a blank or a bracket, after what may end a name. */
static bool spoken(const Signs *text, Py_ssize_t i) {
    Py_UCS4 c = sign(text, i), before = sign(text, i - 1);
    if (c == ' ') {
        if (at_word(text, i + 1, false)) goto named;
        c = sign(text, ++i);
    }
    if (c != '[' && c != '(' && c != '{' && c != '<') return false;
    i += sign(text, i + 1) == ' ' ? 2 : 1;
    if (!at_word(text, i, true)) return false;
named:
    return before == '_' || before == '.' || before == '+' || before == '-' || Py_UNICODE_ISALNUM(before);
}

enum { RUNS, LETTER_DIGIT, DIGIT_LETTER, PLATES, OLD_PLATES, HARDWARE, VERSION6, VERSION4, SPOKEN, DOTTED, LISTS };
enum { ANY_AT = 1, ANY_SPOKEN = 2, ANY_URL = 4 };

/* What to look at by the first character: 1 digit, 2 dash or colon, 3 full stop, 4 at, 5 a or o, 6 w,
   7 a blank or a bracket. */
static const uint8_t LOOK[128] = {['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1,
                                  ['7'] = 1, ['8'] = 1, ['9'] = 1, ['-'] = 2, [':'] = 2, ['.'] = 3, ['@'] = 4,
                                  ['a'] = 5, ['A'] = 5, ['o'] = 5, ['O'] = 5, ['w'] = 6, ['W'] = 6,
                                  [' '] = 7, ['['] = 7, ['('] = 7, ['{'] = 7, ['<'] = 7};

PyObject *identifier_signs(PyObject *Py_UNUSED(module), PyObject *string) {
    if (!PyUnicode_Check(string) || PyUnicode_READY(string)) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "not a text");
        return NULL;
    }
    Signs text = signs_of(string);
    PyObject *lists[LISTS] = {NULL}, *found = NULL;
    Py_ssize_t free_from[LISTS] = {0};
    unsigned any = 0;
    for (int i = 0; i < LISTS; i++)
        if (!(lists[i] = PyList_New(0))) goto done;
#define FOUND(which, start, end)                                                                             \
    do {                                                                                                     \
        free_from[which] = end;                                                                              \
        if (add_place(lists[which], start)) goto done;                                                       \
    } while (0)
    for (Py_ssize_t i = 0; i < text.length; i++) {
        Py_UCS4 c = PyUnicode_READ(text.kind, text.data, i);
        int look = c < 128 ? LOOK[c] : 0;
        if (!look) continue;
        Py_ssize_t end;
        switch (look) {
        case 1: {
            Py_UCS4 before = sign(&text, i - 1), after = sign(&text, i + 1);
            if (before - 'A' < 26u) FOUND(LETTER_DIGIT, i - 1, i + 1);
            if (ascii_letter(after)) FOUND(DIGIT_LETTER, i, i + 2);
            if (i >= free_from[RUNS] && (end = run(&text, i)) >= 0) {
                free_from[RUNS] = end;
                if (add_pair(lists[RUNS], i, end)) goto done;
            }
            if (i >= free_from[PLATES] && (end = plate_digits(&text, i)) >= 0) FOUND(PLATES, i, end);
            if (i >= free_from[OLD_PLATES] && (end = old_plate(&text, i)) >= 0) FOUND(OLD_PLATES, i, end);
            break;
        }
        case 2:
            if (i >= free_from[HARDWARE] && hardware(&text, i)) FOUND(HARDWARE, i, i + 7);
            if (c != ':') break;
            if (i >= free_from[VERSION6] && (end = version6(&text, i)) >= 0) FOUND(VERSION6, i, end);
            if (is(&text, i + 1, "//")) any |= ANY_URL;
            break;
        case 3:
            if (i >= free_from[VERSION4] && (end = version4(&text, i)) >= 0) FOUND(VERSION4, i, end);
            if (i >= free_from[HARDWARE] && dotted_hardware(&text, i)) FOUND(HARDWARE, i, i + 10);
            if (ascii_alnum(sign(&text, i - 1)) && ascii_letter(sign(&text, i + 1)) && ascii_letter(sign(&text, i + 2)))
                FOUND(DOTTED, i, i + 1);
            break;
        case 4: any |= ANY_AT; break;
        case 5:
            if (!(any & ANY_SPOKEN) && spelled_out(&text, i, c)) any |= ANY_SPOKEN;
            break;
        case 7:
            end = i + (c == ' ');
            switch (c == ' ' ? sign(&text, i + 1) : c) {
            case 'a': case 'A': case '[': case '(': case '{': case '<':
                if (spoken(&text, i)) FOUND(SPOKEN, i, end);
            }
            break;
        default:
            if (!(any & ANY_URL) && (is(&text, i, "www.") || is(&text, i, "WWW."))) any |= ANY_URL;
        }
    }
#undef FOUND
    if (!(any & ANY_SPOKEN) && PyList_SetSlice(lists[SPOKEN], 0, PyList_GET_SIZE(lists[SPOKEN]), NULL)) goto done;
    found = Py_BuildValue("OOOOOOOOOOOO", lists[0], lists[1], lists[2], lists[3], lists[4], lists[5], lists[6], lists[7],
                          lists[8], lists[9], any & ANY_AT ? Py_True : Py_False,
                          any & ANY_URL ? Py_True : Py_False);
done:
    for (int i = 0; i < LISTS; i++) Py_XDECREF(lists[i]);
    return found;
}
