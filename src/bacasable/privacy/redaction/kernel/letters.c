#include "kernel.h"

#include <string.h>

/* The letters of a word are those of scanning.py: what no block of signs holds. */
static bool is_letter(Py_UCS4 c) {
    if (c < 0xC0)
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == 0xAA || c == 0xB5 || c == 0xBA;
    if (c < 0x2000) return c != 0xD7 && c != 0xF7;
    return !(c <= 0x2BFF || (c >= 0x2E00 && c <= 0x2E7F) || (c >= 0x3000 && c <= 0x303F) ||
             (c >= 0xD800 && c <= 0xF8FF) || (c >= 0xFE00 && c <= 0xFFFF) || (c >= 0x1D000 && c <= 0x1FFFF));
}

unsigned letter_flags_far(Py_UCS4 c) {
    if (!is_letter(c)) return 0;
    return LETTER | (Py_UNICODE_ISLOWER(c) ? LOWERCASE : 0) | (Py_UNICODE_ISUPPER(c) ? UPPERCASE : 0) |
           (Py_UNICODE_ISTITLE(c) ? TITLECASE : 0);
}

int letters_open(Letters *letters, PyObject *fold) {
    for (int c = 0; c < 256; c++) letters->flags[c] = letter_flags_far(c);
    letters->fold = Py_NewRef(fold);
    return letters_page(letters, 0) ? 0 : -1;
}

void letters_close(Letters *letters) {
    for (int i = 0; i < PAGES; i++) PyMem_RawFree(letters->pages[i]);
    Py_CLEAR(letters->fold);
}

/* Copy a string of Python if it fits; returns its size, 255 if it does not, or -1 with an exception set. */
static int copy(PyObject *string, char *to, Py_ssize_t room) {
    if (!string) return -1;
    Py_ssize_t size;
    const char *from = PyUnicode_AsUTF8AndSize(string, &size);
    if (!from) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeError)) return -1;
        PyErr_Clear(); /* half of a surrogate: no letter */
        return 255;
    }
    if (size > room) return 255;
    memcpy(to, from, size);
    return (int)size;
}

Letter *letters_page(Letters *letters, Py_UCS4 c) {
    Py_UCS4 first = c & ~(Py_UCS4)255;
    Letter *page = PyMem_RawCalloc(256, sizeof *page);
    if (!page) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_UCS4 i = 0; i < 256; i++) {
        Letter *letter = page + i;
        PyObject *one = PyUnicode_FromOrdinal((int)(first + i));
        PyObject *lower = one ? PyObject_CallMethod(one, "lower", NULL) : NULL;
        PyObject *folded = lower ? PyObject_CallOneArg(letters->fold, one) : NULL;
        int lower_size = copy(lower, letter->lower, sizeof letter->lower);
        int folded_size = folded ? copy(folded, letter->folded, sizeof letter->folded) : -1;
        Py_XDECREF(one);
        Py_XDECREF(lower);
        Py_XDECREF(folded);
        if (lower_size < 0 || folded_size < 0) {
            PyMem_RawFree(page);
            return NULL;
        }
        /* A capital sigma has its small form by what follows it. */
        letter->hard = lower_size == 255 || folded_size == 255 || first + i == 0x3A3;
        letter->lower_size = (uint8_t)lower_size;
        letter->folded_size = (uint8_t)folded_size;
    }
    if (letters->pages[first >> 8]) PyMem_RawFree(page); /* another thread was quicker */
    else letters->pages[first >> 8] = page;
    return letters->pages[first >> 8];
}

int bytes_room(Bytes *bytes, size_t more) {
    size_t needed = bytes->size + more;
    if (needed <= bytes->room) return 0;
    size_t room = needed < 256 ? 256 : needed + needed / 2;
    char *data = PyMem_RawRealloc(bytes->data, room);
    if (!data) {
        PyErr_NoMemory();
        return -1;
    }
    bytes->data = data;
    bytes->room = room;
    return 0;
}
