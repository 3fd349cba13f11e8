/* What the files that read dates share: dates.c, numeric_dates.c, written_dates.c. */
#ifndef BACASABLE_DATES_H
#define BACASABLE_DATES_H

#include "scanning.h"

/* A day found in a text. */
typedef struct {
    Py_ssize_t start, end;
    double confidence;
} Day;

typedef struct {
    PyObject_HEAD
    PyTypeObject *span;
    PyObject *kind, *birth; /* keys of the types */
    char plain[256]; /* Latin-1 without accents and capitals */
    Table months;
    uint8_t *numbers;
} Dates;

static inline bool date_gap(Py_UCS4 c) { return c == ' ' || c == 0xA0 || c == 0x202F || c == 0x2009 || c == '\t'; }

/* A digit, or a letter read for one. */
static inline bool misread_digit(Py_UCS4 c) { return is_digit(c) || c == 'O' || c == 'o' || c == 'I' || c == 'l'; }

/* The number that digits write, letters read for them. */
static inline int value(const Signs *text, Py_ssize_t start, Py_ssize_t end) {
    int found = 0;
    for (; start < end; start++) {
        Py_UCS4 c = sign(text, start);
        found = found * 10 + (is_digit(c) ? (int)(c - '0') : c == 'I' || c == 'l' ? 1 : 0);
    }
    return found;
}

/* May a date begin at a place: (?<![0-9A-Za-z])(?<![0-9][/.,]). */
bool may_begin(const Signs *text, Py_ssize_t i);

/* Is there such a day? */
bool exists(int year, int month, int day);

/* Whether a date may be at the last digit of its day or year: in numbers, in words; or, at a slash or a full stop, in
   numbers of which letters took the place. */
bool numeric(const Signs *text, Py_ssize_t i);
bool written(const Signs *text, Py_ssize_t i);
bool misread(const Signs *text, Py_ssize_t i);

/* Read it; the first two return where to go on. */
Py_ssize_t read_numeric(const Signs *text, Py_ssize_t last, Day *found, bool *is_date);
Py_ssize_t read_written(const Dates *self, const Signs *text, Py_ssize_t last, Day *found, bool *is_date);
bool read_misread(const Signs *text, Py_ssize_t rest, Day *found);

#endif
