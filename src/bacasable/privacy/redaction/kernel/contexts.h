/* What words announce before places of a text, and headings above them: contexts.c, announcing.c, headings.c. */
#ifndef BACASABLE_CONTEXTS_H
#define BACASABLE_CONTEXTS_H

#include "scanning.h"

enum { REACH = 72, MOST_WORDS = REACH / 2 + 1 };

/* The types whose numbers words announce, as ANNOUNCED of lengths.py, between what no type of number is. */
enum {
    A_NOTHING, A_ANY, A_NIR, A_SPI, A_SIRET, A_SIREN, A_IBAN, A_CARD, A_PHONE, A_CAF, A_FT, A_ID_CARD, A_RESIDENCE_PERMIT,
    A_DRIVING_LICENCE, A_HEALTH_INSURER, A_HEALTH_PROFESSIONAL, A_PATIENT, A_INE, A_PASSPORT, A_TAX_NOTICE, A_FILE_NUMBER,
    A_VAT, A_OTHER, A_KINDS
};
/* Their names; A_OTHER has none. */
extern const char *const KIND_NAMES[A_OTHER];

typedef struct {
    uint32_t before, before_size; /* the words before the last one, each with the space after it */
    uint16_t before_words, key;
    uint32_t last, last_size;
    int32_t next; /* the next phrase with the same last word, or the same three letters; -1: none */
} Phrase;

typedef struct {
    PyObject_HEAD
    uint8_t plain[256];
    Table exact, stems;
    int32_t *first_exact, *first_stem;
    Phrase *phrases;
    char *letters;
    PyObject *keys, *announced;
    uint8_t *kinds;  /* A_NOTHING... by key */
    PyObject **made; /* what was announced before, by key and distance: the same tuple serves again */
} Contexts;

bool is_contexts(PyObject *object);
/* Fill `keys` with what each word before a place announces, the last word first: a key, or -1; words before `lowest` are
   not read. Returns how many. */
int contexts_before(const Contexts *self, const Signs *text, Py_ssize_t lowest, Py_ssize_t end, int *keys);
/* What a phrase of a key announces, some words before: borrowed, or NULL with an exception set. */
PyObject *contexts_announced(Contexts *self, int key, int distance);

/* Announced of announced.py. */
typedef struct {
    uint16_t key;
    uint8_t kind, words;
} Said;

/* A line of a table: its sign, how many of them, where its heading starts. */
typedef struct {
    Py_ssize_t top, head; /* top plus one; 0: empty */
    Py_ssize_t count;
    int sign;
} Line;

/* The line and the column read last of those that blanks align, and what the heading above says. */
typedef struct {
    Py_ssize_t top, column;
    int count;
    Said said[MOST_WORDS];
} Aligned;

/* Announcements of context.py, with its headings: of one text. */
typedef struct {
    PyObject_HEAD
    PyObject *string;
    Contexts *contexts;
    Signs text;
    bool tabular;
    Py_ssize_t start; /* the place asked for last, and what was said there */
    int count;
    Said said[2 * MOST_WORDS];
    Line *lines;
    size_t line_count, line_room;
    Aligned aligned;
    Said *far; /* room for one of each key, and MOST_WORDS more */
    bool *seen;
} Announcing;

bool is_announcing(PyObject *object);
/* What is announced before a place, the nearest first, in self->said: how many; -1 with an exception set, also below. */
int said_before(Announcing *self, Py_ssize_t start);
/* What is announced from afar, in self->far: how many. */
int said_far(Announcing *self, Py_ssize_t start, Py_ssize_t end, bool sure);
/* The same, of a heading above and the words right after only. */
int said_beside(Announcing *self, Py_ssize_t start, Py_ssize_t end);
/* Headings of headings.py: each fills `to` with MOST_WORDS at most, and returns how many. */
int heading_column(Announcing *self, Py_ssize_t start, bool loose, Said *to);
int heading_labelled(Announcing *self, Py_ssize_t start, Said *to);
int heading_after(Announcing *self, Py_ssize_t end, Said *to);
/* What a piece of a text says; and what a heading says, as if it stood right before the value (_named). */
int heading_named(const Announcing *self, Py_ssize_t start, Py_ssize_t end, Said *to);
int said_by(const Announcing *self, Py_ssize_t start, Py_ssize_t end, Said *to);

/* Any character of Python's \w, \s, \d. */
static inline bool is_word(Py_UCS4 c) { return c < 128 ? ascii_alnum(c) || c == '_' : Py_UNICODE_ISALNUM(c); }
static inline bool is_blank(Py_UCS4 c) { return Py_UNICODE_ISSPACE(c); }
static inline bool is_decimal(Py_UCS4 c) { return c < 128 ? is_digit(c) : Py_UNICODE_ISDECIMAL(c); }

#endif
