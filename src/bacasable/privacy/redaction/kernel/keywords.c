#include "scanning.h"

#include <string.h>

/* Which kinds of words a text holds: asked before the patterns that need one of them are searched. It may say yes where
   the patterns find nothing, never no where they find something. */

enum { SLOTS = 1024, MOST_WORDS = 250, MOST_LETTERS = 24 };
/* What has to stand around a word: no letter before it, or after it; a day in letters before it. */
enum { BEGINS = 1, ENDS = 2, AFTER_DAY = 4 };

typedef struct {
    uint8_t letters[MOST_LETTERS];
    uint8_t size, group, around, next; /* the next word of the same slot, plus one */
    int8_t shift;                      /* for AFTER_DAY: from the word to where the month begins */
} Keyword;

typedef struct {
    PyObject_HEAD
    uint8_t small[256]; /* Latin-1 in small letters */
    uint8_t slots[SLOTS];
    Keyword words[MOST_WORDS];
    uint32_t all;
} Keywords;

static inline unsigned slot_of(uint8_t first, uint8_t second) { return (first * 37u + second * 5u) & (SLOTS - 1); }

static inline bool is_word(Py_UCS4 c) { return c == '_' || (c < 128 ? ascii_alnum(c) : Py_UNICODE_ISALNUM(c)); }

/* The last letters of the words for days: premier, un, deux... seize, vingt, trente. */
static bool after_day(const Signs *text, Py_ssize_t month) {
    static const char ends[] = "er un ux is re nq ix pt it uf ze gt te ";
    Py_UCS4 first = sign(text, month - 3) | 32, second = sign(text, month - 2) | 32;
    if (first > 127 || second > 127 || is_word(sign(text, month - 1))) return false;
    for (const char *end = ends; *end; end += 3)
        if ((Py_UCS4)end[0] == first && (Py_UCS4)end[1] == second) return true;
    return false;
}

static inline uint8_t small_at(const Keywords *self, const Signs *text, Py_ssize_t i) {
    Py_UCS4 c = sign(text, i);
    return c < 256 ? self->small[c] : 0;
}

static bool stands(const Keywords *self, const Signs *text, Py_ssize_t i, const Keyword *word) {
    if (i + word->size > text->length) return false;
    for (int n = 2; n < word->size; n++)
        if (small_at(self, text, i + n) != word->letters[n]) return false;
    Py_UCS4 before = sign(text, i - 1);
    if (word->around & BEGINS && before != '_' && is_word(before)) return false;
    if (word->around & ENDS && is_word(sign(text, i + word->size))) return false;
    return !(word->around & AFTER_DAY) || after_day(text, i + word->shift);
}

/* Signs that patterns read as letters whatever their case. */
static inline bool like_another(Py_UCS4 c) { return c == 0x130 || c == 0x131 || c == 0x17F || c == 0x212A; }

static PyObject *keywords_held(Keywords *self, PyObject *string) {
    if (!PyUnicode_Check(string) || PyUnicode_READY(string)) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "not a text");
        return NULL;
    }
    Signs text = signs_of(string);
    uint32_t held = 0;
    uint8_t last = 0;
    for (Py_ssize_t i = 0; i < text.length; i++) {
        Py_UCS4 c = PyUnicode_READ(text.kind, text.data, i);
        uint8_t now = c < 256 ? self->small[c] : 0;
        if (like_another(c)) return PyLong_FromUnsignedLong(self->all);
        for (int n = self->slots[slot_of(last, now)]; n; n = self->words[n - 1].next) {
            const Keyword *word = self->words + n - 1;
            if (word->letters[0] == last && word->letters[1] == now && !(held >> word->group & 1) &&
                stands(self, &text, i - 1, word))
                held |= 1u << word->group;
        }
        last = now;
    }
    return PyLong_FromUnsignedLong(held);
}

/* places(text, group): where the words of a group begin, or None where letters are that patterns read as others. */
static PyObject *keywords_places(Keywords *self, PyObject *args) {
    PyObject *string;
    int group;
    if (!PyArg_ParseTuple(args, "Ui", &string, &group) || PyUnicode_READY(string)) return NULL;
    Signs text = signs_of(string);
    PyObject *places = PyList_New(0);
    uint8_t last = 0;
    for (Py_ssize_t i = 0; places && i < text.length; i++) {
        Py_UCS4 c = PyUnicode_READ(text.kind, text.data, i);
        uint8_t now = c < 256 ? self->small[c] : 0;
        if (like_another(c)) {
            Py_DECREF(places);
            Py_RETURN_NONE;
        }
        for (int n = self->slots[slot_of(last, now)]; n; n = self->words[n - 1].next) {
            const Keyword *word = self->words + n - 1;
            if (word->group != group || word->letters[0] != last || word->letters[1] != now ||
                !stands(self, &text, i - 1, word))
                continue;
            if (add_place(places, i - 1)) Py_CLEAR(places);
            break;
        }
        last = now;
    }
    return places;
}

static int add_word(Keywords *self, int number, PyObject *item) {
    PyObject *word;
    int group, around, shift;
    if (!PyTuple_Check(item)) {
        PyErr_SetString(PyExc_TypeError, "a word, its group, what stands around it, and where its month begins");
        return -1;
    }
    if (!PyArg_ParseTuple(item, "Uiii", &word, &group, &around, &shift)) return -1;
    Py_ssize_t size = PyUnicode_GET_LENGTH(word);
    bool fits = number < MOST_WORDS && size >= 2 && size <= MOST_LETTERS && group >= 0 && group < 31 && shift > -4 &&
                shift < 4 && PyUnicode_KIND(word) == PyUnicode_1BYTE_KIND;
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, "a word is of two to twenty-four letters of Latin-1, its group below 31");
        return -1;
    }
    Keyword *keyword = self->words + number;
    for (Py_ssize_t i = 0; i < size; i++) keyword->letters[i] = self->small[PyUnicode_READ_CHAR(word, i)];
    keyword->size = (uint8_t)size, keyword->group = (uint8_t)group, keyword->around = (uint8_t)around;
    keyword->shift = (int8_t)shift;
    uint8_t *slot = self->slots + slot_of(keyword->letters[0], keyword->letters[1]);
    keyword->next = *slot;
    *slot = (uint8_t)(number + 1);
    self->all |= 1u << group;
    return 0;
}

static void keywords_free(Keywords *self) {
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Keywords(words): tuples of a word, its group, what stands around it, where its month begins. */
static PyObject *keywords_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
    PyObject *words;
    if (!PyArg_ParseTuple(args, "O!", &PyList_Type, &words)) return NULL;
    Keywords *self = (Keywords *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    for (int c = 0; c < 256; c++)
        self->small[c] = (uint8_t)((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) ? c + 32 : c);
    for (Py_ssize_t n = 0; n < PyList_GET_SIZE(words); n++)
        if (add_word(self, (int)(n < MOST_WORDS ? n : MOST_WORDS), PyList_GET_ITEM(words, n))) {
            Py_DECREF(self);
            return NULL;
        }
    return (PyObject *)self;
}

static PyMethodDef keywords_methods[] = {
    {"held", (PyCFunction)keywords_held, METH_O, "held(text): a bit for each group of which the text may hold a word."},
    {"places", (PyCFunction)keywords_places, METH_VARARGS,
     "places(text, group): where the words of a group may begin; None where each place may be one."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot keywords_slots[] = {{Py_tp_new, keywords_new}, {Py_tp_dealloc, keywords_free},
                                       {Py_tp_methods, keywords_methods},
                                       {Py_tp_doc, "Words that the patterns of recognisers need."}, {0, NULL}};

PyType_Spec keywords_spec = {"bacasable.privacy.redaction.kernel._kernel.Keywords", sizeof(Keywords), 0, Py_TPFLAGS_DEFAULT,
                             keywords_slots};
