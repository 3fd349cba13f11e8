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

static int read_ranked(PyObject *pair, Ranked *to) {
    PyObject *span = PyTuple_Check(pair) && PyTuple_GET_SIZE(pair) == 2 ? PyTuple_GET_ITEM(pair, 1) : NULL;
    if (!span || !PyTuple_Check(span) || PyTuple_GET_SIZE(span) < 4 || !PyUnicode_Check(PyTuple_GET_ITEM(span, 2))) {
        PyErr_SetString(PyExc_TypeError, "not a rank and a span");
        return -1;
    }
    *to = (Ranked){PyLong_AsSsize_t(PyTuple_GET_ITEM(span, 0)), PyLong_AsSsize_t(PyTuple_GET_ITEM(span, 1)),
                   PyFloat_AsDouble(PyTuple_GET_ITEM(span, 3)), PyTuple_GET_ITEM(span, 2), span,
                   PyLong_AsLong(PyTuple_GET_ITEM(pair, 0))};
    return PyErr_Occurred() ? -1 : 0;
}

PyObject *arbitrate(PyObject *Py_UNUSED(module), PyObject *ranked) {
    if (!PyList_Check(ranked)) {
        PyErr_SetString(PyExc_TypeError, "not a list");
        return NULL;
    }
    Py_ssize_t count = PyList_GET_SIZE(ranked);
    Ranked few[64], *items = count <= 64 ? few : PyMem_Malloc(count * sizeof *items);
    if (!items) return PyErr_NoMemory();
    PyObject *standing = NULL;
    for (Py_ssize_t i = 0; i < count; i++)
        if (read_ranked(PyList_GET_ITEM(ranked, i), items + i)) goto done;
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
