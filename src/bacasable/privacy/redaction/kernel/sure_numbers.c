#include "scanning.h"

#include <string.h>

/* The runs of digits that nothing around can make something else: proven by a strong checksum, telephones in pairs,
   dates. What digits.py would say of each, without a call for it; all other runs are left to digits.py. */

enum { LONGEST = 25 };

/* A run of ASCII digits with one sign at most between two of them. */
typedef struct {
    char digits[LONGEST];
    int count, gaps;
    bool in_pairs; /* two by two, with the same blank, full stop or hyphen between all of them */
    bool plain;    /* only such signs, or hard blanks */
} Digits;

static bool read_digits(const Signs *text, Py_ssize_t start, Py_ssize_t end, Digits *run) {
    *run = (Digits){.in_pairs = true, .plain = true};
    Py_UCS4 first = 0;
    bool gap = true;
    for (Py_ssize_t i = start; i < end; i++) {
        Py_UCS4 c = sign(text, i);
        if (is_digit(c)) {
            if (run->count == LONGEST) return false;
            run->digits[run->count++] = (char)(c - '0');
            gap = false;
            continue;
        }
        if (gap || ascii_alnum(c)) return false;
        gap = true;
        run->gaps++;
        if (!first) first = c;
        bool usual = c == ' ' || c == '.' || c == '-';
        run->in_pairs &= usual && c == first && run->count == 2 * run->gaps;
        run->plain &= usual || c == 0xA0;
    }
    run->in_pairs &= run->count == 2 * run->gaps + 2;
    return !gap;
}

static int value(const char *digits, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) number = number * 10 + digits[i];
    return number;
}

static int remainder_of(const char *digits, int from, int to, int by, int number) {
    for (int i = from; i < to; i++) number = (number * 10 + digits[i]) % by;
    return number;
}

/* nir of checks.py, digits only. */
static bool is_nir(const char *d) {
    int month = value(d, 3, 5);
    return ((d[0] >= 1 && d[0] <= 4) || d[0] == 7 || d[0] == 8) && (month <= 42 ? month && (month < 13 || month > 19) : month > 49) &&
           value(d, 5, 7) && value(d, 10, 13) && 97 - remainder_of(d, 0, 13, 97, 0) == value(d, 13, 15);
}

/* spi of checks.py. */
static bool is_spi(const char *d) { return d[0] < 4 && remainder_of(d, 0, 10, 511, 0) == value(d, 10, 13); }

/* iban of checks.py for FR and 25 digits: "FR" is 1527. */
static bool is_french_iban(const char *d) {
    int rest = remainder_of(d, 2, 25, 97, 0);
    rest = (rest * 10000 + 1527) % 97;
    return remainder_of(d, 0, 2, 97, rest) == 1;
}

/* _DATE_ALONE of digits.py, of ten characters. */
static bool date_alone(const Signs *text, Py_ssize_t i) {
    Py_UCS4 gap = sign(text, i + 2);
    if ((gap != '/' && gap != '.' && gap != '-') || sign(text, i + 5) != gap) return false;
    for (int n = 0; n < 10; n++)
        if (n != 2 && n != 5 && !is_digit(sign(text, i + n))) return false;
    return sign(text, i) <= '3' && sign(text, i + 3) <= '1' && (sign(text, i + 6) == '1' || sign(text, i + 6) == '2');
}

static bool is_lookalike(Py_UCS4 c) { return c == 'O' || c == 'o' || c == 'l' || c == 'I'; }

static bool is_alnum(Py_UCS4 c) { return c < 128 ? ascii_alnum(c) : Py_UNICODE_ISALNUM(c); }

/* May letters before the run be those of an account, or stand for digits (_led, after_letters, with_lookalike)? */
static bool led(const Signs *text, Py_ssize_t start, const char *countries) {
    if (!start) return false;
    Py_UCS4 before = sign(text, start - 1);
    if (before == '_' || is_alnum(before) || is_lookalike(sign(text, start - 2))) return true;
    Py_ssize_t place = start - 1;
    Py_UCS4 letters[2];
    for (int n = 1; n >= 0; n--) {
        /* At most three signs stand after each letter; a sign is no letter, so any may be passed over here. */
        for (int passed = 0; passed < 3 && place > 0 && !is_alnum(sign(text, place)); passed++) place--;
        letters[n] = sign(text, place--);
        if (letters[n] > 127) return true;
        if (!ascii_letter(letters[n])) return false;
    }
    for (const char *country = countries; country[0] && country[1]; country += 2)
        if ((letters[0] & ~32u) == (Py_UCS4)country[0] && (letters[1] & ~32u) == (Py_UCS4)country[1]) return true;
    return false;
}

enum { NIR, SPI, IBAN, PHONE, KINDS_OF_NUMBERS, A_DATE, UNSURE };

/* What a run surely is; `from` is where its span begins. */
static int kind_of_run(const Signs *text, Py_ssize_t start, Py_ssize_t end, const char *countries, Py_ssize_t *from) {
    Digits run;
    *from = start;
    if (end - start == 10 && date_alone(text, start)) return A_DATE;
    if (end - start < 13 || !read_digits(text, start, end, &run)) return UNSURE;
    Py_UCS4 after = sign(text, end);
    if (after == ')' || is_alnum(after)) return UNSURE;
    if (run.count == LONGEST) {
        if (!run.plain || start < 2 || sign(text, start - 1) != 'R' || sign(text, start - 2) != 'F' || !is_french_iban(run.digits))
            return UNSURE;
        *from = start - 2;
        return IBAN;
    }
    if (run.count == 15 ? !is_nir(run.digits) : run.count == 13 ? !is_spi(run.digits) : run.count != 10) return UNSURE;
    if (led(text, start, countries)) return UNSURE;
    if (run.count != 10) return run.count == 15 ? NIR : SPI;
    /* A telephone in pairs, without + before it and no more groups after it. */
    if (!run.in_pairs || run.digits[0] || !run.digits[1]) return UNSURE;
    for (Py_ssize_t i = start - 1; i >= 0 && i >= start - 4; i--)
        if (sign(text, i) == '+') return UNSURE;
    switch (after) {
    case ' ': case '.': case '-': case '/': case 0xA0: case 0x202F:
        if (is_digit(sign(text, end + 1))) return UNSURE;
    }
    return PHONE;
}

/* sure_numbers(text, runs, span, kinds, countries): the spans of the runs that are sure, and the other runs. `kinds` are
   the (type, confidence) of what is found; `countries` the letters of IBANs, two by two. */
PyObject *sure_numbers(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *string, *runs, *span, *kinds, *names[KINDS_OF_NUMBERS];
    double sure[KINDS_OF_NUMBERS];
    const char *countries;
    if (!PyArg_ParseTuple(args, "UO!O!O!s", &string, &PyList_Type, &runs, &PyType_Type, &span, &PyTuple_Type, &kinds, &countries) ||
        PyUnicode_READY(string) ||
        !PyArg_ParseTuple(kinds, "(Ud)(Ud)(Ud)(Ud)", names, sure, names + 1, sure + 1, names + 2, sure + 2, names + 3, sure + 3))
        return NULL;
    if (!PyType_IsSubtype((PyTypeObject *)span, &PyTuple_Type)) {
        PyErr_SetString(PyExc_TypeError, "a span is a tuple");
        return NULL;
    }
    Signs text = signs_of(string);
    PyObject *found = PyList_New(0), *rest = PyList_New(0), *answer = NULL;
    for (Py_ssize_t n = 0; n < PyList_GET_SIZE(runs); n++) {
        PyObject *run = PyList_GET_ITEM(runs, n);
        Py_ssize_t start, end, from;
        if (!found || !rest) goto done;
        if (!PyTuple_Check(run)) {
            PyErr_SetString(PyExc_TypeError, "a run has two bounds");
            goto done;
        }
        if (!PyArg_ParseTuple(run, "nn", &start, &end)) goto done;
        int kind = kind_of_run(&text, start, end, countries, &from);
        if (kind == A_DATE) continue;
        if (kind == UNSURE) {
            if (PyList_Append(rest, run)) goto done;
            continue;
        }
        PyObject *one = span_new((PyTypeObject *)span, from, end, names[kind], PyFloat_FromDouble(sure[kind]));
        int failed = one ? PyList_Append(found, one) : -1;
        Py_XDECREF(one);
        if (failed) goto done;
    }
    if (found && rest) answer = PyTuple_Pack(2, found, rest);
done:
    Py_XDECREF(found);
    Py_XDECREF(rest);
    return answer;
}
