/* Identifiers made of digits, as digits.py of the identifiers reads them. */
#ifndef BACASABLE_NUMBERS_H
#define BACASABLE_NUMBERS_H

#include "contexts.h"

/* What does not change from one text to the next. */
typedef struct {
    PyObject_HEAD
    PyTypeObject *span;
    PyObject *types[A_OTHER];
    uint32_t lengths[A_OTHER]; /* ANNOUNCED of lengths.py: a bit for each length */
    uint32_t lengths_near, lengths_far, kinds_far;
    uint8_t countries[26][26]; /* lengths of IBANs */
} Numbers;

/* Digits without a gap; `from` is where they stand among all digits of the run. */
typedef struct {
    Py_ssize_t start, end, from;
} Group;

/* A run of digits and what was found in it. A run that is unsure is left to the Python code. */
typedef struct {
    const Numbers *numbers;
    Announcing *said;
    const Signs *text;
    PyObject *found;
    char *digits; /* 0 to 9, not signs */
    Group *groups;
    Py_ssize_t count, room, digit_room;
    bool unsure, failed;
} Reader;

typedef struct {
    Py_ssize_t start, end;
    int kind; /* A_NOTHING: no number */
    double confidence;
} Number;

#define NO_NUMBER ((Number){0, 0, A_NOTHING, 0})

static inline Py_ssize_t group_size(const Reader *run, Py_ssize_t n) { return run->groups[n].end - run->groups[n].start; }
static inline const char *group_digits(const Reader *run, Py_ssize_t n) { return run->digits + run->groups[n].from; }
static inline Py_ssize_t size_of(const Reader *run, Py_ssize_t first, Py_ssize_t end) {
    return run->groups[end - 1].from + group_size(run, end - 1) - run->groups[first].from;
}
static inline bool has(uint32_t lengths, Py_ssize_t size) { return size < 32 && lengths >> size & 1; }

/* proofs.c: checks.py and proofs.py, digits only. STRONG: a checksum over 97 or 511; else Luhn. */
bool proof_nir_body(const char *digits);
int proof_of(const char *digits, Py_ssize_t size, bool strong); /* the type, or A_NOTHING */
bool proof_written_as(const Reader *run, int kind, Py_ssize_t first, Py_ssize_t end);
Py_ssize_t proof_longest(const Reader *run, Py_ssize_t first, Py_ssize_t end, bool strong, int *kind); /* its last group, or -1 */
bool proof_luhn_whole(const Reader *run);
bool proof_mod97(const char *letters, Py_ssize_t size);

/* Said before or from afar: the number of announcements, or 0 with run->failed set. */
int run_before(Reader *run, Py_ssize_t start);
int run_far(Reader *run, Py_ssize_t start, Py_ssize_t end, bool sure);
/* Add a number to what was found. */
void run_found(Reader *run, Number number);
/* _closed of digits.py. */
Py_ssize_t run_closed(const Reader *run, Py_ssize_t start, Py_ssize_t end);
/* A sign of SIGNS of grouped.py; of `account`, of _SIGN of codes.py, a few less. */
bool run_gap(Py_UCS4 c, bool account);
/* counts of lengths.py. */
bool number_counts(const Signs *text, Py_ssize_t end, Py_ssize_t size);
/* telephone of telephones.py; the groups of the number begin at `first`. */
Number telephone(Reader *run, Py_ssize_t first, Py_ssize_t end, bool listed);
/* _led of digits.py: the account or VAT number whose letters stand before a run. */
Number account_before(Reader *run, Py_ssize_t start);
/* Of social_security.py. */
Number unproved_nir(Reader *run, Py_ssize_t first, Py_ssize_t end);
Py_ssize_t with_unproved(Reader *run, Group *taken, Py_ssize_t count);
Py_ssize_t part_of(const Reader *run, Py_ssize_t first, Py_ssize_t end);
Py_ssize_t nir_key_after(const Signs *text, Py_ssize_t end);
/* codes.c: Numbers.codes. */
PyObject *codes_read(Numbers *self, PyObject *args);
/* _read_word and _read of digits.py. */
void read_word(Reader *run);
void read_groups(Reader *run);

#endif
