#include "numbers.h"

/* Accounts and VAT numbers whose two letters stand before a run of digits: _led of digits.py, iban of codes.py. Those that only their words
   announce are left to them. */

enum { LONGEST_ACCOUNT = 34 };

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
        } else if (++gaps > 3 || !run_gap(c, true)) return -1;
    }
    return i;
}

/* The French VAT number that starts at a place, proven by its key: vat of codes.py. */
static Number french_vat(const Signs *text, Py_ssize_t start) {
    char digits[11];
    Py_ssize_t i = start + 2;
    for (int count = 0; count < 11; count++, i++) {
        if ((count == 0 || count == 2 || count == 5 || count == 8) && run_gap(sign(text, i), true)) i++;
        Py_UCS4 c = sign(text, i);
        if (!is_digit(c)) return NO_NUMBER;
        digits[count] = (char)(c - '0');
    }
    int key = digits[0] * 10 + digits[1], rest = 0;
    for (int n = 2; n < 11; n++) rest = (rest * 10 + digits[n]) % 97;
    if (is_digit(sign(text, i)) || key != (12 + 3 * rest) % 97 || !proof_of(digits + 2, 9, false)) return NO_NUMBER;
    return (Number){start, i, A_VAT, 0.97};
}

/* Are the letters and digits from "FR" on surely of no account: too few, or of words in small letters? */
static bool no_account(const Signs *text, Py_ssize_t start) {
    int count = 0;
    bool letters = false, small = false;
    for (int gaps = 0; count < 27; start++) {
        Py_UCS4 c = sign(text, start);
        if (ascii_alnum(c)) {
            gaps = 0;
            letters |= count > 1 && !is_digit(c);
            small |= c >= 'a' && c != 'l' && c != 'o';
            count++;
        } else if (++gaps > 3 || !run_gap(c, true)) break;
    }
    return count == 27 ? small : letters || count < 24;
}

Number account_before(Reader *run, Py_ssize_t start) {
    const Signs *text = run->text;
    Py_ssize_t second = start - 1;
    while (run_gap(sign(text, second), false) && second > 0 && start - second < 4) second--;
    Py_ssize_t first = second - 1;
    Py_UCS4 two = sign(text, second);
    if (first < 0 || (!ascii_letter(two) && !is_capital_elsewhere(two))) return NO_NUMBER;
    while (run_gap(sign(text, first), false) && first > 0 && second - first < 4) first--;
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
    if (one == 'F' && two == 'R') {
        Number vat = french_vat(text, first);
        if (vat.kind && no_account(text, first)) return vat;
    }
    /* The letters of a word ("de", "st") are an account's if its key says so only. */
    Py_UCS4 before = sign(text, first - 1);
    bool word = one >= 'a' || two >= 'a' || (before < 128 ? ascii_alnum(before) : Py_UNICODE_ISALNUM(before));
    run->unsure = proven || french || !word;
    return NO_NUMBER;
}
