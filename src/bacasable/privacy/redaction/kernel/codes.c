#include "numbers.h"

/* Words of letters and digits: lettered_codes of codes.py. Most are sure to be no identifier, and passed over here; the
   others are read there. */

enum { LONGEST_WORD = 40, SHORTEST = 5, LONGEST_CODE = 20, SHORTEST_FAR = 7, LONGEST_FAR = 14, MAC_SIZE = 12 };

/* A word of a text, and what it is made of. */
typedef struct {
    Py_ssize_t start, size;
    int head;   /* letters that it begins with */
    int digits; /* that it ends with */
    bool small; /* any small letter */
} Code;

static Code code_at(const Signs *text, Py_ssize_t place) {
    Code code = {.start = place};
    while (code.start && place - code.start < LONGEST_WORD && ascii_alnum(sign(text, code.start - 1))) code.start--;
    for (Py_UCS4 c; code.size < LONGEST_WORD && ascii_alnum(c = sign(text, code.start + code.size)); code.size++) {
        bool digit = is_digit(c);
        code.head += !digit && code.head == code.size;
        code.digits = digit ? code.digits + 1 : 0;
        code.small |= c >= 'a';
    }
    return code;
}

/* _SURE: two digits, two letters, five digits; or nine digits and two letters; or ten and one. */
static bool is_sure(const Signs *text, const Code *code) {
    if (code->size != 9 && code->size != 11) return false;
    int letters[4] = {0}; /* at places 2 and 3, 9, 10, elsewhere */
    for (int n = 0; n < code->size; n++)
        if (!is_digit(sign(text, code->start + n))) letters[n == 2 || n == 3 ? 0 : n == 9 ? 1 : n == 10 ? 2 : 3]++;
    if (letters[3]) return false;
    return code->size == 9 ? letters[0] == 2 : !letters[0] && letters[2];
}

/* Is a word surely nothing that _code of codes.py finds? -1 with an exception set. */
static int is_no_code(const Numbers *self, Announcing *said, const Code *code) {
    const Signs *text = &said->text;
    if (code->head > 1) {
        unsigned first = (sign(text, code->start) & ~32u) - 'A', second = (sign(text, code->start + 1) & ~32u) - 'A';
        if (self->countries[first][second] && (code->head == 2 || (first == 'F' - 'A' && second == 'R' - 'A'))) return false;
    }
    if (code->size == 11 || code->size == 23) return false;
    if (code->size < SHORTEST || code->size > LONGEST_CODE) return true;
    int count = said_before(said, code->start);
    if (count < 0) return -1;
    for (int n = 0; n < count; n++) {
        Said one = said->said[n];
        if (one.kind == A_NOTHING || one.words > 8) break;
        if (one.kind != A_ANY && (one.kind != A_OTHER || code->size == MAC_SIZE)) return false;
    }
    bool sure = is_sure(text, code);
    if (code->size < SHORTEST_FAR || code->size > LONGEST_FAR || (!sure && code->small)) return true;
    if (code->head > 3 && code->head + code->digits == code->size) return true; /* _WORD_AND_NUMBER */
    for (int n = 0; n < count; n++)
        if (said->said[n].kind == A_ANY && said->said[n].words < 5) return false;
    count = said_far(said, code->start, code->start + code->size, sure);
    if (count < 0) return -1;
    for (int n = 0; n < count; n++) {
        if (said->far[n].kind == A_NOTHING) return true;
        if (said->far[n].kind != A_ANY && said->far[n].kind != A_OTHER) return false;
    }
    return true;
}

/* The account or number that begins a word and was found before, borrowed; NULL, with an exception set if it failed. */
static PyObject *known_at(PyObject *known, Py_ssize_t start) {
    if (!PyDict_GET_SIZE(known)) return NULL;
    PyObject *place = PyLong_FromSsize_t(start), *span = place ? PyDict_GetItemWithError(known, place) : NULL;
    Py_XDECREF(place);
    return span;
}

static Py_ssize_t end_of(PyObject *span) {
    if (!PyTuple_Check(span) || PyTuple_GET_SIZE(span) < 2) {
        PyErr_SetString(PyExc_TypeError, "not a span");
        return -1;
    }
    return PyLong_AsSsize_t(PyTuple_GET_ITEM(span, 1));
}

PyObject *codes_read(Numbers *self, PyObject *args) {
    PyObject *object, *places[2], *known, *read, *found = NULL;
    if (!PyArg_ParseTuple(args, "OO!O!O!O", &object, &PyList_Type, places, &PyList_Type, places + 1, &PyDict_Type, &known, &read)) return NULL;
    if (!is_announcing(object)) {
        PyErr_SetString(PyExc_TypeError, "what is announced in the text is needed");
        return NULL;
    }
    Announcing *said = (Announcing *)object;
    if (!(found = PyList_New(0))) return NULL;
    for (int n = 0; n < 2; n++) {
        Py_ssize_t seen = -1;
        for (Py_ssize_t m = 0; m < PyList_GET_SIZE(places[n]); m++) {
            Py_ssize_t place = PyNumber_AsSsize_t(PyList_GET_ITEM(places[n], m), PyExc_OverflowError);
            if (PyErr_Occurred()) goto failed;
            if (place < seen || place < 0 || place >= said->text.length) continue;
            Code code = code_at(&said->text, place);
            PyObject *span = known_at(known, code.start);
            if (!span && PyErr_Occurred()) goto failed;
            if (span) {
                if (PyList_Append(found, span) || (seen = end_of(span)) < 0) goto failed;
                continue;
            }
            if (!code.size) continue;
            seen = code.start + code.size;
            Aligned aligned = said->aligned;
            int none = is_no_code(self, said, &code);
            if (none < 0) goto failed;
            if (none) continue;
            said->aligned = aligned; /* as if it had not been read */
            said->start = -1;
            span = PyObject_CallFunction(read, "nn", code.start, code.start + code.size);
            if (!span) goto failed;
            Py_ssize_t end = seen;
            int wrong = span != Py_None && (PyList_Append(found, span) || (end = end_of(span)) < 0);
            Py_DECREF(span);
            if (wrong) goto failed;
            if (end > seen) seen = end;
        }
    }
    return found;
failed:
    Py_DECREF(found);
    return NULL;
}
