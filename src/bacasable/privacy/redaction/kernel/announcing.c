#include "contexts.h"

#include <string.h>

/* Announcements of context.py: what words, labels and headings announce before places of one text. */

enum { FAR = 600, FARTHEST = 1500, STEP = 60, AS_IF = 6 };

static void announcing_free(Announcing *self) {
    PyTypeObject *type = Py_TYPE(self);
    Py_CLEAR(self->string);
    Py_CLEAR(self->contexts);
    PyMem_Free(self->lines);
    PyMem_Free(self->far);
    PyMem_Free(self->seen);
    type->tp_free(self);
    Py_DECREF(type);
}

bool is_announcing(PyObject *object) { return Py_TYPE(object)->tp_dealloc == (destructor)announcing_free; }

/* Announcing(contexts, text). */
static PyObject *announcing_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
    PyObject *contexts, *string;
    if (!PyArg_ParseTuple(args, "OU", &contexts, &string) || PyUnicode_READY(string)) return NULL;
    if (!is_contexts(contexts)) {
        PyErr_SetString(PyExc_TypeError, "contexts are needed");
        return NULL;
    }
    Announcing *self = (Announcing *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->string = Py_NewRef(string);
    self->contexts = (Contexts *)Py_NewRef(contexts);
    self->text = signs_of(string);
    self->start = self->aligned.top = -1;
    Py_ssize_t keys = PyTuple_GET_SIZE(self->contexts->keys);
    self->far = PyMem_Malloc((keys + MOST_WORDS) * sizeof *self->far);
    self->seen = PyMem_Malloc(keys + 1);
    if (!self->far || !self->seen) {
        PyErr_NoMemory();
        Py_CLEAR(self);
        return NULL;
    }
    const Signs *text = &self->text;
    for (Py_ssize_t i = 0; i < text->length && !self->tabular; i++)
        switch (PyUnicode_READ(text->kind, text->data, i)) {
        case '|': case ';': case '\t': self->tabular = true; break;
        case ' ': self->tabular = sign(text, i + 1) == ' '; break;
        case '"': self->tabular = sign(text, i + 1) == ',' && sign(text, i + 2) == '"';
        }
    return (PyObject *)self;
}

/* _ITEMS of context.py. */
static bool is_item(Py_UCS4 c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '-' || c == 0x2022 || c == '*' || c == 0x2013 || c == 0xB7;
}

int said_before(Announcing *self, Py_ssize_t start) {
    if (start == self->start) return self->count;
    const Signs *text = &self->text;
    int count = self->tabular ? heading_column(self, start, false, self->said) : 0;
    if (count < 0) return -1;
    if (!count && (start < 2 || (is_item(sign(text, start - 1)) && is_item(sign(text, start - 2))) || sign(text, start - 1) == '\n'))
        count = heading_labelled(self, start, self->said);
    self->count = count + said_by(self, 0, start, self->said + count);
    self->start = start;
    return self->count;
}

/* Where the text begins that may name a type, with one empty line in it at most. */
static Py_ssize_t lowest_of(const Signs *text, Py_ssize_t start) {
    Py_ssize_t lowest = start > FAR ? start - FAR : 0, last = -1, before = -1;
    for (Py_ssize_t i = lowest; i < start; i++) {
        if (sign(text, i) != '\n') continue;
        Py_ssize_t end = i + 1;
        while (end < start && sign(text, end) != '\n' && is_blank(sign(text, end))) end++;
        if (end >= start || sign(text, end) != '\n') continue;
        before = last;
        last = end + 1;
        i = end;
    }
    return before >= 0 ? before : lowest;
}

int said_far(Announcing *self, Py_ssize_t start, Py_ssize_t end, bool sure) {
    int count = said_before(self, start);
    if (count < 0) return -1;
    if (count && self->said[0].kind == A_NOTHING && self->said[0].words < 3) return heading_after(self, end, self->far);
    if ((count = heading_column(self, start, true, self->far))) return count;
    if ((count = heading_after(self, end, self->far))) return count;
    const Contexts *contexts = self->contexts;
    Py_ssize_t lowest = sure ? start > FARTHEST ? start - FARTHEST : 0 : lowest_of(&self->text, start);
    memset(self->seen, 0, PyTuple_GET_SIZE(contexts->keys));
    for (Py_ssize_t place = start; place > lowest; place -= STEP) {
        int keys[MOST_WORDS], words = contexts_before(contexts, &self->text, 0, place, keys);
        for (int n = 0; n < words; n++) {
            int key = keys[n];
            if (key < 0 || contexts->kinds[key] == A_NOTHING || self->seen[key]) continue;
            self->seen[key] = true;
            self->far[count++] = (Said){(uint16_t)key, contexts->kinds[key], AS_IF};
        }
    }
    return count;
}

int said_beside(Announcing *self, Py_ssize_t start, Py_ssize_t end) {
    int count = heading_column(self, start, true, self->far);
    return count ? count : heading_after(self, end, self->far);
}

/* What is said, as tuples: a new list, or NULL with an exception set. */
static PyObject *listed(const Announcing *self, const Said *said, int count) {
    PyObject *list = count < 0 ? NULL : PyList_New(count);
    for (int n = 0; list && n < count; n++) {
        PyObject *one = contexts_announced(self->contexts, said[n].key, said[n].words);
        if (one) PyList_SET_ITEM(list, n, Py_NewRef(one));
        else Py_CLEAR(list);
    }
    return list;
}

/* A place of the text, or -1 with an exception set. */
static Py_ssize_t place_of(const Announcing *self, PyObject *place) {
    Py_ssize_t start = PyNumber_AsSsize_t(place, PyExc_OverflowError);
    if (start >= 0 && start <= self->text.length) return start;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "not a place of the text");
    return -1;
}

static PyObject *announcing_before(Announcing *self, PyObject *place) {
    Py_ssize_t start = place_of(self, place);
    if (start < 0) return NULL;
    return listed(self, self->said, said_before(self, start));
}

static PyObject *announcing_nearest(Announcing *self, PyObject *place) {
    Py_ssize_t start = place_of(self, place);
    if (start < 0) return NULL;
    int count = said_before(self, start);
    if (count < 0) return NULL;
    if (!count) Py_RETURN_NONE;
    return Py_XNewRef(contexts_announced(self->contexts, self->said[0].key, self->said[0].words));
}

static PyObject *announcing_far(Announcing *self, PyObject *args) {
    Py_ssize_t start, end;
    int sure = 0;
    if (!PyArg_ParseTuple(args, "nn|p", &start, &end, &sure)) return NULL;
    if (start < 0 || start > end || end > self->text.length) {
        PyErr_SetString(PyExc_ValueError, "not places of the text");
        return NULL;
    }
    return listed(self, self->far, said_far(self, start, end, sure));
}

static PyObject *announcing_beside(Announcing *self, PyObject *args) {
    Py_ssize_t start, end;
    if (!PyArg_ParseTuple(args, "nn", &start, &end)) return NULL;
    if (start < 0 || start > end || end > self->text.length) {
        PyErr_SetString(PyExc_ValueError, "not places of the text");
        return NULL;
    }
    return listed(self, self->far, said_beside(self, start, end));
}

static PyMethodDef announcing_methods[] = {
    {"before", (PyCFunction)announcing_before, METH_O, "before(start): what is announced before a place, the nearest first."},
    {"nearest", (PyCFunction)announcing_nearest, METH_O, "nearest(start): the nearest of these, or None."},
    {"far", (PyCFunction)announcing_far, METH_VARARGS,
     "far(start, end, sure=False): what headings, the words right after a value and its paragraph announce."},
    {"beside", (PyCFunction)announcing_beside, METH_VARARGS,
     "beside(start, end): what a heading above or the words right after a value announce."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot announcing_slots[] = {{Py_tp_new, announcing_new},
                                         {Py_tp_dealloc, announcing_free},
                                         {Py_tp_methods, announcing_methods},
                                         {Py_tp_doc, "What is announced before places of one text."},
                                         {0, NULL}};

PyType_Spec announcing_spec = {"bacasable.privacy.redaction.kernel._kernel.Announcing", sizeof(Announcing), 0,
                               Py_TPFLAGS_DEFAULT, announcing_slots};
