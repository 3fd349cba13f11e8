#include "dates.h"

#include <stdlib.h>
#include <string.h>

/* The dates of a text (calendar_dates.py), and which of them Python has to look at: those before which something
   may say what they are. */

enum { BEFORE = 84, NEAR = 50 };

static bool ends_with(const char *text, size_t size, const char *word) {
    size_t length = strlen(word);
    return size >= length && !memcmp(text + size - length, word, length);
}

static bool begins(const char *text, size_t size, const char *word) {
    size_t length = strlen(word);
    return size >= length && !memcmp(text, word, length);
}

/* One of _BORN_SIGNS of calendar_dates.py; the text begins with a blank. */
static bool may_be_born(const char *text, size_t size) {
    for (size_t i = 1; i < size; i++) {
        const char *c = text + i;
        size_t left = size - i;
        if (*c == 'n') {
            if (begins(c, left, "ne") && c[-1] && strchr(" \n(-\t,:;|", c[-1])) return true;
            if (begins(c, left, "nais") || (c[-1] == ' ' && begins(c, left, "n(e"))) return true;
        } else if (*c == 'l' ? begins(c, left, "le jour") : *c == 'a' ? begins(c, left, "anniversaire") : false)
            return true;
        else if (*c == 'd' ? begins(c, left, "ddn") || begins(c, left, "dob") || begins(c, left, "d.d.n") || begins(c, left, "d.n.")
                             : *c == 'b' && (begins(c, left, "born") || begins(c, left, "birth")))
            return true;
    }
    return false;
}

static bool holds(const char *text, size_t size, const char *word) {
    for (size_t i = 0; i < size; i++)
        if (begins(text + i, size - i, word)) return true;
    return false;
}

/* May a law or a street stand before "du ": _LAW_SIGNS, _STREET. */
static bool may_be_named(const char *text, size_t size) {
    static const char *const laws[] = {"loi", "decret", "ordonnan", "reglement", "directive", "circulaire",
                                       "instruction", "recommand", "deliber"};
    static const char *const streets[] = {
        "rue", "r.", "place", "places", "pl", "pl.", "avenue", "av", "av.", "boulevard", "bd", "bld", "bvd", "impasse",
        "allee", "allees", "square", "quai", "cours", "esplanade", "pont", "chemin", "passage", "rond-point", "cite",
        "residence", "ecole", "college", "lycee", "stade", "gymnase", "salle", "parc", "faubourg", "route", "villa",
        "station"};
    for (size_t n = 0; n < sizeof laws / sizeof *laws; n++)
        if (holds(text, size, laws[n])) return true;
    if (size < 5 || text[size - 4] != ' ') return false;
    for (size_t n = 0; n < sizeof streets / sizeof *streets; n++)
        if (ends_with(text, size - 4, streets[n])) return true;
    return false;
}

static inline bool leads(char c) { return c && strchr(" .:_\t|-", c); }

static inline bool in_word(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

static size_t before_leaders(const char *text, size_t size) {
    while (size && leads(text[size - 1])) size--;
    return size;
}

/* Whether a word for a birth stands right before a date, but for "le": then kind() of births.py would find it so. */
static bool is_birth(const Signs *text, const char *before, size_t size, Py_ssize_t start) {
    size_t end = before_leaders(before, size);
    if (end > 3 && ends_with(before, end, "le") && leads(before[end - 3])) {
        if (memchr(before + end, '.', size - end)) return false;
        end = before_leaders(before, end - 2);
    }
    if (end < size && before[end] == '_') return false;
    if (ends_with(before, end, "naissance")) return true;
    static const char *const words[] = {"ddn", "dob", "born", "naiss", "nais"};
    for (size_t n = 0; n < sizeof words / sizeof *words; n++)
        if (end > strlen(words[n]) && ends_with(before, end, words[n])) return !in_word(before[end - strlen(words[n]) - 1]);
    bool both = ends_with(before, end, "(e)");
    if (both) end -= 3;
    size_t first = end;
    while (first && first + 4 > end && before[first - 1] >= 'a' && before[first - 1] <= 'z') first--;
    if (!first || !before[first - 1] || !strchr(" \n(-\t,:;|", before[first - 1])) return false;
    size_t length = end - first;
    if (length == 2 && !both) { /* "ne" without its accent is another word */
        Py_UCS4 accent = sign(text, start - (Py_ssize_t)(size - end) - 1);
        if (accent != 0xE9 && accent != 0xC9) return false;
    }
    const char *word = before + first;
    return (length == 2 && !memcmp(word, "ne", 2)) || (length == 3 && (!memcmp(word, "nee", 3) || !memcmp(word, "nes", 3))) ||
           (length == 4 && !memcmp(word, "nees", 4));
}

enum { SURE = 0, LOOK, BIRTH };

/* What a date is: a date; one that Python has to look at, for what stands around it may say that it is one of birth, or a
   name; one of birth. */
static int kind_of_date(const Dates *self, const Signs *text, const Day *day, Py_ssize_t last) {
    char before[BEFORE + 1] = " ";
    size_t size = 1;
    Py_ssize_t from = day->start > BEFORE ? day->start - BEFORE : 0;
    for (Py_ssize_t i = from > last ? from : last; i < day->start; i++) {
        Py_UCS4 c = sign(text, i);
        if (c >= 0x300 && c < 0x370) return LOOK; /* accents written apart */
        before[size++] = c < 256                  ? self->plain[c]
                         : c == 0x2019            ? '\''
                         : c == 0x152 || c == 0x153 ? 'o'
                         : c == 0x2011 || c == 0x2013 || c == 0x2014 ? '-'
                                                  : '?';
    }
    if (may_be_born(before, size)) return is_birth(text, before, size, day->start) ? BIRTH : LOOK;
    Py_UCS4 after = sign(text, day->end), next = sign(text, day->end + 1);
    if (after == '(' || (after == ' ' && (next == '(' || next == ':'))) return LOOK;
    bool named = (ends_with(before, size, "du ") || ends_with(before, size, "du\n")) && may_be_named(before, size);
    return named ? LOOK : SURE;
}

static int by_place(const void *one, const void *other) {
    const Day *a = one, *b = other;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    if (a->end != b->end) return a->end < b->end ? -1 : 1;
    return a->confidence < b->confidence ? -1 : a->confidence > b->confidence;
}

typedef struct {
    Day *items, few[32];
    Py_ssize_t count, room;
} Days;

static int keep(Days *days, const Day *day) {
    if (days->count == days->room) {
        Py_ssize_t room = days->room * 4;
        Day *moved = PyMem_Malloc(room * sizeof *moved);
        if (!moved) {
            PyErr_NoMemory();
            return -1;
        }
        memcpy(moved, days->items, days->count * sizeof *moved);
        if (days->items != days->few) PyMem_Free(days->items);
        days->items = moved, days->room = room;
    }
    days->items[days->count++] = *day;
    return 0;
}

static int find_days(const Dates *self, const Signs *text, Days *days) {
    Py_ssize_t past_numeric = 0, past_written = 0;
    for (Py_ssize_t i = 0; i < text->length; i++) {
        Py_UCS4 c = PyUnicode_READ(text->kind, text->data, i);
        if (c > 'O' || c < '.') continue;
        Day day;
        bool found = false;
        if (is_digit(c) || c == 'O') {
            if (c != 'O' && is_digit(sign(text, i + 1))) continue;
            if (written(text, i)) {
                if (i < past_written) continue;
                Py_ssize_t past = read_written(self, text, i, &day, &found);
                if (past > past_written) past_written = past;
            } else if (c != 'O' && i >= past_numeric && numeric(text, i))
                past_numeric = read_numeric(text, i, &day, &found);
        } else if ((c == '/' || c == '.') && misread(text, i))
            found = read_misread(text, i, &day);
        if (found && keep(days, &day)) return -1;
    }
    return 0;
}

/* Add the days that stand apart, and the numbers of those to look at, with whether only a date of birth just before
   makes them so. */
static int report(const Dates *self, const Signs *text, const Days *days, PyObject *spans, PyObject *doubtful) {
    Py_ssize_t last = 0;
    for (Py_ssize_t n = 0; n < days->count; n++) {
        const Day *day = days->items + n;
        if (day->start < last) continue;
        Py_ssize_t place = PyList_GET_SIZE(spans);
        int kind = kind_of_date(self, text, day, last);
        bool near = place && day->start - last < NEAR;
        if (kind != BIRTH && (kind || near) && add_pair(doubtful, place, kind ? 0 : 1)) return -1;
        double sure = kind == BIRTH && day->confidence < 0.9 ? 0.9 : day->confidence;
        PyObject *span = span_new(self->span, day->start, day->end, kind == BIRTH ? self->birth : self->kind,
                                  PyFloat_FromDouble(sure));
        int failed = span ? PyList_Append(spans, span) : -1;
        Py_XDECREF(span);
        if (failed) return -1;
        last = day->end;
    }
    return 0;
}

static PyObject *dates_read(Dates *self, PyObject *string) {
    if (!PyUnicode_Check(string) || PyUnicode_READY(string)) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "not a text");
        return NULL;
    }
    Signs text = signs_of(string);
    Days days = {.count = 0, .room = 32};
    days.items = days.few;
    PyObject *spans = PyList_New(0), *doubtful = PyList_New(0), *found = NULL;
    if (spans && doubtful && !find_days(self, &text, &days)) {
        qsort(days.items, days.count, sizeof *days.items, by_place);
        if (!report(self, &text, &days, spans, doubtful)) found = PyTuple_Pack(2, spans, doubtful);
    }
    Py_XDECREF(spans);
    Py_XDECREF(doubtful);
    if (days.items != days.few) PyMem_Free(days.items);
    return found;
}

static void dates_free(Dates *self) {
    PyTypeObject *type = Py_TYPE(self);
    Py_CLEAR(self->span);
    Py_CLEAR(self->kind);
    Py_CLEAR(self->birth);
    table_free(&self->months);
    PyMem_RawFree(self->numbers);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Dates(span, kind, birth, plain, months, numbers): the type of a span, the keys of dates and of those of birth, the bytes of Latin-1 folded, months by
   line, the number of each. */
static PyObject *dates_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
    PyObject *span, *kind, *birth, *plain, *months, *numbers;
    if (!PyArg_ParseTuple(args, "O!UUSSS", &PyType_Type, &span, &kind, &birth, &plain, &months, &numbers)) return NULL;
    if (!PyType_IsSubtype((PyTypeObject *)span, &PyTuple_Type) || PyBytes_GET_SIZE(plain) != 256) {
        PyErr_SetString(PyExc_ValueError, "the tables are not of this version");
        return NULL;
    }
    Dates *self = (Dates *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->span = (PyTypeObject *)Py_NewRef(span);
    self->kind = Py_NewRef(kind);
    self->birth = Py_NewRef(birth);
    memcpy(self->plain, PyBytes_AS_STRING(plain), 256);
    if (table_read(&self->months, PyBytes_AS_STRING(months), PyBytes_GET_SIZE(months))) goto failed;
    if (PyBytes_GET_SIZE(numbers) != (Py_ssize_t)self->months.count) {
        PyErr_SetString(PyExc_ValueError, "there are not as many numbers as months");
        goto failed;
    }
    if (!(self->numbers = PyMem_RawMalloc(self->months.count + 1))) {
        PyErr_NoMemory();
        goto failed;
    }
    memcpy(self->numbers, PyBytes_AS_STRING(numbers), self->months.count);
    return (PyObject *)self;
failed:
    Py_DECREF(self);
    return NULL;
}

static PyMethodDef dates_methods[] = {
    {"read", (PyCFunction)dates_read, METH_O,
     "read(text): the dates, sorted and apart; (number, only near) of those that may be of birth, or a name."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot dates_slots[] = {{Py_tp_new, dates_new}, {Py_tp_dealloc, dates_free}, {Py_tp_methods, dates_methods},
                                    {Py_tp_doc, "The reading of dates."}, {0, NULL}};

PyType_Spec dates_spec = {"bacasable.privacy.redaction.kernel._kernel.Dates", sizeof(Dates), 0, Py_TPFLAGS_DEFAULT,
                          dates_slots};
