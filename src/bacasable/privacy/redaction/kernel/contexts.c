#include "contexts.h"

#include <string.h>

/* The words that announce an identifier, as Contexts of context.py finds them before a place. */

const char *const KIND_NAMES[A_OTHER] = {"", "*", "NIR", "SPI", "SIRET", "SIREN", "IBAN", "CARD", "PHONE", "CAF", "FT", "ID_CARD",
                                         "RESIDENCE_PERMIT", "DRIVING_LICENCE", "HEALTH_INSURER", "HEALTH_PROFESSIONAL",
                                         "PATIENT", "INE", "PASSPORT", "TAX_NOTICE", "FILE_NUMBER", "VAT"};

static void contexts_free(Contexts *self) {
    PyTypeObject *type = Py_TYPE(self);
    table_free(&self->exact);
    table_free(&self->stems);
    PyMem_RawFree(self->first_exact);
    PyMem_RawFree(self->first_stem);
    PyMem_RawFree(self->phrases);
    PyMem_RawFree(self->letters);
    PyMem_RawFree(self->kinds);
    for (Py_ssize_t n = 0; self->made && n < PyTuple_GET_SIZE(self->keys) * MOST_WORDS; n++) Py_XDECREF(self->made[n]);
    PyMem_RawFree(self->made);
    Py_CLEAR(self->keys);
    Py_CLEAR(self->announced);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Join the words that begin phrases, without repeats, with line feeds; each phrase is (before, last, key). */
static int read_phrases(Contexts *self, PyObject *phrases, bool stems, Phrase *to, Table *table, int32_t **first,
                        Py_ssize_t offset, Bytes *letters) {
    Bytes joined = {NULL, 0, 0};
    int failed = -1;
    Py_ssize_t count = PyList_GET_SIZE(phrases);
    PyObject *seen = PyDict_New();
    for (Py_ssize_t n = 0; seen && n < count; n++) {
        PyObject *before, *last;
        int words, key;
        if (!PyArg_ParseTuple(PyList_GET_ITEM(phrases, n), "SiSi", &before, &words, &last, &key)) goto done;
        Py_ssize_t before_size = PyBytes_GET_SIZE(before), size = PyBytes_GET_SIZE(last);
        Py_ssize_t head = stems ? 3 : size;
        if (key < 0 || key >= PyTuple_GET_SIZE(self->keys) || size < head || !size || words < 0 || words > 1000) {
            PyErr_SetString(PyExc_ValueError, "a phrase is not as expected");
            goto done;
        }
        if (bytes_room(letters, before_size + size) || bytes_room(&joined, head + 1)) goto done;
        to[n] = (Phrase){(uint32_t)letters->size, (uint32_t)before_size, (uint16_t)words, (uint16_t)key,
                         (uint32_t)(letters->size + before_size), (uint32_t)size, -1};
        memcpy(letters->data + letters->size, PyBytes_AS_STRING(before), before_size);
        memcpy(letters->data + letters->size + before_size, PyBytes_AS_STRING(last), size);
        letters->size += before_size + size;
        PyObject *begin = PyBytes_FromStringAndSize(PyBytes_AS_STRING(last), head);
        int held = begin ? PyDict_Contains(seen, begin) : -1;
        if (!held && !PyDict_SetItem(seen, begin, Py_None)) {
            if (joined.size) joined.data[joined.size++] = '\n';
            memcpy(joined.data + joined.size, PyBytes_AS_STRING(last), head);
            joined.size += head;
        }
        Py_XDECREF(begin);
        if (held < 0 || PyErr_Occurred()) goto done;
    }
    if (!seen || table_read(table, joined.data ? joined.data : "", joined.size)) goto done;
    *first = PyMem_RawMalloc((table->count + 1) * sizeof **first);
    if (!*first) {
        PyErr_NoMemory();
        goto done;
    }
    memset(*first, -1, (table->count + 1) * sizeof **first);
    for (Py_ssize_t n = count - 1; n >= 0; n--) {
        int32_t head = table_find(table, letters->data + to[n].last, stems ? 3 : to[n].last_size);
        to[n].next = (*first)[head];
        (*first)[head] = (int32_t)(n + offset);
    }
    failed = 0;
done:
    PyMem_RawFree(joined.data);
    Py_XDECREF(seen);
    return failed;
}

/* Contexts(plain, exact, stems, keys, announced): `plain` gives the byte of each character of Latin-1. */
static PyObject *contexts_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
    PyObject *plain, *exact, *stems, *keys, *announced;
    if (!PyArg_ParseTuple(args, "SO!O!O!O!", &plain, &PyList_Type, &exact, &PyList_Type, &stems, &PyTuple_Type, &keys,
                          &PyType_Type, &announced))
        return NULL;
    if (PyBytes_GET_SIZE(plain) != 256 || !PyType_IsSubtype((PyTypeObject *)announced, &PyTuple_Type)) {
        PyErr_SetString(PyExc_ValueError, "the table of characters has 256 bytes");
        return NULL;
    }
    Contexts *self = (Contexts *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    memcpy(self->plain, PyBytes_AS_STRING(plain), 256);
    self->keys = Py_NewRef(keys);
    self->announced = Py_NewRef(announced);
    Bytes letters = {NULL, 0, 0};
    Py_ssize_t count = PyList_GET_SIZE(exact);
    self->phrases = PyMem_RawCalloc(count + PyList_GET_SIZE(stems) + 1, sizeof *self->phrases);
    self->made = PyMem_RawCalloc(PyTuple_GET_SIZE(keys) * MOST_WORDS + 1, sizeof *self->made);
    self->kinds = PyMem_RawMalloc(PyTuple_GET_SIZE(keys) + 1);
    for (Py_ssize_t n = 0; self->kinds && n < PyTuple_GET_SIZE(keys); n++) {
        PyObject *key = PyTuple_GET_ITEM(keys, n);
        int kind = 0;
        while (kind < A_OTHER && !(PyUnicode_Check(key) && PyUnicode_CompareWithASCIIString(key, KIND_NAMES[kind]) == 0)) kind++;
        self->kinds[n] = (uint8_t)kind;
    }
    int failed = !self->phrases || !self->made || !self->kinds ||
                 read_phrases(self, exact, false, self->phrases, &self->exact, &self->first_exact, 0, &letters) ||
                 read_phrases(self, stems, true, self->phrases + count, &self->stems, &self->first_stem, count, &letters);
    self->letters = letters.data;
    if (!failed) return (PyObject *)self;
    if (!PyErr_Occurred()) PyErr_NoMemory();
    Py_DECREF(self);
    return NULL;
}

/* Do the words before one end with those that a phrase wants? */
static bool preceded(const char *words, size_t place, const char *before, size_t size) {
    return place >= size && !memcmp(words + place - size, before, size) &&
           (place == size || !size || words[place - size - 1] == ' ');
}

bool is_contexts(PyObject *object) { return Py_TYPE(object)->tp_dealloc == (destructor)contexts_free; }

PyObject *contexts_announced(Contexts *self, int key, int distance) {
    PyObject **made = self->made + key * MOST_WORDS + distance;
    if (*made) return *made;
    PyObject *fields = Py_BuildValue("((Oi))", PyTuple_GET_ITEM(self->keys, key), distance);
    if (fields) *made = PyTuple_Type.tp_new((PyTypeObject *)self->announced, fields, NULL);
    Py_XDECREF(fields);
    return *made;
}

int contexts_before(const Contexts *self, const Signs *text, Py_ssize_t lowest, Py_ssize_t end, int *keys) {
    if (end < 0 || end > text->length) end = end < 0 ? 0 : text->length;
    /* The words, each with one space after it. */
    char words[REACH + 2];
    uint8_t starts[MOST_WORDS + 1];
    size_t size = 0;
    int count = 0;
    bool inside = false;
    if (lowest < end - REACH) lowest = end - REACH;
    for (Py_ssize_t i = lowest; i < end; i++) {
        Py_UCS4 c = PyUnicode_READ(text->kind, text->data, i);
        if (c >= 0x300 && c < 0x370) continue;
        char plain = c < 256 ? (char)self->plain[c] : c == 0x153 || c == 0x152 ? 'o' : ' ';
        if (plain == ' ') {
            if (inside) words[size++] = ' ';
            inside = false;
            continue;
        }
        if (!inside) starts[count++] = (uint8_t)size;
        inside = true;
        words[size++] = plain;
    }
    if (inside) words[size++] = ' ';
    starts[count] = (uint8_t)size;
    for (int place = count - 1; place >= 0; place--) {
        const char *word = words + starts[place];
        size_t length = starts[place + 1] - starts[place] - 1;
        int best = -1, longest = -1;
        int32_t head = table_find(&self->exact, word, length);
        for (int32_t n = head < 0 ? -1 : self->first_exact[head]; n >= 0; n = self->phrases[n].next) {
            const Phrase *phrase = self->phrases + n;
            if (phrase->before_words > longest &&
                preceded(words, starts[place], self->letters + phrase->before, phrase->before_size))
                best = phrase->key, longest = phrase->before_words;
        }
        head = length < 3 ? -1 : table_find(&self->stems, word, 3);
        for (int32_t n = head < 0 ? -1 : self->first_stem[head]; n >= 0; n = self->phrases[n].next) {
            const Phrase *phrase = self->phrases + n;
            if (phrase->before_words > longest && phrase->last_size <= length &&
                !memcmp(self->letters + phrase->last, word, phrase->last_size) &&
                preceded(words, starts[place], self->letters + phrase->before, phrase->before_size))
                best = phrase->key, longest = phrase->before_words;
        }
        keys[count - 1 - place] = best;
    }
    return count;
}

/* A text and so many numbers, of the arguments of a call: 0, or -1 with an exception set. */
static int read_arguments(PyObject *const *args, Py_ssize_t given, Py_ssize_t *numbers, int wanted) {
    if (given != wanted + 1 || !PyUnicode_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError, "a text and numbers are needed");
        return -1;
    }
    if (PyUnicode_READY(args[0])) return -1;
    for (int n = 0; n < wanted; n++) {
        numbers[n] = PyNumber_AsSsize_t(args[n + 1], PyExc_OverflowError);
        if (numbers[n] == -1 && PyErr_Occurred()) return -1;
    }
    return 0;
}

static PyObject *contexts_find(Contexts *self, PyObject *const *args, Py_ssize_t given) {
    Py_ssize_t end;
    if (read_arguments(args, given, &end, 1)) return NULL;
    Signs text = signs_of(args[0]);
    int keys[MOST_WORDS], count = contexts_before(self, &text, 0, end, keys);
    PyObject *found = PyList_New(0);
    for (int n = 0; found && n < count; n++) {
        if (keys[n] < 0) continue;
        PyObject *one = contexts_announced(self, keys[n], n);
        if (!one || PyList_Append(found, one)) Py_CLEAR(found);
    }
    return found;
}

/* Contexts.afar of context.py. */
static PyObject *contexts_afar(Contexts *self, PyObject *const *args, Py_ssize_t given) {
    enum { AS_IF = 6 };
    Py_ssize_t numbers[3];
    if (read_arguments(args, given, numbers, 3)) return NULL;
    Py_ssize_t lowest = numbers[1], step = numbers[2];
    if (step < 1) {
        PyErr_SetString(PyExc_ValueError, "a step is one at least");
        return NULL;
    }
    Signs text = signs_of(args[0]);
    bool *seen = PyMem_Calloc(PyTuple_GET_SIZE(self->keys) + 1, sizeof *seen);
    if (!seen) return PyErr_NoMemory();
    PyObject *found = PyList_New(0);
    for (Py_ssize_t place = numbers[0]; found && place > lowest; place -= step) {
        int keys[MOST_WORDS], count = contexts_before(self, &text, 0, place, keys);
        for (int n = 0; found && n < count; n++) {
            int key = keys[n];
            if (key < 0 || seen[key] || !PyUnicode_GET_LENGTH(PyTuple_GET_ITEM(self->keys, key))) continue;
            seen[key] = true;
            PyObject *one = contexts_announced(self, key, AS_IF);
            if (!one || PyList_Append(found, one)) Py_CLEAR(found);
        }
    }
    PyMem_Free(seen);
    return found;
}

static PyMethodDef contexts_methods[] = {
    {"find", (PyCFunction)(void (*)(void))contexts_find, METH_FASTCALL,
     "find(text, start): what the words before a place announce, the nearest first."},
    {"afar", (PyCFunction)(void (*)(void))contexts_afar, METH_FASTCALL,
     "afar(text, place, lowest, step): the types announced before a place and before others up to `lowest`, each once."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot contexts_slots[] = {{Py_tp_new, contexts_new},
                                       {Py_tp_dealloc, contexts_free},
                                       {Py_tp_methods, contexts_methods},
                                       {Py_tp_doc, "The words of a registry that announce identifiers."},
                                       {0, NULL}};

PyType_Spec contexts_spec = {"bacasable.privacy.redaction.kernel._kernel.Contexts", sizeof(Contexts), 0,
                             Py_TPFLAGS_DEFAULT, contexts_slots};
