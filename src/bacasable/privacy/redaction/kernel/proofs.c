#include "numbers.h"

/* What digits prove: checks.py and proofs.py. */

static int value(const char *digits, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) number = number * 10 + digits[i];
    return number;
}

static int remainder_of(const char *digits, int from, int to, int by) {
    int number = 0;
    for (int i = from; i < to; i++) number = (number * 10 + digits[i]) % by;
    return number;
}

bool proof_nir_body(const char *d) {
    int month = value(d, 3, 5);
    return ((d[0] >= 1 && d[0] <= 4) || d[0] == 7 || d[0] == 8) && (month <= 42 ? month && (month < 13 || month > 19) : month > 49) &&
           value(d, 5, 7) && value(d, 10, 13);
}

static bool is_nir(const char *d) { return proof_nir_body(d) && 97 - remainder_of(d, 0, 13, 97) == value(d, 13, 15); }

static bool is_spi(const char *d) { return d[0] < 4 && remainder_of(d, 0, 10, 511) == value(d, 10, 13); }

static bool is_account(const char *d) {
    int rest = 89 * remainder_of(d, 0, 5, 97) + 15 * remainder_of(d, 5, 10, 97) + 3 * remainder_of(d, 10, 21, 97);
    return value(d, 0, 5) && 97 - rest % 97 == value(d, 21, 23);
}

static bool is_luhn(const char *d, Py_ssize_t size) {
    static const uint8_t DOUBLED[] = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9};
    int sum = 0;
    for (Py_ssize_t i = 0; i < size; i++) sum += (size - i) % 2 ? d[i] : DOUBLED[(int)d[i]];
    return sum % 10 == 0;
}

static bool is_siren(const char *d) { return is_luhn(d, 9) && value(d, 0, 9); }

static bool is_siret(const char *d) {
    if (!is_siren(d)) return false;
    if (is_luhn(d, 14)) return true;
    int sum = 0;
    for (int i = 0; i < 14; i++) sum += d[i];
    return value(d, 0, 9) == 356000000 && sum % 5 == 0; /* La Poste */
}

static bool has_brand(const char *d, Py_ssize_t size) {
    int head = value(d, 0, 4), two = head / 100;
    if (size >= 12 && (head == 5018 || head == 5020 || head == 5038 || (two >= 56 && two <= 58) || head == 6304 || head == 6759 ||
                       (head >= 6761 && head <= 6763)))
        return true;
    if (size >= 16 && two == 62) return true;
    switch (size) {
    case 13: case 19: return d[0] == 4;
    case 15: return two == 34 || two == 37;
    case 16:
        return d[0] == 4 || (two >= 51 && two <= 55) || (head >= 2221 && head <= 2720) || (head >= 3528 && head <= 3589) || head == 6011 ||
               (head >= 6440 && head <= 6599);
    default: return false;
    }
}

int proof_of(const char *digits, Py_ssize_t size, bool strong) {
    if (strong) {
        if (size == 15) return is_nir(digits) ? A_NIR : A_NOTHING;
        if (size == 13) return is_spi(digits) ? A_SPI : A_NOTHING;
        return size == 23 && is_account(digits) ? A_IBAN : A_NOTHING;
    }
    switch (size) {
    case 9: return is_siren(digits) ? A_SIREN : A_NOTHING;
    case 14: return is_siret(digits) ? A_SIRET : A_NOTHING;
    case 13: case 15: case 16: case 18: case 19: return has_brand(digits, size) && is_luhn(digits, size) ? A_CARD : A_NOTHING;
    default: return A_NOTHING;
    }
}

bool proof_written_as(const Reader *run, int kind, Py_ssize_t first, Py_ssize_t end) {
#define AT(n) ((uint32_t)1 << (n))
    static const uint32_t BREAKS[A_OTHER][3] = {
        [A_NIR] = {AT(1) | AT(3) | AT(5) | AT(7) | AT(10) | AT(13), AT(3) | AT(6) | AT(9) | AT(12)},
        [A_SPI] = {AT(2) | AT(5) | AT(8) | AT(11), AT(2) | AT(4) | AT(7) | AT(10)},
        [A_IBAN] = {AT(5) | AT(10) | AT(21), AT(4) | AT(8) | AT(12) | AT(16) | AT(20)},
        [A_SIREN] = {AT(3) | AT(6)},
        [A_SIRET] = {AT(3) | AT(6) | AT(9) | AT(12), AT(3) | AT(6) | AT(9) | AT(11)},
        [A_CARD] = {AT(4) | AT(8) | AT(12) | AT(16), AT(4) | AT(10)}};
    Py_ssize_t count = end - first, size = group_size(run, first), last = group_size(run, end - 1), total = 0;
    bool even = true;
    uint32_t breaks = 0;
    for (Py_ssize_t n = first; n < end - 1; n++) {
        even = even && group_size(run, n) == size;
        total += group_size(run, n);
        breaks |= total < 32 ? AT(total) : AT(31);
    }
    if (even && (count == 1 || last == size || (count > 3 && last < size))) return true;
    for (int n = 0; n < 3; n++)
        if (BREAKS[kind][n] && !(breaks & ~BREAKS[kind][n])) return true;
    return false;
#undef AT
}

Py_ssize_t proof_longest(const Reader *run, Py_ssize_t first, Py_ssize_t end, bool strong, int *kind) {
    Py_ssize_t size = 0, best = -1;
    for (Py_ssize_t last = first; last < end; last++) {
        size += group_size(run, last);
        if (size > 23) break;
        int proof = proof_of(group_digits(run, first), size, strong);
        if (!proof) continue;
        if (last != first && !(last - first + 1 == run->count && proof != A_IBAN) && !proof_written_as(run, proof, first, last + 1)) continue;
        best = last;
        *kind = proof;
    }
    return best;
}

bool proof_luhn_whole(const Reader *run) {
    Py_ssize_t size = size_of(run, 0, run->count);
    if ((size < 14 || size > 16) && size != 19) return false;
    if (proof_of(run->digits, size, true)) return false;
    int kind = proof_of(run->digits, size, false);
    return kind && proof_written_as(run, kind, 0, run->count);
}

bool proof_mod97(const char *letters, Py_ssize_t size) {
    int rest = 0;
    for (Py_ssize_t n = 0; n < size; n++) {
        char c = letters[(n + 4) % size];
        rest = c >= '0' && c <= '9' ? (rest * 10 + c - '0') % 97 : (rest * 100 + (c & ~32) - 'A' + 10) % 97;
    }
    return rest == 1;
}
