#include "scanning.h"

#include <string.h>

enum { STEP = 100 };

static void names_free(Names *self) {
    PyTypeObject *type = Py_TYPE(self);
    letters_close(&self->letters);
    Py_CLEAR(self->forms);
    table_free(&self->weights);
    table_free(&self->special);
    table_free(&self->lexical);
    PyMem_RawFree(self->marks);
    PyMem_RawFree(self->groups);
    large_free(self->memory);
    Py_CLEAR(self->span);
    Py_CLEAR(self->confidences);
    Py_CLEAR(self->types);
    type->tp_free(self);
    Py_DECREF(type);
}

static void *copied(const Py_buffer *from, size_t size, uint32_t count, const char *what) {
    if (from->len != (Py_ssize_t)(size * count)) {
        PyErr_Format(PyExc_ValueError, "%s: %zd bytes for %u strings", what, from->len, count);
        return NULL;
    }
    void *to = PyMem_RawMalloc(from->len + 1);
    if (!to) PyErr_NoMemory();
    else memcpy(to, from->buf, from->len);
    return to;
}

static int read_separators(Names *self, PyObject *classes) {
    PyObject *between, *value;
    for (Py_ssize_t at = 0; PyDict_Next(classes, &at, &between, &value);) {
        long number = PyLong_AsLong(value);
        if (number == -1 && PyErr_Occurred()) return -1;
        if (!PyUnicode_Check(between) || PyUnicode_GET_LENGTH(between) > 3 || number < 0 ||
            number >= SEPARATORS || self->separator_count == 32) {
            PyErr_SetString(PyExc_ValueError, "a separator of words is too long, or one too many");
            return -1;
        }
        uint64_t key = 0;
        for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(between); i++)
            key = key << 21 | (PyUnicode_READ_CHAR(between, i) + 1);
        self->separator_keys[self->separator_count] = key;
        self->separator_values[self->separator_count++] = (uint8_t)number;
    }
    return 0;
}

/* The scores, and room for what is known of words and of pairs of them; 0 or -1. */
static int make_room(Names *self, const Py_buffer *weights, size_t pairs) {
    size_t scores = sizeof *self->scores * self->weights.count, bases = BASES * sizeof *self->bases;
    size_t kept = KEPT * sizeof *self->kept, of_pairs = pairs * sizeof *self->pairs[0];
    if (weights->len != (Py_ssize_t)scores) {
        PyErr_Format(PyExc_ValueError, "weights: %zd bytes for %u strings", weights->len, self->weights.count);
        return -1;
    }
    size_t size = scores + bases + kept + 2 * of_pairs + 2 * pairs;
    char *memory = self->memory = large_new(size);
    if (!memory) {
        PyErr_NoMemory();
        return -1;
    }
    memset(memory, 0, size);
    memcpy(memory, weights->buf, scores);
    self->scores = (int16_t(*)[4])memory;
    self->bases = (Base *)(memory += scores);
    self->kept = (Kept *)(memory += bases);
    memory += kept;
    for (int side = 0; side < 2; side++, memory += of_pairs) self->pairs[side] = (Scores *)memory;
    for (int side = 0; side < 2; side++, memory += pairs) self->pairs_known[side] = (uint8_t *)memory;
    return 0;
}

static PyObject *names_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *keys[] = {"forms",   "keys", "weights",    "special", "marks",       "lexical", "groups",
                           "classes", "fold", "separators", "span",    "confidences", "types",   NULL};
    Py_buffer weight_keys, weights, special, marks, lexical, groups;
    int classes;
    PyObject *forms, *fold, *separators, *span, *confidences, *types;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "Oy*y*y*y*y*y*iOO!O!O!O!", keys, &forms, &weight_keys,
                                     &weights, &special, &marks, &lexical, &groups, &classes, &fold,
                                     &PyDict_Type, &separators, &PyType_Type, &span, &PyTuple_Type, &confidences,
                                     &PyTuple_Type, &types))
        return NULL;
    Names *self = NULL;
    if (classes <= LEXICAL || classes > 255 || PyTuple_GET_SIZE(confidences) < 1 || PyTuple_GET_SIZE(types) < 5 ||
        !is_forms(forms) || !PyType_IsSubtype((PyTypeObject *)span, &PyTuple_Type))
        PyErr_SetString(PyExc_ValueError, "the tables are not of this version");
    else
        self = (Names *)type->tp_alloc(type, 0);
    if (self) {
        self->classes = classes;
        self->forms = (Forms *)Py_NewRef(forms);
        self->span = Py_NewRef(span);
        self->confidences = Py_NewRef(confidences);
        self->types = Py_NewRef(types);
        size_t pairs = (size_t)classes * SEPARATORS * classes;
        bool made = !letters_open(&self->letters, fold) &&
                    !table_read(&self->weights, weight_keys.buf, weight_keys.len) &&
                    !table_read(&self->special, special.buf, special.len) &&
                    !table_read(&self->lexical, lexical.buf, lexical.len) && !read_separators(self, separators) &&
                    (self->marks = copied(&marks, 1, self->special.count, "marks")) &&
                    (self->groups = copied(&groups, 1, self->lexical.count, "groups"));
        for (uint32_t i = 0; made && i < self->lexical.count; i++)
            if (self->groups[i] >= classes) {
                PyErr_SetString(PyExc_ValueError, "a class of words is not known");
                made = false;
            }
        if (made) made = !make_room(self, &weights, pairs);
        if (!made) Py_CLEAR(self);
    }
    PyBuffer_Release(&weight_keys);
    PyBuffer_Release(&weights);
    PyBuffer_Release(&special);
    PyBuffer_Release(&marks);
    PyBuffer_Release(&lexical);
    PyBuffer_Release(&groups);
    return (PyObject *)self;
}

/* Where spans go. */
typedef struct {
    const Text *text;
    PyObject *spans, *districts;
} Spans;

static PyObject *span_of(const Names *names, Py_ssize_t start, Py_ssize_t end, int label, int margin) {
    Py_ssize_t step = margin < 0 ? 0 : margin / STEP, steps = PyTuple_GET_SIZE(names->confidences);
    PyObject *confidence = PyTuple_GET_ITEM(names->confidences, step < steps ? step : steps - 1);
    return span_new((PyTypeObject *)names->span, start, end, PyTuple_GET_ITEM(names->types, label), Py_NewRef(confidence));
}

static int keep_span(void *to, Py_ssize_t start, Py_ssize_t end, int label, int margin) {
    Spans *spans = to;
    const Text *text = spans->text;
    if (label > 2 && end + 1 < text->length && Py_UNICODE_ISDIGIT(at(text, end + 1))) {
        PyObject *place = PyLong_FromSsize_t(PyList_GET_SIZE(spans->spans));
        int failed = place ? PyList_Append(spans->districts, place) : -1;
        Py_XDECREF(place);
        if (failed) return -1;
    }
    PyObject *span = span_of(text->names, start, end, label, margin);
    int failed = span ? PyList_Append(spans->spans, span) : -1;
    Py_XDECREF(span);
    return failed;
}

/* Mark the words that touch spans which others hold. */
static int hold(Text *text, PyObject *taken) {
    PyObject *spans = PySequence_Fast(taken, "taken: not a sequence of spans");
    if (!spans) return -1;
    for (Py_ssize_t n = 0; n < PySequence_Fast_GET_SIZE(spans); n++) {
        PyObject *span = PySequence_Fast_GET_ITEM(spans, n);
        if (!PyTuple_Check(span) || PyTuple_GET_SIZE(span) < 2) {
            PyErr_SetString(PyExc_TypeError, "taken: not a span");
            break;
        }
        Py_ssize_t start = PyLong_AsSsize_t(PyTuple_GET_ITEM(span, 0));
        Py_ssize_t end = PyLong_AsSsize_t(PyTuple_GET_ITEM(span, 1));
        if (PyErr_Occurred()) break;
        Py_ssize_t low = 0, high = text->count;
        while (low < high) {
            Py_ssize_t middle = (low + high) / 2;
            if (text->words[middle].start > start) high = middle;
            else low = middle + 1;
        }
        if (low && text->words[low - 1].end > start) text->words[low - 1].marks |= HELD;
        for (; low < text->count && text->words[low].start < end; low++) text->words[low].marks |= HELD;
    }
    Py_DECREF(spans);
    return PyErr_Occurred() ? -1 : 0;
}

static PyObject *names_read(Names *self, PyObject *args) {
    PyObject *string, *taken;
    if (!PyArg_ParseTuple(args, "UO", &string, &taken) || PyUnicode_READY(string)) return NULL;
    Text text = {.names = self,
                 .kind = PyUnicode_KIND(string),
                 .data = PyUnicode_DATA(string),
                 .length = PyUnicode_GET_LENGTH(string)};
    if (text.length > INT32_MAX / 2) {
        PyErr_SetString(PyExc_ValueError, "a text of more than a thousand million characters is to be read in pieces");
        return NULL;
    }
    Spans spans = {&text, PyList_New(0), PyList_New(0)};
    PyObject *result = NULL;
    if (spans.spans && spans.districts && !words_split(&text) && !words_mark(&text) && !hold(&text, taken) &&
        !words_islands(&text) && !model_read(&text, keep_span, &spans))
        result = PyTuple_Pack(2, spans.spans, spans.districts);
    Py_XDECREF(spans.spans);
    Py_XDECREF(spans.districts);
    text_free(&text);
    return result;
}

static PyMethodDef names_methods[] = {
    {"read", (PyCFunction)names_read, METH_VARARGS,
     "read(text, taken): the spans of names, and the numbers of those that a district may follow."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot names_slots[] = {{Py_tp_new, names_new}, {Py_tp_dealloc, names_free}, {Py_tp_methods, names_methods},
                                    {Py_tp_doc, "The tables of names, and the reading of texts with them."}, {0, NULL}};

static PyType_Spec names_spec = {"bacasable.privacy.redaction.kernel._kernel.Names", sizeof(Names), 0, Py_TPFLAGS_DEFAULT, names_slots};

static PyMethodDef functions[] = {
    {"identifier_signs", identifier_signs, METH_O,
     "identifier_signs(text): the runs of digits; where letters and digits touch, where plates, hardware and\n"
     "network addresses may be; whether there is an at sign, a spoken one, a web address."},
    {"plan_fits", plan_fits, METH_VARARGS,
     "plan_fits(pattern, digits, whole): whether digits begin as a pattern of a numbering plan says, or are it."},
    {"is_usual", is_usual, METH_O, "is_usual(text): whether all its signs are of Latin-1 or of Windows, without a soft hyphen."},
    {"arbitrate", arbitrate, METH_VARARGS,
     "arbitrate(parts, proved): of (rank, rank where proved, spans), the spans that stand, sorted, apart."},
    {"above", above, METH_VARARGS, "above(spans, least): the spans that are as sure as their type has to be."},
    {NULL, NULL, 0, NULL}};

static int fill(PyObject *module) {
    static const struct {
        const char *name;
        PyType_Spec *spec;
    } kinds[] = {{"Announcing", &announcing_spec}, {"Forms", &forms_spec}, {"Names", &names_spec}, {"Contexts", &contexts_spec}, {"Dates", &dates_spec}, {"Hints", &hints_spec}, {"Numbers", &numbers_spec}, {"Keywords", &keywords_spec}, {"Streets", &streets_spec}, {"Surroundings", &surroundings_spec}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        PyObject *type = PyType_FromSpec(kinds[i].spec);
        int failed = type ? PyModule_AddObjectRef(module, kinds[i].name, type) : -1;
        Py_XDECREF(type);
        if (failed) return -1;
    }
    if (PyModule_AddIntConstant(module, "ABI", ABI)) return -1;
    PyObject *sources = PyLong_FromUnsignedLong(SOURCES); /* which these are: building.py gives it */
    int failed = sources ? PyModule_AddObjectRef(module, "SOURCES", sources) : -1;
    Py_XDECREF(sources);
    return failed;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, fill}, {0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                                        "_kernel",
                                        "The reading of texts, in C: what the Python code of the same names does.",
                                        0,
                                        functions,
                                        slots,
                                        NULL,
                                        NULL,
                                        NULL};

PyMODINIT_FUNC PyInit__kernel(void) { return PyModuleDef_Init(&definition); }
