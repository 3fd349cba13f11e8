/* Characters of a text of any width, read without care for its ends: past them stands a NUL. */
#ifndef BACASABLE_SCANNING_H
#define BACASABLE_SCANNING_H

#include "kernel.h"

typedef struct {
    int kind;
    const void *data;
    Py_ssize_t length;
} Signs;

static inline Py_UCS4 sign(const Signs *text, Py_ssize_t i) {
    return i >= 0 && i < text->length ? PyUnicode_READ(text->kind, text->data, i) : 0;
}

static inline bool is_digit(Py_UCS4 c) { return c - '0' < 10u; }
static inline bool ascii_letter(Py_UCS4 c) { return (c | 32) - 'a' < 26u && c < 128; }
static inline bool ascii_alnum(Py_UCS4 c) { return is_digit(c) || ascii_letter(c); }
static inline bool is_hexadecimal(Py_UCS4 c) { return is_digit(c) || ((c | 32) - 'a' < 6u && c < 128); }
/* [^\W\d_] of Python's patterns. */
static inline bool alphabetic(Py_UCS4 c) {
    return c < 128 ? ascii_letter(c) : Py_UNICODE_ISALNUM(c) && !Py_UNICODE_ISDECIMAL(c);
}

static inline Signs signs_of(PyObject *string) {
    return (Signs){PyUnicode_KIND(string), PyUnicode_DATA(string), PyUnicode_GET_LENGTH(string)};
}

/* Add a number, or a pair, to a list; 0 or -1. */
int add_place(PyObject *list, Py_ssize_t place);
int add_pair(PyObject *list, Py_ssize_t start, Py_ssize_t end);
/* A span of a type of tuples; it takes `confidence`, which may be NULL with an exception set. */
PyObject *span_new(PyTypeObject *type, Py_ssize_t start, Py_ssize_t end, PyObject *kind, PyObject *confidence);

PyObject *identifier_signs(PyObject *module, PyObject *string);
PyObject *plan_fits(PyObject *module, PyObject *args);
PyObject *is_usual(PyObject *module, PyObject *string);
PyObject *arbitrate(PyObject *module, PyObject *args);
PyObject *above(PyObject *module, PyObject *args);
extern PyType_Spec announcing_spec, contexts_spec, dates_spec, hints_spec, keywords_spec, numbers_spec, streets_spec, surroundings_spec;

#endif
