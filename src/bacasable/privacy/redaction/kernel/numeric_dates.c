#include "dates.h"

#include <string.h>

/* Dates in numbers: 03/05/2021, 3.5.21, 2021-05-03, l2/O3/1985. */

static inline bool date_sign(Py_UCS4 c) { return c == '/' || c == '.' || c == '-' || (c >= 0x2010 && c <= 0x2013); }

/* After at most one gap, a sign, at most one gap: where what follows is, or -1. */
static Py_ssize_t after_date_sign(const Signs *text, Py_ssize_t i) {
    i += date_gap(sign(text, i));
    if (!date_sign(sign(text, i))) return -1;
    i++;
    return i + date_gap(sign(text, i));
}

/* The dates in numbers of _DATE in signs.py, at a digit. */
bool numeric(const Signs *text, Py_ssize_t i) {
    Py_ssize_t next = after_date_sign(text, ++i);
    if (next >= 0 && is_digit(sign(text, next))) {
        next += 1 + is_digit(sign(text, next + 1));
        next = after_date_sign(text, next);
        if (next >= 0 && is_digit(sign(text, next)) && is_digit(sign(text, next + 1))) return true;
    }
    if (!date_gap(sign(text, i)) || !is_digit(sign(text, i + 1))) return false;
    i += 2 + is_digit(sign(text, i + 2));
    if (!date_gap(sign(text, i))) return false;
    Py_UCS4 first = sign(text, i + 1);
    if (first != '1' && first != '2') return false;
    for (int j = 2; j < 5; j++)
        if (!is_digit(sign(text, i + j))) return false;
    return !is_digit(sign(text, i + 5));
}

/* _MISREAD of signs.py, at a slash or a full stop. */
bool misread(const Signs *text, Py_ssize_t i) {
    Py_UCS4 sep = sign(text, i + 3), first = sign(text, i + 4);
    if ((sep != '/' && sep != '.') || (first != '1' && first != '2' && first != 'I' && first != 'l')) return false;
    static const int places[] = {1, 2, 5, 6, 7};
    for (int j = 0; j < 5; j++)
        if (!misread_digit(sign(text, i + places[j]))) return false;
    Py_UCS4 after = sign(text, i + 8);
    return after != '_' && !Py_UNICODE_ISALNUM(after);
}

bool exists(int year, int month, int day) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1) return false;
    bool leap = (year % 4 == 0 && year % 100) || year % 400 == 0;
    return day <= days[month - 1] + (month == 2 && leap);
}

/* _exists: a year of two digits or four, day and month in any order. */
static bool exists_somehow(int year, int month, int day) {
    if (year < 100) year += 2000;
    return year >= 1800 && year <= 2150 && (exists(year, month, day) || exists(year, day, month));
}

static inline bool ascii_word(Py_UCS4 c) { return c < 128 && ascii_alnum(c); }

/* (?<![0-9A-Za-z])(?<![0-9][/.,]) */
bool may_begin(const Signs *text, Py_ssize_t i) {
    Py_UCS4 c = sign(text, i - 1);
    return !(i > 0 && ascii_word(c)) && !((c == '/' || c == '.' || c == ',') && is_digit(sign(text, i - 2)));
}

/* What may follow a date in numbers. */
static bool may_end(const Signs *text, Py_ssize_t i) {
    Py_UCS4 c = sign(text, i);
    if (is_digit(c) || c == 'O' || c == 'I' || c == 'l') return false;
    if ((c == '/' || c == '.' || c == ',') && is_digit(sign(text, i + 1))) return false;
    if (c != '-' || !is_digit(sign(text, i + 1))) return true;
    do i++;
    while (is_digit(sign(text, i)));
    c = sign(text, i);
    return c == '/' || c == '.';
}

/* Words before a day with two digits of year, as _sureness lists them. */
static bool led(const Signs *text, Py_ssize_t start) {
    static const char *const words[] = {"le", "du", "au", "date", "n\xe9", "n\xe9" "e", "d\xe8s"};
    Py_ssize_t first = start > 14 ? start - 14 : 0, end = start;
    for (Py_UCS4 c; end > first && ((c = sign(text, end - 1)) == ' ' || c == ':' || c == '('); end--) {}
    for (size_t n = 0; n < sizeof words / sizeof *words; n++) {
        Py_ssize_t size = (Py_ssize_t)strlen(words[n]), same = 0;
        if (end - first < size) continue;
        for (; same < size; same++) {
            Py_UCS4 c = sign(text, end - size + same);
            if ((c < 256 && (c | 32) == (uint8_t)words[n][same]) ? false : true) break;
        }
        if (same == size) return true;
    }
    return false;
}

/* _numeric: report the date whose day or year ends with the digit at `last`; where to go on. */
Py_ssize_t read_numeric(const Signs *text, Py_ssize_t last, Day *found, bool *is_date) {
    Py_ssize_t start = last;
    while (start && last - start < 3 && is_digit(sign(text, start - 1))) start--;
    *is_date = false;
    if (!may_begin(text, start)) return last + 1;
    Py_UCS4 first = sign(text, start);
    Py_ssize_t day_end = start + 1 + (first <= '3' && is_digit(sign(text, start + 1)));
    Py_ssize_t mark_end = day_end + date_gap(sign(text, day_end));
    Py_UCS4 mark = sign(text, mark_end);
    if (date_sign(mark)) {
        mark_end++;
        mark_end += date_gap(sign(text, mark_end));
    } else
        mark = 0;
    Py_ssize_t mark_size = mark_end - day_end, month_end = mark_end;
    Py_UCS4 c = sign(text, mark_end);
    if (mark_size && is_digit(c)) month_end += 1 + (c <= '1' && is_digit(sign(text, mark_end + 1)));
    bool same = month_end > mark_end;
    for (Py_ssize_t i = 0; same && i < mark_size; i++) same = sign(text, month_end + i) == sign(text, day_end + i);
    if (same) {
        Py_ssize_t year = month_end + mark_size, end = year;
        while (end < year + 4 && is_digit(sign(text, end))) end++;
        c = sign(text, year);
        if (!(end == year + 4 && (c == '1' || c == '2') && may_end(text, end)))
            end = end >= year + 2 && may_end(text, year + 2) ? year + 2 : 0;
        if (end) {
            double sure = 0;
            int y = value(text, year, end);
            bool two = day_end - start == 2 && month_end - mark_end == 2;
            if (end - year == 4) sure = mark ? 0.97 : two && y >= 1900 && y <= 2099 ? 0.7 : 0;
            else if (!two) sure = mark == '/' ? 0.8 : 0;
            else if (mark == '/') sure = 0.9;
            else if (mark == '.' || mark == '-') sure = led(text, start) ? 0.7 : mark == '.' ? 0.55 : 0;
            if (!(sure > 0) || !exists_somehow(y, value(text, mark_end, month_end), value(text, start, day_end)))
                return last + 1;
            *found = (Day){start, end, sure};
            *is_date = true;
            return end;
        }
    }
    /* 2021-05-03 */
    c = sign(text, start + 4);
    if ((first != '1' && first != '2') || (c != '-' && c != '/' && c != '.') || sign(text, start + 7) != c) return last + 1;
    static const int digits[] = {1, 2, 3, 5, 6, 8, 9};
    for (size_t i = 0; i < sizeof digits / sizeof *digits; i++)
        if (!is_digit(sign(text, start + digits[i]))) return last + 1;
    if (sign(text, start + 5) > '1' || sign(text, start + 8) > '3' || !may_end(text, start + 10)) return last + 1;
    if (!exists_somehow(value(text, start, start + 4), value(text, start + 5, start + 7), value(text, start + 8, start + 10)))
        return last + 1;
    *found = (Day){start, start + 10, 0.95};
    *is_date = true;
    return start + 10;
}

/* _misread. */
bool read_misread(const Signs *text, Py_ssize_t rest, Day *found) {
    Py_ssize_t start = rest > 2 ? rest - 2 : 0;
    Py_UCS4 mark = sign(text, start + 2), c = start ? sign(text, start - 1) : ' ', first = sign(text, start + 6);
    if (c == '_' || Py_UNICODE_ISALNUM(c) || (mark != '/' && mark != '.') || sign(text, start + 5) != mark) return false;
    if (first != '1' && first != '2' && first != 'I' && first != 'l') return false;
    bool letters = false;
    static const int digits[] = {0, 1, 3, 4, 6, 7, 8, 9};
    for (size_t i = 0; i < sizeof digits / sizeof *digits; i++) {
        c = sign(text, start + digits[i]);
        if (!misread_digit(c)) return false;
        letters |= !is_digit(c);
    }
    if (!letters || !exists_somehow(value(text, start + 6, start + 10), value(text, start + 3, start + 5), value(text, start, start + 2)))
        return false;
    *found = (Day){start, start + 10, 0.8};
    return true;
}
