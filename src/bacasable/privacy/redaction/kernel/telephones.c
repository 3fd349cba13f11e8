#include "numbers.h"

/* Telephone numbers of telephones.py. Foreign ones, told by the plan of their country, are left to Python. */

static bool is_between(Py_UCS4 c) {
    switch (c) {
    case ' ': case '.': case '-': case '/': case '_': case '\r': case '\n': case 0xA0: case 0x2007: case 0x2009: case 0x202F: case 0xB7: return true;
    default: return c >= 0x2010 && c <= 0x2015;
    }
}

static Py_ssize_t between(const Signs *text, Py_ssize_t i, int most) {
    for (; most && is_between(sign(text, i)); most--) i++;
    return i;
}

static bool like_digit(Py_UCS4 c) { return is_digit(c) || c == 'O' || c == 'o' || c == 'I' || c == 'l'; }

enum { TEN = 10 };

/* The groups of ten digits: their sizes and where they begin. */
typedef struct {
    Py_ssize_t end, starts[TEN];
    int count, sizes[TEN];
} Groups;

/* _NATIONAL. */
static bool national(const Signs *text, Py_ssize_t i, Groups *groups) {
    Py_ssize_t last = -1;
    groups->count = 0;
    for (int n = 0; n < TEN; n++) {
        if (n) i = between(text, i, n == 1 ? 1 : 2);
        Py_UCS4 c = sign(text, i);
        if (n ? !like_digit(c) && c != '|' : c != '0' && c != 'O' && c != 'o') return false;
        if (n == 1 && (c == '0' || c == 'O' || c == 'o')) return false;
        if (i != last) {
            groups->starts[groups->count] = i;
            groups->sizes[groups->count++] = 0;
        }
        groups->sizes[groups->count - 1]++;
        last = ++i;
    }
    groups->end = i;
    return !is_digit(sign(text, i));
}

/* _USUAL: sizes of groups, as digits of one number. */
static bool is_usual_size(const Groups *groups) {
    static const int64_t USUAL[] = {22222, 4222, 433, 13222, 1333, 3322, 28, 19, 244, 334, 64, 55, 46, 2224, 2233, 2332, 37, 2422, 112222, 1111111111};
    int64_t sizes = 0;
    if (groups->count == 1) return true;
    for (int n = 0; n < groups->count; n++) sizes = sizes * 10 + groups->sizes[n];
    for (size_t n = 0; n < sizeof USUAL / sizeof *USUAL; n++)
        if (USUAL[n] == sizes) return true;
    return false;
}

/* Does a year stand at a place, in ASCII: 19 or 20 and two digits? */
static bool is_year(const Signs *text, Py_ssize_t i) {
    Py_UCS4 c = sign(text, i), d = sign(text, i + 1);
    return ((c == '1' && d == '9') || (c == '2' && d == '0')) && is_decimal(sign(text, i + 2)) && is_decimal(sign(text, i + 3));
}

/* _DATE. */
static bool is_date(const Signs *text, Py_ssize_t i) {
    Py_UCS4 gap = sign(text, i + 2), month = sign(text, i + 3);
    return sign(text, i) - '0' < 4u && is_decimal(sign(text, i + 1)) && (gap == '.' || gap == '/' || gap == '-' || gap == ' ') &&
           (month == '0' || month == '1') && is_decimal(sign(text, i + 4)) && sign(text, i + 5) == gap && is_year(text, i + 6) &&
           !is_decimal(sign(text, i + 10));
}

/* _prefix: where the + stands, or -1. */
static Py_ssize_t plus_before(const Signs *text, Py_ssize_t start) {
    Py_ssize_t before = start - 1;
    for (Py_UCS4 c; before >= 0 && start - before < 4 && ((c = sign(text, before)) == ' ' || c == '(' || c == 0xA0);) before--;
    if (before < 0 || sign(text, before) != '+') return -1;
    if (before && sign(text, before - 1) == '(')
        for (Py_ssize_t i = start; i < start + 5; i++)
            if (sign(text, i) == ')') return before - 1;
    return before;
}

static bool is_zero(Py_UCS4 c) { return c == '0' || c == 'O'; }

/* _INTERNATIONAL: its end, or -1; how many digits. */
static Py_ssize_t international(const Signs *text, Py_ssize_t i, int *code, int *size) {
    static const char CODES[][4] = {"33", "262", "590", "594", "596", "508", "681", "687", "689"};
    size_t n = 0;
    for (; n < sizeof CODES / sizeof *CODES; n++) {
        int match = 0;
        while (CODES[n][match] && sign(text, i + match) == (Py_UCS4)CODES[n][match]) match++;
        if (!CODES[n][match]) break;
    }
    if (n == sizeof CODES / sizeof *CODES) return -1;
    *size = *code = n ? 3 : 2;
    i += *code;
    if (sign(text, i) == ')') i++;
    i = between(text, i, 2);
    if (sign(text, i) == '(') {
        if (!is_zero(sign(text, i + 1)) || sign(text, i + 2) != ')') return -1;
        i = between(text, i + 3, 2);
    }
    if (is_zero(sign(text, i))) {
        i = between(text, i + 1, 1);
        ++*size;
    }
    if (sign(text, i) - '1' >= 9u && sign(text, i) != 'l') return -1;
    i++;
    ++*size;
    Py_ssize_t end = -1;
    int digits = *size;
    for (int more = 1; more <= 8; more++) {
        i = between(text, i, 2);
        Py_UCS4 c = sign(text, i);
        if (!like_digit(c)) break;
        i++;
        if (more >= 5 && !is_digit(sign(text, i))) end = i, *size = digits + more;
    }
    return end;
}

/* Does _FOREIGN match? */
static bool foreign(const Signs *text, Py_ssize_t i) {
    if (sign(text, i) - '1' >= 9u) return false;
    i++;
    for (int more = 1; more <= 14; more++) {
        i = between(text, i, 2);
        if (sign(text, i) == '(') i++;
        if (!is_digit(sign(text, i))) return false;
        i++;
        bool closed = sign(text, i) == ')';
        if (more >= 6 && (closed || !is_digit(sign(text, i)))) return true;
        i += closed;
    }
    return false;
}

/* _abroad. */
static Number abroad(Reader *run, Py_ssize_t start, Py_ssize_t digits) {
    int code, size;
    Py_ssize_t end = international(run->text, digits, &code, &size);
    if (end >= 0 && ((size >= code + 9 && size <= code + 10) || (code == 3 && size == 9))) return (Number){start, end, A_PHONE, 0.98};
    if (foreign(run->text, digits)) run->unsure = true;
    return NO_NUMBER;
}

/* _OTHERS of telephones.py, and _ZEROS. */
static bool of_ten(int kind) {
    return kind == A_RESIDENCE_PERMIT || kind == A_INE || kind == A_PATIENT || kind == A_HEALTH_INSURER || kind == A_FILE_NUMBER;
}

static bool of_zeros(int kind) {
    return of_ten(kind) || kind == A_SPI || kind == A_CAF || kind == A_FT || kind == A_IBAN || kind == A_SIRET || kind == A_TAX_NOTICE ||
           kind == A_ID_CARD || kind == A_DRIVING_LICENCE;
}

/* Groups that go on as a list does: one more of the size of the last, which begins no other telephone. */
static bool goes_on(const Signs *text, const Groups *groups) {
    Py_UCS4 c = sign(text, groups->end);
    if (c != ' ' && c != '.' && c != '-' && c != '/' && c != 0xA0 && c != 0x202F) return false;
    Py_ssize_t start = groups->end + 1, end = start;
    while (end < start + 4 && is_digit(sign(text, end))) end++;
    Groups next;
    return end > start && !is_digit(sign(text, end)) && end - start == groups->sizes[groups->count - 1] && !national(text, start, &next);
}

static bool is_alnum(Py_UCS4 c) { return c < 128 ? ascii_alnum(c) : Py_UNICODE_ISALNUM(c); }

/* Does a word of three letters stand on the line between two places? */
static bool has_word(const Signs *text, Py_ssize_t i, Py_ssize_t end) {
    int letters = 0;
    bool word = false;
    for (; i < end; i++) {
        Py_UCS4 c = sign(text, i);
        if (c == '\n') return false;
        letters = is_word(c) && !is_decimal(c) && c != '_' ? letters + 1 : 0;
        word |= letters > 2;
    }
    return word;
}

/* Do ten digits that are no telephone stand before this one, with a word between (_USED)? */
static bool is_used(const Signs *text, Py_ssize_t start) {
    Py_ssize_t i = start > 100 ? start - 100 : 0;
    while (i < start) {
        if (!is_digit(sign(text, i))) {
            i++;
            continue;
        }
        Py_ssize_t end = i;
        while (end < start && is_digit(sign(text, end))) end++;
        if (end - i == TEN && (!i || !is_alnum(sign(text, i - 1))) && (end == start || !is_alnum(sign(text, end)))) {
            bool low = sign(text, i + 1) - '1' < 5u && sign(text, i + 2) == '0';
            if (sign(text, i) != '0' || low || (sign(text, i + 2) == '0' && sign(text, i + 3) == '3'))
                if (has_word(text, end, start)) return true;
        }
        i = end;
    }
    return false;
}

Number telephone(Reader *run, Py_ssize_t first, Py_ssize_t end, bool listed) {
    const Signs *text = run->text;
    const Said *said = run->said->said;
    Py_ssize_t start = run->groups[first].start, plus = plus_before(text, start);
    const char *digits = group_digits(run, first);
    if (plus >= 0) return abroad(run, plus, start);
    if (group_size(run, first) > 1 && !digits[0] && !digits[1]) {
        Py_ssize_t skipped = start + 2;
        while (skipped < end && !is_decimal(sign(text, skipped))) skipped++;
        bool other = run_before(run, start) && said[0].words < 3 && of_zeros(said[0].kind);
        if (other && (sign(text, skipped) != '3' || sign(text, skipped + 1) != '3')) return NO_NUMBER;
        return abroad(run, start, skipped);
    }
    Groups groups;
    if (digits[0] || !national(text, start, &groups) || is_date(text, start)) return NO_NUMBER;
    if (sign(text, groups.end) - 'A' < 26u && !alphabetic(sign(text, groups.end + 1))) return NO_NUMBER;
    bool usual = is_usual_size(&groups);
    for (int n = 0; n < groups.count; n++)
        if (groups.sizes[n] == 4 && is_year(text, groups.starts[n])) usual = false;
    if (!listed && groups.count > 1) listed = goes_on(text, &groups);
    if (groups.count > 3 && usual && !listed) return (Number){start, groups.end, A_PHONE, 0.97};
    int count = run_before(run, start);
    if (count && said[0].kind == A_PHONE && said[0].words < 8) return (Number){start, groups.end, A_PHONE, 0.98};
    if (!usual || listed) return NO_NUMBER;
    if (groups.count == 1 && sign(text, start + 1) - '1' < 5u && sign(text, start + 2) == '0') return NO_NUMBER;
    Py_UCS4 second = groups.sizes[0] > 1 ? sign(text, start + 1) : 0;
    bool mobile = sign(text, start) == '0' && (second == '6' || second == '7');
    bool used = groups.count == 1 && is_used(text, start);
    if (count && said[0].words < 4) {
        if (said[0].kind == A_NOTHING && said[0].words < 2) return NO_NUMBER;
        if (of_ten(said[0].kind) && !used && (said[0].words < 2 || !mobile)) return NO_NUMBER;
        return (Number){start, groups.end, A_PHONE, 0.6};
    }
    if (groups.count == 1 && !used && !mobile) {
        count = run_far(run, start, groups.end, false);
        for (int n = 0; n < count; n++) {
            if (of_ten(run->said->far[n].kind) && run->said->far[n].kind != A_INE) return NO_NUMBER;
            if (run->said->far[n].kind == A_PHONE) break;
        }
    }
    return (Number){start, groups.end, A_PHONE, 0.85};
}
