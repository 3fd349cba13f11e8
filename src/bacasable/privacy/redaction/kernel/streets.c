#include "scanning.h"

#include <string.h>

/* A text folded as addresses/folding.py does, and where an address may be in it: the words for kinds of
   streets, the postal codes. */

enum { MARK = 1 };

typedef struct {
    PyObject_HEAD
    uint8_t *plain; /* the byte of each character, before `known` */
    Py_UCS4 known;
    Table kinds, strong, firsts; /* all kinds; those that a number may touch; what begins one */
    char *hints;                 /* of streets abroad, each before a NUL, with an empty one last */
    bool opens_hint[1 << 14];    /* by the first two letters */
} Streets;

static inline unsigned pair_of(const char *c) { return (c[0] & 127u) << 7 | (c[1] & 127u); }

static void streets_free(Streets *self) {
    PyTypeObject *type = Py_TYPE(self);
    table_free(&self->kinds);
    table_free(&self->strong);
    table_free(&self->firsts);
    PyMem_RawFree(self->hints);
    PyMem_RawFree(self->plain);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Streets(plain, kinds, strong, hints): a byte for each character, words by line. */
static PyObject *streets_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
    PyObject *plain, *kinds, *strong, *hints;
    if (!PyArg_ParseTuple(args, "SSSS", &plain, &kinds, &strong, &hints)) return NULL;
    Streets *self = (Streets *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    Py_ssize_t size = PyBytes_GET_SIZE(kinds);
    const char *words = PyBytes_AS_STRING(kinds);
    Bytes firsts = {NULL, 0, 0};
    if (!(self->plain = PyMem_RawMalloc(PyBytes_GET_SIZE(plain) + 1)) || bytes_room(&firsts, size + 1)) {
        if (!PyErr_Occurred()) PyErr_NoMemory();
        goto failed;
    }
    self->known = (Py_UCS4)PyBytes_GET_SIZE(plain);
    memcpy(self->plain, PyBytes_AS_STRING(plain), self->known);
    bool keep = true;
    for (Py_ssize_t i = 0; i < size; i++) {
        if (words[i] == '\n') keep = true;
        else if (strchr(" .-", words[i])) keep = false;
        if (keep) firsts.data[firsts.size++] = words[i];
    }
    if (table_read(&self->kinds, words, size) || table_read(&self->firsts, firsts.data, firsts.size) ||
        table_read(&self->strong, PyBytes_AS_STRING(strong), PyBytes_GET_SIZE(strong)))
        goto failed;
    if (!(self->hints = PyMem_RawCalloc(PyBytes_GET_SIZE(hints) + 2, 1))) {
        PyErr_NoMemory();
        goto failed;
    }
    memcpy(self->hints, PyBytes_AS_STRING(hints), PyBytes_GET_SIZE(hints));
    bool first = true;
    for (char *c = self->hints; *c; c++) {
        if (first) self->opens_hint[pair_of(c)] = true;
        first = *c == '\n';
        if (first) *c = 0;
    }
    PyMem_RawFree(firsts.data);
    return (PyObject *)self;
failed:
    PyMem_RawFree(firsts.data);
    Py_DECREF(self);
    return NULL;
}

/* As grammar.TO_SPACE. */
static inline char spaced(char c) {
    switch (c) {
    case '\n': case '\'': case '"': case '(': case ',': case ';': case ':': case '/': return ' ';
    default: return c;
    }
}

static inline bool ends_kind(char c) { return c == ' ' || c == '.' || c == '-'; }

/* Where the longest word of a table that begins at a place ends, or -1. */
static Py_ssize_t kind_end(const Streets *self, const Table *table, const char *low, Py_ssize_t start, Py_ssize_t size) {
    char word[64];
    Py_ssize_t best = -1, length = 0, longest = table->longest < sizeof word ? table->longest : sizeof word;
    for (; start + length < size; length++) {
        char c = spaced(low[start + length]);
        if (ends_kind(c) && length) {
            if (best < 0 && !memchr(word, ' ', length) && !memchr(word, '.', length) && !memchr(word, '-', length) &&
                table_find(&self->firsts, word, length) < 0)
                return -1;
            if (table_find(table, word, length) >= 0) best = start + length;
        }
        if (length == longest) break;
        word[length] = c;
    }
    return best;
}

/* grammar.POSTAL, at a digit. */
static bool postal(const char *low, Py_ssize_t i, Py_ssize_t size) {
#define BYTE(j) ((j) >= 0 && (j) < size ? low[j] : 0)
#define DIGIT_AT(j) is_digit((uint8_t)BYTE(j))
    char before = BYTE(i - 1);
    if (is_digit((uint8_t)before) || (before >= 'a' && before <= 'z') || before == '.' || before == ',' ||
        before == '/' || before == '+' || (before == '-' && DIGIT_AT(i - 2)))
        return false;
    if (!DIGIT_AT(i + 1)) return false;
    Py_ssize_t rest = i + 2 + (BYTE(i + 2) == ' ');
    if (!DIGIT_AT(rest) || !DIGIT_AT(rest + 1) || !DIGIT_AT(rest + 2)) return false;
    if (low[i] == '0' && low[i + 1] == '0') return false;
    if (rest == i + 2 && low[i] == '9' && low[i + 1] == '9') return false;
    Py_ssize_t end = rest + 3;
    char after = BYTE(end), next = BYTE(end + 1);
    if (is_digit((uint8_t)after) || (after >= 'a' && after <= 'z')) return false;
    if (after == ' ') return !(is_digit((uint8_t)next) && DIGIT_AT(end + 2));
    return !((after == '.' || after == ',' || after == '/' || after == '-') && is_digit((uint8_t)next));
#undef BYTE
#undef DIGIT_AT
}

/* Find the words for kinds of streets and the postal codes, in order. */
static int find_places(const Streets *self, const char *low, Py_ssize_t size, PyObject *heads, PyObject *codes) {
    Py_ssize_t free_head = 0, free_touching = 0, free_code = 0, end;
    if (size && (end = kind_end(self, &self->kinds, low, 0, size)) >= 0 && add_pair(heads, 0, end)) return -1;
    for (Py_ssize_t i = 0; i < size; i++) {
        char c = low[i];
        if (c >= 'a' && c <= 'z') continue;
        if (spaced(c) == ' ') {
            if (i < free_head || i + 1 >= size || low[i + 1] < 'a' || low[i + 1] > 'z') continue;
            if ((end = kind_end(self, &self->kinds, low, i + 1, size)) < 0) continue;
            free_head = end;
            if (add_pair(heads, i + 1, end)) return -1;
        } else if (is_digit((uint8_t)c)) {
            if (i >= free_code && postal(low, i, size)) {
                free_code = i + 5 + (low[i + 2] == ' ');
                if (add_place(codes, i)) return -1;
            }
            if (i >= free_touching && i + 1 < size && low[i + 1] >= 'a' &&
                (end = kind_end(self, &self->strong, low, i + 1, size)) >= 0) {
                free_touching = end;
                if (add_pair(heads, i + 1, end)) return -1;
            }
        }
    }
    return 0;
}

/* Does a hint of a street abroad stand in the text? */
static bool is_hinted(const Streets *self, const char *low, Py_ssize_t size) {
    for (Py_ssize_t i = 0; i + 1 < size; i++) {
        if (!self->opens_hint[pair_of(low + i)]) continue;
        size_t length;
        for (const char *hint = self->hints; (length = strlen(hint)); hint += length + 1)
            if ((size_t)(size - i) >= length && !memcmp(low + i, hint, length)) return true;
    }
    return false;
}

static PyObject *streets_read(Streets *self, PyObject *string) {
    if (!PyUnicode_Check(string) || PyUnicode_READY(string)) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "not a text");
        return NULL;
    }
    Signs text = signs_of(string);
    PyObject *cased = PyBytes_FromStringAndSize(NULL, text.length), *low = NULL, *found = NULL;
    PyObject *places = PyList_New(0), *removed = PyList_New(0), *heads = PyList_New(0), *codes = PyList_New(0);
    if (!cased || !places || !removed || !heads || !codes) goto done;
    char *to = PyBytes_AS_STRING(cased);
    Py_ssize_t size = 0, gone = 0;
    for (Py_ssize_t i = 0; i < text.length;) {
        Py_UCS4 c = PyUnicode_READ(text.kind, text.data, i);
        char byte = c < self->known ? (char)self->plain[c] : '?';
        Py_ssize_t start = i++;
        if (byte != MARK) {
            to[size++] = byte;
            if (byte != ' ') continue;
            start++;
        }
        for (; i < text.length; i++) {
            c = PyUnicode_READ(text.kind, text.data, i);
            if ((c < self->known ? (char)self->plain[c] : '?') != byte) break;
        }
        if (i == start) continue;
        if (add_place(places, start - gone)) goto done;
        gone += i - start;
        if (add_place(removed, gone)) goto done;
    }
    if (size != text.length && _PyBytes_Resize(&cased, size)) goto done;
    if (!(low = PyBytes_FromStringAndSize(NULL, size))) goto done; /* its own bytes: one byte is shared */
    char *letters = PyBytes_AS_STRING(low);
    to = PyBytes_AS_STRING(cased);
    for (Py_ssize_t i = 0; i < size; i++) letters[i] = to[i] >= 'A' && to[i] <= 'Z' ? (char)(to[i] | 32) : to[i];
    if (find_places(self, letters, size, heads, codes)) goto done;
    found = PyTuple_Pack(7, cased, low, places, removed, heads, codes, is_hinted(self, letters, size) ? Py_True : Py_False);
done:
    Py_XDECREF(cased);
    Py_XDECREF(low);
    Py_XDECREF(places);
    Py_XDECREF(removed);
    Py_XDECREF(heads);
    Py_XDECREF(codes);
    return found;
}

static PyMethodDef streets_methods[] = {
    {"read", (PyCFunction)streets_read, METH_O,
     "read(text): the text folded, the same in lower case, where something was left out and how much up to there;\n"
     "bounds of the words for kinds of streets; starts of the postal codes; whether there may be a street abroad."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot streets_slots[] = {{Py_tp_new, streets_new}, {Py_tp_dealloc, streets_free}, {Py_tp_methods, streets_methods},
                                      {Py_tp_doc, "The words for kinds of streets."}, {0, NULL}};

PyType_Spec streets_spec = {"bacasable.privacy.redaction.kernel._kernel.Streets", sizeof(Streets), 0, Py_TPFLAGS_DEFAULT,
                            streets_slots};
