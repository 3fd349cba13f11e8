#include "scanning.h"

/* Is a sign beyond Latin-1 one of cp1252, the code of Windows? */
static bool of_windows(Py_UCS4 c) {
    switch (c) {
    case 0x152: case 0x153: case 0x160: case 0x161: case 0x178: case 0x17D: case 0x17E: case 0x192: case 0x2C6:
    case 0x2DC: case 0x2013: case 0x2014: case 0x2018: case 0x2019: case 0x201A: case 0x201C: case 0x201D:
    case 0x201E: case 0x2020: case 0x2021: case 0x2022: case 0x2026: case 0x2030: case 0x2039: case 0x203A:
    case 0x20AC: case 0x2122: return true;
    default: return false;
    }
}

/* _is_usual of written.py: all signs are of Latin-1, or all are of cp1252; a soft hyphen is of neither. */
PyObject *is_usual(PyObject *Py_UNUSED(module), PyObject *string) {
    if (!PyUnicode_Check(string) || PyUnicode_READY(string)) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "not a text");
        return NULL;
    }
    Signs text = signs_of(string);
    bool controls = false, beyond = false; /* 0x80 to 0x9F are of Latin-1 only */
    for (Py_ssize_t i = 0; i < text.length; i++) {
        Py_UCS4 c = PyUnicode_READ(text.kind, text.data, i);
        if (c < 0x80) continue;
        if (c == 0xAD || (c > 0xFF && !of_windows(c))) Py_RETURN_FALSE;
        controls |= c < 0xA0;
        beyond |= c > 0xFF;
    }
    return PyBool_FromLong(!(controls && beyond));
}
