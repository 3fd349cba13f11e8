#include "scanning.h"

#include <string.h>

/* The entries of the lexicon of hints, as hints/__init__.py finds them: whole words, in one pass. */

enum { PIECE = 200000 };

typedef struct {
    uint32_t rest, rest_size; /* the words after the first, each with a space before it */
    uint16_t key;
    int32_t next;
} Phrase;

typedef struct {
    PyObject_HEAD
    uint8_t plain[256];
    Table firsts;
    int32_t *first;
    Phrase *entries;
    char *letters;
} Hints;

static void hints_free(Hints *self) {
    PyTypeObject *type = Py_TYPE(self);
    table_free(&self->firsts);
    PyMem_RawFree(self->first);
    PyMem_RawFree(self->entries);
    PyMem_RawFree(self->letters);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Hints(plain, firsts, entries): `firsts` are the first words, by line; an entry is (first, rest, key). */
static PyObject *hints_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
    PyObject *plain, *firsts, *entries;
    if (!PyArg_ParseTuple(args, "SSO!", &plain, &firsts, &PyList_Type, &entries)) return NULL;
    if (PyBytes_GET_SIZE(plain) != 256) {
        PyErr_SetString(PyExc_ValueError, "the table of characters has 256 bytes");
        return NULL;
    }
    Hints *self = (Hints *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    memcpy(self->plain, PyBytes_AS_STRING(plain), 256);
    Bytes letters = {NULL, 0, 0};
    Py_ssize_t count = PyList_GET_SIZE(entries);
    if (table_read(&self->firsts, PyBytes_AS_STRING(firsts), PyBytes_GET_SIZE(firsts))) goto failed;
    self->entries = PyMem_RawCalloc(count + 1, sizeof *self->entries);
    self->first = PyMem_RawMalloc((self->firsts.count + 1) * sizeof *self->first);
    if (!self->entries || !self->first || bytes_room(&letters, 1)) {
        PyErr_NoMemory();
        goto failed;
    }
    memset(self->first, -1, (self->firsts.count + 1) * sizeof *self->first);
    for (Py_ssize_t n = count - 1; n >= 0; n--) {
        PyObject *first, *rest;
        int key;
        if (!PyArg_ParseTuple(PyList_GET_ITEM(entries, n), "SSi", &first, &rest, &key)) goto failed;
        int32_t head = table_find(&self->firsts, PyBytes_AS_STRING(first), PyBytes_GET_SIZE(first));
        Py_ssize_t size = PyBytes_GET_SIZE(rest);
        if (head < 0 || key < 0 || key > 255) {
            PyErr_SetString(PyExc_ValueError, "an entry is not as expected");
            goto failed;
        }
        if (bytes_room(&letters, size)) goto failed;
        self->entries[n] = (Phrase){(uint32_t)letters.size, (uint32_t)size, (uint16_t)key, self->first[head]};
        self->first[head] = (int32_t)n;
        memcpy(letters.data + letters.size, PyBytes_AS_STRING(rest), size);
        letters.size += size;
    }
    self->letters = letters.data;
    return (PyObject *)self;
failed:
    self->letters = letters.data;
    Py_DECREF(self);
    return NULL;
}

static inline char plain_at(const Hints *self, const Signs *text, Py_ssize_t i) {
    Py_UCS4 c = PyUnicode_READ(text->kind, text->data, i);
    return c < 256 ? (char)self->plain[c] : ' ';
}

/* Where the words after the first one of an entry end, or -1; `place` is where the first one ends. */
static Py_ssize_t rest_end(const Hints *self, const Signs *text, Py_ssize_t place, Py_ssize_t end, const Phrase *entry) {
    const char *rest = self->letters + entry->rest, *stop = rest + entry->rest_size;
    for (; rest < stop; rest++) {
        if (place >= end || plain_at(self, text, place) != *rest) return -1;
        place++;
        if (*rest == ' ')
            for (int more = 0; more < 2 && place < end && plain_at(self, text, place) == ' '; more++) place++;
    }
    return place < end && plain_at(self, text, place) != ' ' ? -1 : place;
}

static int read_piece(const Hints *self, const Signs *text, Py_ssize_t start, Py_ssize_t end, const char *enabled,
                      Py_ssize_t keys, Py_ssize_t *free_from, PyObject *found) {
    char word[64];
    for (Py_ssize_t i = start; i < end;) {
        char c = plain_at(self, text, i);
        if (c == ' ') {
            i++;
            continue;
        }
        Py_ssize_t begin = i;
        size_t size = 0;
        do {
            if (size < sizeof word) word[size] = c;
            size++;
        } while (++i < end && (c = plain_at(self, text, i)) != ' ');
        int32_t head = size > sizeof word ? -1 : table_find(&self->firsts, word, size);
        if (head < 0 || begin < *free_from) continue;
        Py_ssize_t best = -1;
        int key = 0;
        for (int32_t n = self->first[head]; n >= 0; n = self->entries[n].next) {
            const Phrase *entry = self->entries + n;
            if (entry->key >= keys || !enabled[entry->key]) continue;
            Py_ssize_t stop = rest_end(self, text, i, end, entry);
            if (stop > best) best = stop, key = entry->key;
        }
        if (best < 0) continue;
        *free_from = best;
        PyObject *hint = Py_BuildValue("nni", begin, best, key);
        int failed = hint ? PyList_Append(found, hint) : -1;
        Py_XDECREF(hint);
        if (failed) return -1;
    }
    return 0;
}

static PyObject *hints_find(Hints *self, PyObject *args) {
    PyObject *string, *enabled;
    if (!PyArg_ParseTuple(args, "US", &string, &enabled) || PyUnicode_READY(string)) return NULL;
    Signs text = signs_of(string);
    PyObject *found = PyList_New(0);
    Py_ssize_t start = 0, free_from = 0;
    while (found && start < text.length) {
        Py_ssize_t end = text.length;
        if (end - start > PIECE) {
            end = start + PIECE;
            while (end > start && plain_at(self, &text, end - 1) != ' ') end--;
            if (end == start) end = start + PIECE;
        }
        if (read_piece(self, &text, start, end, PyBytes_AS_STRING(enabled), PyBytes_GET_SIZE(enabled), &free_from, found))
            Py_CLEAR(found);
        start = end;
    }
    return found;
}

static PyMethodDef hints_methods[] = {
    {"find", (PyCFunction)hints_find, METH_VARARGS, "find(text, enabled): the hints, as (start, end, number of the key)."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot hints_slots[] = {{Py_tp_new, hints_new}, {Py_tp_dealloc, hints_free}, {Py_tp_methods, hints_methods},
                                    {Py_tp_doc, "The lexicon of hints."}, {0, NULL}};

PyType_Spec hints_spec = {"bacasable.privacy.redaction.kernel._kernel.Hints", sizeof(Hints), 0, Py_TPFLAGS_DEFAULT,
                          hints_slots};
