#include "numbers.h"

#include <string.h>

/* The runs of digits of a text, one by one: _read_runs of digits.py. Those with letters for digits, of accounts without a
   key, of foreign telephones are left to it. */

static void numbers_free(Numbers *self) {
    PyTypeObject *type = Py_TYPE(self);
    Py_CLEAR(self->span);
    for (int kind = 0; kind < A_OTHER; kind++) Py_CLEAR(self->types[kind]);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Numbers(span, lengths, far, countries): lengths are (type, lengths as bits), far the types that are named from afar,
   countries (letters, length of an IBAN). */
static PyObject *numbers_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
    PyObject *span, *lengths, *far, *countries;
    if (!PyArg_ParseTuple(args, "O!O!O!O!", &PyType_Type, &span, &PyTuple_Type, &lengths, &PyTuple_Type, &far, &PyTuple_Type, &countries))
        return NULL;
    if (!PyType_IsSubtype((PyTypeObject *)span, &PyTuple_Type)) {
        PyErr_SetString(PyExc_TypeError, "a span is a tuple");
        return NULL;
    }
    Numbers *self = (Numbers *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->span = (PyTypeObject *)Py_NewRef(span);
    for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(lengths); n++) {
        PyObject *name;
        unsigned int bits;
        int kind = A_NIR;
        if (!PyTuple_Check(PyTuple_GET_ITEM(lengths, n)) || !PyArg_ParseTuple(PyTuple_GET_ITEM(lengths, n), "UI", &name, &bits)) goto refused;
        while (kind < A_OTHER && PyUnicode_CompareWithASCIIString(name, KIND_NAMES[kind])) kind++;
        int named_far = PySequence_Contains(far, name);
        if (kind == A_OTHER || self->types[kind] || named_far < 0) goto refused;
        self->types[kind] = Py_NewRef(name);
        self->lengths[kind] = bits;
        self->lengths_near |= bits;
        if (named_far) {
            self->kinds_far |= (uint32_t)1 << kind;
            self->lengths_far |= bits;
        }
    }
    for (int kind = A_NIR; kind < A_OTHER; kind++)
        if (!self->types[kind]) goto refused;
    for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(countries); n++) {
        const char *letters;
        int size;
        if (!PyTuple_Check(PyTuple_GET_ITEM(countries, n)) || !PyArg_ParseTuple(PyTuple_GET_ITEM(countries, n), "si", &letters, &size)) goto refused;
        unsigned first = (unsigned)letters[0] - 'A', second = first < 26 ? (unsigned)letters[1] - 'A' : 26;
        if (second >= 26 || size < 5 || size > 34) goto refused;
        self->countries[first][second] = (uint8_t)size;
    }
    return (PyObject *)self;
refused:
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "the types of numbers are not of this version");
    Py_DECREF(self);
    return NULL;
}

int run_before(Reader *run, Py_ssize_t start) {
    int count = said_before(run->said, start);
    run->failed |= count < 0;
    return count < 0 ? 0 : count;
}

int run_far(Reader *run, Py_ssize_t start, Py_ssize_t end, bool sure) {
    int count = said_far(run->said, start, end, sure);
    run->failed |= count < 0;
    return count < 0 ? 0 : count;
}

void run_found(Reader *run, Number number) {
    PyObject *confidence = PyFloat_FromDouble(number.confidence);
    PyObject *span = span_new(run->numbers->span, number.start, number.end, run->numbers->types[number.kind], confidence);
    if (!span || PyList_Append(run->found, span)) run->failed = true;
    Py_XDECREF(span);
}

/* _DATE_ALONE of digits.py, of ten characters. */
static bool date_alone(const Signs *text, Py_ssize_t i) {
    Py_UCS4 gap = sign(text, i + 2);
    if ((gap != '/' && gap != '.' && gap != '-') || sign(text, i + 5) != gap) return false;
    for (int n = 0; n < 10; n++)
        if (n != 2 && n != 5 && !is_digit(sign(text, i + n))) return false;
    return sign(text, i) <= '3' && sign(text, i + 3) <= '1' && (sign(text, i + 6) == '1' || sign(text, i + 6) == '2');
}

static bool is_alnum(Py_UCS4 c) { return c < 128 ? ascii_alnum(c) : Py_UNICODE_ISALNUM(c); }

/* _labels of digits.py: do the letters that a run hangs on announce it? */
static bool is_labelled(Reader *run, Py_ssize_t start) {
    if (!run_before(run, start)) return false;
    Said nearest = run->said->said[0];
    return nearest.words == 0 && nearest.kind < A_OTHER && run->numbers->lengths[nearest.kind];
}

static bool is_lookalike(Py_UCS4 c) { return c == 'O' || c == 'o' || c == 'l' || c == 'I'; }

/* Is a letter before a run taken for its first digit (with_lookalike of runs.py)? */
static bool after_lookalike(const Signs *text, Py_ssize_t start) {
    Py_UCS4 before = sign(text, start - 1), letter = sign(text, start - 2), more = sign(text, start - 3);
    if (is_lookalike(before)) return start < 2 || !is_alnum(letter);
    if (before != ' ' && before != '.' && before != '-' && before != 0xA0) return false;
    bool alone = start == 2 || (start > 2 && !is_alnum(more) && more != '\'' && more != 0x2019 && more != '.');
    return alone && is_lookalike(letter) && letter != 'o';
}

static bool is_like_digit(Py_UCS4 c) {
    return is_digit(c) || is_lookalike(c) || c == 'A' || c == 'B' || c == 'a' || c == 'b';
}

/* Where the digits of a group end without the letters of a word after them (_without_word of runs.py): its start where they
   are all of a word, -1 where letters stand for digits. */
static Py_ssize_t without_word(const Reader *run, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t end) {
    const Signs *text = run->text;
    Py_ssize_t digits = stop, kept = stop;
    while (digits > start && !is_digit(sign(text, digits - 1))) digits--;
    if (digits == stop) return stop;
    Py_ssize_t letters = stop - digits;
    Py_UCS4 last = sign(text, stop - 1);
    bool mixed = false;
    for (Py_ssize_t i = digits + 1; i < stop; i++) mixed |= sign(text, i) != sign(text, digits);
    if ((stop == end && end < text->length && Py_UNICODE_ISALPHA(sign(text, end))) || (letters > 1 && (digits > start || mixed))) kept = digits;
    else if (letters == 1 && !is_lookalike(last) && (digits == start || sign(text, digits - 1) != '2')) {
        bool after_two = run->count && run->digits[size_of(run, 0, run->count) - 1] == 2;
        if (digits == start && last < 'a' && after_two) return -1; /* the A or B of a department */
        kept = digits;
    }
    return kept == digits ? digits : -1;
}

/* Read the groups of a run up to a gap that parts values: where the next ones begin, or -1 where letters stand for digits. */
static Py_ssize_t next_groups(Reader *run, Py_ssize_t i, Py_ssize_t end) {
    const Signs *text = run->text;
    Py_ssize_t digits = 0;
    run->count = 0;
    while (i < end) {
        Py_UCS4 c = sign(text, i);
        if (!is_like_digit(c)) {
            i++;
            continue;
        }
        Py_ssize_t next = i;
        while (next < end && is_like_digit(sign(text, next))) next++;
        Py_ssize_t stop = without_word(run, i, next, end);
        if (stop < 0) return -1;
        if (stop == i) {
            i = next;
            continue;
        }
        if (run->count) { /* an empty line parts values (_BREAK), or letters between */
            Py_ssize_t lines = 0, last = run->groups[run->count - 1].end;
            for (Py_ssize_t at = last; at < i && lines < 2; at++)
                lines = sign(text, at) == '\n' ? lines + 1 : is_blank(sign(text, at)) ? lines : 0;
            if (lines > 1 || i - last > 3) return i;
        }
        if (run->count == run->room) {
            Py_ssize_t room = 2 * run->room + 32;
            Group *more = PyMem_Realloc(run->groups, room * sizeof *more);
            if (!more) goto full;
            run->groups = more;
            run->room = room;
        }
        Group *group = run->groups + run->count++;
        *group = (Group){i, i, digits};
        for (; i < stop; i++) {
            c = sign(text, i);
            if (!is_digit(c)) return -1;
            if (digits == run->digit_room) {
                Py_ssize_t room = 2 * digits + 64;
                char *more = PyMem_Realloc(run->digits, room);
                if (!more) goto full;
                run->digits = more;
                run->digit_room = room;
            }
            run->digits[digits++] = (char)(c - '0');
        }
        group->end = i;
        i = next;
    }
    return end;
full:
    PyErr_NoMemory();
    run->failed = true;
    return end;
}

/* A sign of SIGNS of grouped.py; of `account`, of _SIGN of codes.py, a few less. */
bool run_gap(Py_UCS4 c, bool account) {
    switch (c) {
    case ' ': case '.': case '-': case '/': case '_': case '\t': case '\r': case '\n': case 0xA0: case 0x2007: case 0x2009: case 0x202F:
        return true;
    case '(': case ')': case 0xAD: case 0x200A: case 0x200B: case 0xB7: return !account;
    default: return !account && c >= 0x2010 && c <= 0x2015;
    }
}

/* after_minutes of grouped.py. */
static Py_ssize_t after_minutes(const Signs *text, Py_ssize_t start, Py_ssize_t end) {
    if (start < 2 || !is_digit(sign(text, start - 2)) || sign(text, start) - '0' > 5u || !is_digit(sign(text, start + 1))) return 0;
    Py_ssize_t place = start + 2;
    while (place < end && run_gap(sign(text, place), false)) place++;
    return place > start + 2 || place >= end ? place : 0;
}

/* One turn of _read_runs. */
static void read_run(Reader *run, Py_ssize_t start, Py_ssize_t end) {
    const Signs *text = run->text;
    if (end - start == 10 && date_alone(text, start)) return;
    if (start) {
        Py_UCS4 before = sign(text, start - 1);
        Number account = end - start > 10 ? account_before(run, start) : NO_NUMBER;
        Py_ssize_t minutes;
        if (run->unsure) return;
        if (account.kind) {
            run_found(run, account);
            start = account.end;
        } else if ((before == 'h' || before == 'H') && (minutes = after_minutes(text, start, end))) {
            start = minutes;
        } else if (before == '_' || (is_alnum(before) && !is_lookalike(before) && before != '|')) {
            if (!is_labelled(run, start)) {
                Py_ssize_t stop = start;
                while (stop < end && ascii_alnum(sign(text, stop))) stop++;
                if (stop == end && end - start < 10) return; /* after_letters */
            }
        } else if (after_lookalike(text, start)) {
            run->unsure = true;
            return;
        }
    }
    for (Py_ssize_t next = start; next < end && !run->unsure && !run->failed;) {
        next = next_groups(run, next, end);
        if (next < 0) run->unsure = true;
        if (next < 0 || run->failed || !run->count) return;
        Py_ssize_t first = run->groups[0].start, last = run->groups[run->count - 1].end, size = size_of(run, 0, run->count);
        if (first == start && last == end) {
            if (run->count == 1) {
                read_word(run);
                return;
            }
            int kind = end - start == size + run->count - 1 && (size == 13 || size == 15) ? proof_of(run->digits, size, true) : A_NOTHING;
            if (kind) {
                run_found(run, (Number){start, run_closed(run, start, end), kind, 0.99});
                return;
            }
        }
        if (size >= 6) read_groups(run);
    }
}

/* The runs of a list, in order; `rest` reads those that are left, its answer a list of spans. */
static int read_runs(Reader *run, PyObject *runs, PyObject *rest) {
    for (Py_ssize_t n = 0; n < PyList_GET_SIZE(runs); n++) {
        PyObject *pair = PyList_GET_ITEM(runs, n);
        Py_ssize_t start, end, held = PyList_GET_SIZE(run->found);
        if (!PyTuple_Check(pair)) {
            PyErr_SetString(PyExc_TypeError, "a run has two bounds");
            return -1;
        }
        if (!PyArg_ParseTuple(pair, "nn", &start, &end)) return -1;
        if (start < 0 || end > run->text->length || start >= end) {
            PyErr_SetString(PyExc_ValueError, "a run is not in the text");
            return -1;
        }
        Aligned aligned = run->said->aligned;
        run->unsure = false;
        read_run(run, start, end);
        if (run->failed) return -1;
        if (!run->unsure) continue;
        run->said->aligned = aligned; /* as if it had not been read */
        run->said->start = -1;
        if (PyList_SetSlice(run->found, held, PyList_GET_SIZE(run->found), NULL)) return -1;
        PyObject *more = PyObject_CallFunction(rest, "nn", start, end);
        int failed = more ? PyList_SetSlice(run->found, held, held, more) : -1;
        Py_XDECREF(more);
        if (failed) return -1;
    }
    return 0;
}

static PyObject *numbers_read(Numbers *self, PyObject *args) {
    PyObject *said, *runs, *rest;
    if (!PyArg_ParseTuple(args, "OO!O", &said, &PyList_Type, &runs, &rest)) return NULL;
    if (!is_announcing(said)) {
        PyErr_SetString(PyExc_TypeError, "what is announced in the text is needed");
        return NULL;
    }
    Reader run = {.numbers = self, .said = (Announcing *)said, .text = &((Announcing *)said)->text, .found = PyList_New(0)};
    if (run.found && read_runs(&run, runs, rest)) Py_CLEAR(run.found);
    PyMem_Free(run.groups);
    PyMem_Free(run.digits);
    return run.found;
}

static PyMethodDef numbers_methods[] = {
    {"read", (PyCFunction)numbers_read, METH_VARARGS,
     "read(announcing, runs, rest): the numbers in runs of digits of a text; `rest(start, end)` reads those that are left."},
    {"codes", (PyCFunction)codes_read, METH_VARARGS,
     "codes(announcing, letter_digit, digit_letter, known, read): the identifiers of letters and digits; `read(start, end)`\n"
     "reads those that may be one, `known` are found already, by their start."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot numbers_slots[] = {{Py_tp_new, numbers_new}, {Py_tp_dealloc, numbers_free}, {Py_tp_methods, numbers_methods},
                                      {Py_tp_doc, "Reads the numbers of texts."}, {0, NULL}};

PyType_Spec numbers_spec = {"bacasable.privacy.redaction.kernel._kernel.Numbers", sizeof(Numbers), 0, Py_TPFLAGS_DEFAULT,
                            numbers_slots};
