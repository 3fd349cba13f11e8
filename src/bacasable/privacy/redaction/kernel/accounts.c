#include "numbers.h"

/* Accounts whose two letters stand before a run of digits: _led of digits.py, iban of codes.py. Those that only their words
   announce, and VAT numbers, are left to them. */

enum { LONGEST_ACCOUNT = 34 };

/* A sign of _SIGNS of digits.py; of `account`, of _SIGN of codes.py, a few less. */
static bool is_gap(Py_UCS4 c, bool account) {
    switch (c) {
    case ' ': case '.': case '-': case '/': case '_': case '\t': case '\r': case '\n': case 0xA0: case 0x2007: case 0x2009: case 0x202F:
        return true;
    case '(': case ')': case 0xAD: case 0x200A: case 0x200B: case 0xB7: return !account;
    default: return !account && c >= 0x2010 && c <= 0x2015;
    }
}

/* A letter that is one of A to Z in capitals: these two are, for Python. */
static bool is_capital_elsewhere(Py_UCS4 c) { return c == 0x131 || c == 0x17F; }

/* Read so many letters and digits from a place, three signs at most between two: where they end, or -1. */
static Py_ssize_t collect(const Signs *text, Py_ssize_t i, int size, char *to, bool *digits) {
    *digits = true;
    for (int count = 0, gaps = 0; count < size; i++) {
        Py_UCS4 c = sign(text, i);
        if (ascii_alnum(c)) {
            *digits &= count < 2 || is_digit(c);
            to[count++] = (char)c;
            gaps = 0;
        } else if (++gaps > 3 || !is_gap(c, true)) return -1;
    }
    return i;
}

Number account_before(Reader *run, Py_ssize_t start) {
    const Signs *text = run->text;
    Py_ssize_t second = start - 1;
    while (is_gap(sign(text, second), false) && second > 0 && start - second < 4) second--;
    Py_ssize_t first = second - 1;
    Py_UCS4 two = sign(text, second);
    if (first < 0 || (!ascii_letter(two) && !is_capital_elsewhere(two))) return NO_NUMBER;
    while (is_gap(sign(text, first), false) && first > 0 && second - first < 4) first--;
    Py_UCS4 one = sign(text, first);
    if (is_capital_elsewhere(one) || is_capital_elsewhere(two)) run->unsure = true;
    if (run->unsure || !ascii_letter(one)) return NO_NUMBER;
    int size = run->numbers->countries[(one & ~32u) - 'A'][(two & ~32u) - 'A'];
    if (!size) return NO_NUMBER;
    char letters[LONGEST_ACCOUNT];
    bool digits, french = (one | 32) == 'f' && (two | 32) == 'r';
    Py_ssize_t end = collect(text, first, size, letters, &digits);
    bool proven = end >= 0 && proof_mod97(letters, size);
    if (proven && digits) {
        Py_UCS4 after = sign(text, end);
        bool whole = after < 128 ? !ascii_alnum(after) : !Py_UNICODE_ISALNUM(after);
        return (Number){first, end, A_IBAN, whole ? 0.99 : 0.9};
    }
    /* The letters of a word ("de", "st") are an account's if its key says so only. */
    Py_UCS4 before = sign(text, first - 1);
    bool word = one >= 'a' || two >= 'a' || (before < 128 ? ascii_alnum(before) : Py_UNICODE_ISALNUM(before));
    run->unsure = proven || french || !word;
    return NO_NUMBER;
}
