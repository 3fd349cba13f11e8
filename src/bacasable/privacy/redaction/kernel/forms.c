#include "kernel.h"

/* The table of the lexicon: folded forms to packed buckets, without an object of Python for each. */

static void forms_free(Forms *self) {
    PyTypeObject *type = Py_TYPE(self);
    table_free(&self->table);
    PyMem_RawFree(self->codes);
    type->tp_free(self);
    Py_DECREF(type);
}

bool is_forms(PyObject *object) { return Py_TYPE(object)->tp_dealloc == (destructor)forms_free; }

/* Forms(joined, codes, of_forms): forms by line, the codes that there are, which of them each form has. */
static PyObject *forms_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
    Py_buffer joined, codes, of_forms;
    if (!PyArg_ParseTuple(args, "y*y*y*", &joined, &codes, &of_forms)) return NULL;
    Forms *self = (Forms *)type->tp_alloc(type, 0);
    if (self && !table_read(&self->table, joined.buf, joined.len)) {
        uint32_t count = self->table.count;
        const uint16_t *known = codes.buf, *of = of_forms.buf;
        if (of_forms.len != (Py_ssize_t)(2 * (size_t)count))
            PyErr_SetString(PyExc_ValueError, "the lexicon has not as many codes as forms");
        else if (!(self->codes = PyMem_RawMalloc(2 * (size_t)count + 2)))
            PyErr_NoMemory();
        for (uint32_t i = 0; self->codes && i < count; i++) {
            if (of[i] >= codes.len / 2) {
                PyErr_SetString(PyExc_ValueError, "the lexicon has a code that is not known");
                break;
            }
            self->codes[i] = known[of[i]];
        }
    }
    if (PyErr_Occurred()) Py_CLEAR(self);
    PyBuffer_Release(&joined);
    PyBuffer_Release(&codes);
    PyBuffer_Release(&of_forms);
    return (PyObject *)self;
}

unsigned forms_code(const Forms *forms, const char *folded, size_t size) {
    int32_t n = table_find(&forms->table, folded, size);
    return n < 0 ? 0 : forms->codes[n];
}

static PyObject *forms_find(Forms *self, PyObject *form) {
    Py_ssize_t size;
    const char *data = PyUnicode_Check(form) ? PyUnicode_AsUTF8AndSize(form, &size) : NULL;
    if (data) return PyLong_FromUnsignedLong(forms_code(self, data, size));
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "a form is a text");
    if (!PyErr_ExceptionMatches(PyExc_UnicodeError)) return NULL;
    PyErr_Clear(); /* half of a surrogate: in no form */
    return PyLong_FromLong(0);
}

static PyMethodDef forms_methods[] = {
    {"code", (PyCFunction)forms_find, METH_O, "code(form): the packed buckets of a folded form, or 0."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot forms_slots[] = {{Py_tp_new, forms_new}, {Py_tp_dealloc, forms_free}, {Py_tp_methods, forms_methods},
                                    {Py_tp_doc, "The table of the lexicon."}, {0, NULL}};

PyType_Spec forms_spec = {"bacasable.privacy.redaction.kernel._kernel.Forms", sizeof(Forms), 0, Py_TPFLAGS_DEFAULT,
                          forms_slots};
