#include "dates.h"

#include <string.h>

/* Dates in words: 1er mars 1985, 3 janv. 2020, 3 mai. */

/* The first letters of a month. */
static bool month(const Signs *text, Py_ssize_t i) {
    Py_UCS4 first = sign(text, i), second = sign(text, i + 1), third = sign(text, i + 2);
    if (first > 127 || third > 0xFFFF) return false;
    bool accent = second == 0xC9 || second == 0xE9;
    if (second > 127 && !accent) return false;
    second |= 32;
    switch (first | 32) {
    case 'j': if (second != 'a' && second != 'u') return false; break;
    case 'f': case 's': case 'd': if (second != 'e' && !accent) return false; break;
    case 'm': if (second != 'a') return false; break;
    case 'a': if (second != 'o' && second != 'v') return false; break;
    case 'o': if (second != 'c') return false; break;
    case 'n': if (second != 'o') return false; break;
    default: return false;
    }
    if (!ascii_letter(first)) return false;
    if (third >= 0x80) return true;
    switch (third | 32) {
    case 'n': case 'l': case 'i': case 'v': case 'r': case 'u': case 'p': case 't': case 'c': return ascii_letter(third);
    default: return false;
    }
}

static bool month_near(const Signs *text, Py_ssize_t i) {
    for (int blanks = 0; blanks < 3 && date_gap(sign(text, i)); blanks++) i++;
    Py_UCS4 c = sign(text, i);
    if (c == '-' || c == '\n') i += 1 + date_gap(sign(text, i + 1));
    else if (c == '\r' && sign(text, i + 1) == '\n') i += 2;
    return month(text, i);
}

/* The dates in words of _DATE in signs.py, at a digit or an O. */
bool written(const Signs *text, Py_ssize_t i) {
    if (month_near(text, ++i)) return true;
    Py_UCS4 c = sign(text, i), next = sign(text, i + 1);
    if (c == 'e' || c == 'E') return (next == 'r' || next == 'R') && month_near(text, i + 2);
    if (c == 0x1D49) return next == 0x2B3 && month_near(text, i + 2);
    if (!date_gap(c)) return false;
    Py_UCS4 last = sign(text, i + 2);
    return ((next == 'e' && last == 'r') || (next == 'E' && last == 'R')) && month_near(text, i + 3);
}

/* What the groups of _WRITTEN hold. */
typedef struct {
    Py_ssize_t day, day_end, name, name_end, dot_end, year, year_end;
} Groups;

/* The ends of BETWEEN at a place, as the pattern tries them; how many. */
static int betweens(const Signs *text, Py_ssize_t i, Py_ssize_t *ends) {
    int count = 0, gaps = 0;
    while (gaps < 3 && date_gap(sign(text, i + gaps))) gaps++;
    for (int n = gaps; n; n--) ends[count++] = i + n;
    for (int before = gaps > 0; before >= 0; before--) {
        Py_UCS4 c = sign(text, i + before);
        if (c != '-' && c != '\n') continue;
        if (date_gap(sign(text, i + before + 1))) ends[count++] = i + before + 2;
        ends[count++] = i + before + 1;
    }
    if (sign(text, i) == '\r' && sign(text, i + 1) == '\n') ends[count++] = i + 2;
    return count;
}

static bool spelled(const Signs *text, Py_ssize_t i, const char *word) {
    for (; *word; word++, i++)
        if (sign(text, i) != (Py_UCS4)*word) return false;
    return true;
}

/* An hour, a sum or a decimal rather than a year. */
static bool counts(const Signs *text, Py_ssize_t i) {
    Py_UCS4 c = sign(text, i);
    if ((c == ',' || c == '.') && is_digit(sign(text, i + 1))) return true;
    i += date_gap(c);
    c = sign(text, i);
    if (c == ':') return is_digit(sign(text, i + 1));
    if (c != 'h' && c != 'H') return c == 0x20AC || c == '%';
    if (!alphabetic(sign(text, i + 1))) return true;
    if (!spelled(text, i + 1, "eure") && !spelled(text, i + 1, "EURE")) return false;
    c = sign(text, i + 5);
    if (!alphabetic(c)) return true;
    return c == (sign(text, i + 1) == 'e' ? 's' : 'S') && !alphabetic(sign(text, i + 6));
}

static bool read_year(const Signs *text, Py_ssize_t i, Groups *groups) {
    Py_UCS4 c = sign(text, i);
    if (c == '1' || c == '2' || c == 'I' || c == 'l') {
        Py_ssize_t end = i + 1;
        while (end < i + 4 && misread_digit(sign(text, end))) end++;
        if (end == i + 4 && !is_digit(sign(text, end)) && !counts(text, end)) {
            groups->year = i, groups->year_end = end;
            return true;
        }
    }
    Py_ssize_t digits = i + (c == '\'');
    if (!is_digit(sign(text, digits)) || !is_digit(sign(text, digits + 1)) || is_digit(sign(text, digits + 2)) ||
        counts(text, digits + 2))
        return false;
    groups->year = i, groups->year_end = digits + 2;
    return true;
}

/* What follows the name of a month: its full stop, a year. */
static bool after_name(const Signs *text, Py_ssize_t i, Groups *groups) {
    groups->name_end = i;
    Py_ssize_t stop = i + (sign(text, i) == '.');
    if (alphabetic(sign(text, stop))) {
        if (stop == i) return false;
        stop = i; /* a full stop is no letter */
    }
    groups->dot_end = stop;
    Py_ssize_t ends[8];
    int count = betweens(text, stop, ends);
    for (int n = 0; n < count; n++)
        if (read_year(text, ends[n], groups)) return true;
    if (!read_year(text, stop, groups)) groups->year = groups->year_end = -1;
    return true;
}

/* The letters of a name after its first, each with an accent of its own or not. */
static bool more_letters(const Signs *text, Py_ssize_t i, int count, Groups *groups) {
    if (count < 8 && alphabetic(sign(text, i))) {
        Py_UCS4 accent = sign(text, i + 1);
        if (accent >= 0x300 && accent <= 0x302 && more_letters(text, i + 2, count + 1, groups)) return true;
        if (more_letters(text, i + 1, count + 1, groups)) return true;
    }
    return count >= 2 && after_name(text, i, groups);
}

static bool month_name(const Signs *text, Py_ssize_t i, Groups *groups) {
    Py_UCS4 c = sign(text, i);
    if (c > 127 || !c || !strchr("jfmasond", (int)(c | 32)) || !ascii_letter(c)) return false;
    groups->name = i;
    return more_letters(text, i + 1, 0, groups);
}

static bool after_day(const Signs *text, Py_ssize_t i, Groups *groups) {
    Py_ssize_t ends[8];
    int count = betweens(text, i, ends);
    for (int n = 0; n < count; n++)
        if (month_name(text, ends[n], groups)) return true;
    return alphabetic(sign(text, i)) && month_name(text, i, groups);
}

static bool match_written(const Signs *text, Py_ssize_t start, Groups *groups) {
    if (!may_begin(text, start)) return false;
    Py_UCS4 first = sign(text, start), second = sign(text, start + 1);
    bool tens = (first >= '0' && first <= '3') || first == 'I' || first == 'l';
    for (int size = tens && (is_digit(second) || second == 'O') ? 2 : 1; size; size--) {
        if (size == 1 && !is_digit(first) && first != 'O') break;
        Py_ssize_t end = start + size, suffix = end;
        groups->day = start, groups->day_end = end;
        for (int blank = date_gap(sign(text, end)); blank >= 0; blank--) {
            Py_UCS4 e = sign(text, end + blank), r = sign(text, end + blank + 1);
            if (((e == 'e' || e == 'E') && (r == 'r' || r == 'R')) || (e == 0x1D49 && r == 0x2B3)) {
                suffix = end + blank + 2;
                break;
            }
        }
        if (suffix > end && after_day(text, suffix, groups)) return true;
        if (after_day(text, end, groups)) return true;
    }
    return false;
}

/* The number of a month as it is written, 0 for another word; its length in `size`. */
static int month_number(const Dates *self, const Signs *text, const Groups *groups) {
    char name[24];
    size_t size = 0;
    for (Py_ssize_t i = groups->name; i < groups->name_end; i++) {
        Py_UCS4 c = sign(text, i);
        if (c >= 0x300 && c < 0x370) continue;
        name[size++] = c < 256 ? self->plain[c] : c == 0x152 || c == 0x153 ? 'o' : '?';
    }
    int32_t n = table_find(&self->months, name, size);
    return n < 0 ? 0 : self->numbers[n];
}

static bool is_may(const Signs *text, Py_ssize_t i) {
    return (sign(text, i) | 32) == 'm' && (sign(text, i + 1) | 32) == 'a' && (sign(text, i + 2) | 32) == 'i';
}

/* _written: report the date whose day ends at `last`; where to go on. */
Py_ssize_t read_written(const Dates *self, const Signs *text, Py_ssize_t last, Day *found, bool *is_date) {
    Py_UCS4 c = last ? sign(text, last - 1) : 0;
    Py_ssize_t start = last - (is_digit(c) || c == 'I' || c == 'l');
    Groups groups;
    *is_date = false;
    if (!match_written(text, start, &groups)) return 0;
    int month = month_number(self, text, &groups), day = value(text, groups.day, groups.day_end);
    if (!month || day < 1 || day > 31) return 0;
    bool dot = groups.dot_end > groups.name_end;
    Py_ssize_t letters = groups.name_end - groups.name, end = groups.year_end;
    if (groups.year < 0) {
        if (letters < 4 && !dot && !is_may(text, groups.name)) return 0;
        end = dot && letters <= 4 ? groups.dot_end : groups.name_end;
        *found = (Day){start, end, 0.8};
        *is_date = exists(2000, month, day);
        return end;
    }
    int year = value(text, groups.year + (sign(text, groups.year) == '\''), end);
    if (year < 100) year += 2000;
    if (!exists(year, month, day) && !(month == 2 && day == 29)) return 0;
    *found = (Day){start, end, 0.97};
    *is_date = true;
    return end;
}
