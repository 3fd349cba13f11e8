#include "scanning.h"

#include <stdlib.h>
#include <string.h>

/* Which spans stand where they overlap: arbitrate of finding.py. */

typedef struct {
    Py_ssize_t start, end;
    double confidence;
    PyObject *kind, *span; /* borrowed */
    long rank;
} Ranked;

static int by_kind(const Ranked *a, const Ranked *b) {
    return a->kind == b->kind ? 0 : PyUnicode_Compare(a->kind, b->kind);
}

static int by_span(const void *one, const void *other) {
    const Ranked *a = one, *b = other;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    if (a->end != b->end) return a->end < b->end ? -1 : 1;
    int kind = by_kind(a, b);
    if (kind) return kind;
    return a->confidence < b->confidence ? -1 : a->confidence > b->confidence;
}

/* The higher rank, then the surer, then the longer, then the first. */
static int by_trust(const void *one, const void *other) {
    const Ranked *a = one, *b = other;
    if (a->rank != b->rank) return a->rank > b->rank ? -1 : 1;
    if (a->confidence != b->confidence) return a->confidence > b->confidence ? -1 : 1;
    Py_ssize_t length = a->end - a->start, other_length = b->end - b->start;
    if (length != other_length) return length > other_length ? -1 : 1;
    return by_span(a, b);
}

/* Leave at the beginning of a cluster the spans that stand, sorted; return how many. */
static Py_ssize_t settle(Ranked *cluster, Py_ssize_t count) {
    if (count < 2) return count;
    qsort(cluster, count, sizeof *cluster, by_trust);
    Py_ssize_t kept = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        bool free = true;
        for (Py_ssize_t j = 0; free && j < kept; j++)
            free = cluster[i].end <= cluster[j].start || cluster[j].end <= cluster[i].start;
        if (free) cluster[kept++] = cluster[i];
    }
    qsort(cluster, kept, sizeof *cluster, by_span);
    return kept;
}

/* Read the spans of one part: (rank, rank where proved, spans). */
static int read_part(PyObject *part, double proved, Ranked *items, Py_ssize_t *count) {
    long rank = PyLong_AsLong(PyTuple_GET_ITEM(part, 0)), sure = PyLong_AsLong(PyTuple_GET_ITEM(part, 1));
    PyObject *spans = PyTuple_GET_ITEM(part, 2);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(spans); i++) {
        PyObject *span = PyList_GET_ITEM(spans, i);
        if (!PyTuple_Check(span) || PyTuple_GET_SIZE(span) < 4 || !PyUnicode_Check(PyTuple_GET_ITEM(span, 2))) {
            PyErr_SetString(PyExc_TypeError, "not a span");
            return -1;
        }
        double confidence = PyFloat_AsDouble(PyTuple_GET_ITEM(span, 3));
        items[(*count)++] = (Ranked){PyLong_AsSsize_t(PyTuple_GET_ITEM(span, 0)), PyLong_AsSsize_t(PyTuple_GET_ITEM(span, 1)),
                                     confidence, PyTuple_GET_ITEM(span, 2), span, confidence >= proved ? sure : rank};
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* arbitrate(parts, proved): of tuples of a rank, a rank where proved, and spans, the spans that stand, sorted, apart. */
PyObject *arbitrate(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *parts;
    double proved;
    if (!PyArg_ParseTuple(args, "O!d", &PyTuple_Type, &parts, &proved)) return NULL;
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(parts); i++) {
        PyObject *part = PyTuple_GET_ITEM(parts, i);
        if (!PyTuple_Check(part) || PyTuple_GET_SIZE(part) != 3 || !PyList_Check(PyTuple_GET_ITEM(part, 2))) {
            PyErr_SetString(PyExc_TypeError, "not two ranks and a list of spans");
            return NULL;
        }
        count += PyList_GET_SIZE(PyTuple_GET_ITEM(part, 2));
    }
    Ranked few[64], *items = count <= 64 ? few : PyMem_Malloc(count * sizeof *items);
    if (!items) return PyErr_NoMemory();
    PyObject *standing = NULL;
    count = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(parts); i++)
        if (read_part(PyTuple_GET_ITEM(parts, i), proved, items, &count)) goto done;
    qsort(items, count, sizeof *items, by_span);
    if (!(standing = PyList_New(0))) goto done;
    for (Py_ssize_t first = 0, stop; first < count; first = stop) {
        Py_ssize_t reach = items[first].end;
        for (stop = first + 1; stop < count && items[stop].start < reach; stop++)
            if (items[stop].end > reach) reach = items[stop].end;
        Py_ssize_t kept = settle(items + first, stop - first);
        for (Py_ssize_t i = first; i < first + kept; i++)
            if (PyList_Append(standing, items[i].span)) {
                Py_CLEAR(standing);
                goto done;
            }
    }
done:
    if (items != few) PyMem_Free(items);
    return standing;
}

/* above(spans, least): the spans that are as sure as their type has to be; a type that is not there is left out. */
PyObject *above(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *spans, *least;
    if (!PyArg_ParseTuple(args, "O!O!", &PyList_Type, &spans, &PyDict_Type, &least)) return NULL;
    PyObject *kept = PyList_New(0);
    for (Py_ssize_t i = 0; kept && i < PyList_GET_SIZE(spans); i++) {
        PyObject *span = PyList_GET_ITEM(spans, i);
        if (!PyTuple_Check(span) || PyTuple_GET_SIZE(span) < 4) {
            PyErr_SetString(PyExc_TypeError, "not a span");
            Py_CLEAR(kept);
            break;
        }
        PyObject *bar = PyDict_GetItemWithError(least, PyTuple_GET_ITEM(span, 2));
        bool stands = bar && PyFloat_AsDouble(PyTuple_GET_ITEM(span, 3)) >= PyFloat_AsDouble(bar);
        if (PyErr_Occurred() || (stands && PyList_Append(kept, span))) Py_CLEAR(kept);
    }
    return kept;
}
