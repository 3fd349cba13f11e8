#include "scanning.h"

#include <stdlib.h>
#include <string.h>

/* The dates of a text (calendar_dates.py), and which of them Python has to look at: those before which something
   may say what they are. */

static inline bool date_gap(Py_UCS4 c) { return c == ' ' || c == 0xA0 || c == 0x202F || c == 0x2009 || c == '\t'; }

static inline bool date_sign(Py_UCS4 c) { return c == '/' || c == '.' || c == '-' || (c >= 0x2010 && c <= 0x2013); }

/* After at most one gap, a sign, at most one gap: where what follows is, or -1. */
static Py_ssize_t after_date_sign(const Signs *text, Py_ssize_t i) {
    i += date_gap(sign(text, i));
    if (!date_sign(sign(text, i))) return -1;
    i++;
    return i + date_gap(sign(text, i));
}

/* The dates in numbers of _DATE in signs.py, at a digit. */
static bool numeric(const Signs *text, Py_ssize_t i) {
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
static bool written(const Signs *text, Py_ssize_t i) {
    if (month_near(text, ++i)) return true;
    Py_UCS4 c = sign(text, i), next = sign(text, i + 1);
    if (c == 'e' || c == 'E') return (next == 'r' || next == 'R') && month_near(text, i + 2);
    if (c == 0x1D49) return next == 0x2B3 && month_near(text, i + 2);
    if (!date_gap(c)) return false;
    Py_UCS4 last = sign(text, i + 2);
    return ((next == 'e' && last == 'r') || (next == 'E' && last == 'R')) && month_near(text, i + 3);
}

static inline bool misread_digit(Py_UCS4 c) { return is_digit(c) || c == 'O' || c == 'o' || c == 'I' || c == 'l'; }

/* _MISREAD of signs.py, at a slash or a full stop. */
static bool misread(const Signs *text, Py_ssize_t i) {
    Py_UCS4 sep = sign(text, i + 3), first = sign(text, i + 4);
    if ((sep != '/' && sep != '.') || (first != '1' && first != '2' && first != 'I' && first != 'l')) return false;
    static const int places[] = {1, 2, 5, 6, 7};
    for (int j = 0; j < 5; j++)
        if (!misread_digit(sign(text, i + places[j]))) return false;
    Py_UCS4 after = sign(text, i + 8);
    return after != '_' && !Py_UNICODE_ISALNUM(after);
}


/* ---- dates in numbers ---- */

typedef struct {
    Py_ssize_t start, end;
    double confidence;
} Day;

static bool exists(int year, int month, int day) {
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

static inline int value(const Signs *text, Py_ssize_t start, Py_ssize_t end) {
    int found = 0;
    for (; start < end; start++) {
        Py_UCS4 c = sign(text, start);
        found = found * 10 + (is_digit(c) ? (int)(c - '0') : c == 'I' || c == 'l' ? 1 : 0);
    }
    return found;
}

static inline bool ascii_word(Py_UCS4 c) { return c < 128 && ascii_alnum(c); }

/* (?<![0-9A-Za-z])(?<![0-9][/.,]) */
static bool may_begin(const Signs *text, Py_ssize_t i) {
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
static Py_ssize_t read_numeric(const Signs *text, Py_ssize_t last, Day *found, bool *is_date) {
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
static bool read_misread(const Signs *text, Py_ssize_t rest, Day *found) {
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

/* ---- dates in words ---- */

typedef struct {
    PyObject_HEAD
    PyTypeObject *span;
    PyObject *kind;
    char plain[256]; /* Latin-1 without accents and capitals */
    Table months;
    uint8_t *numbers;
} Dates;

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
static Py_ssize_t read_written(const Dates *self, const Signs *text, Py_ssize_t last, Day *found, bool *is_date) {
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

/* ---- what a date may be ---- */

enum { BEFORE = 84, NEAR = 50 };

static bool ends_with(const char *text, size_t size, const char *word) {
    size_t length = strlen(word);
    return size >= length && !memcmp(text + size - length, word, length);
}

static bool begins(const char *text, size_t size, const char *word) {
    size_t length = strlen(word);
    return size >= length && !memcmp(text, word, length);
}

/* One of _BORN_SIGNS of calendar_dates.py; the text begins with a blank. */
static bool may_be_born(const char *text, size_t size) {
    for (size_t i = 1; i < size; i++) {
        const char *c = text + i;
        size_t left = size - i;
        if (*c == 'n') {
            if (begins(c, left, "ne") && c[-1] && strchr(" \n(-\t,:;|", c[-1])) return true;
            if (begins(c, left, "nais") || (c[-1] == ' ' && begins(c, left, "n(e"))) return true;
        } else if (*c == 'd' ? begins(c, left, "ddn") || begins(c, left, "dob") || begins(c, left, "d.d.n")
                             : *c == 'b' && begins(c, left, "born"))
            return true;
    }
    return false;
}

static bool holds(const char *text, size_t size, const char *word) {
    for (size_t i = 0; i < size; i++)
        if (begins(text + i, size - i, word)) return true;
    return false;
}

/* May a law or a street stand before "du ": _LAW_SIGNS, _STREET. */
static bool may_be_named(const char *text, size_t size) {
    static const char *const laws[] = {"loi", "decret", "ordonnan", "reglement", "directive", "circulaire",
                                       "instruction", "recommand", "deliber"};
    static const char *const streets[] = {
        "rue", "r.", "place", "places", "pl", "pl.", "avenue", "av", "av.", "boulevard", "bd", "bld", "bvd", "impasse",
        "allee", "allees", "square", "quai", "cours", "esplanade", "pont", "chemin", "passage", "rond-point", "cite",
        "residence", "ecole", "college", "lycee", "stade", "gymnase", "salle", "parc", "faubourg", "route", "villa",
        "station"};
    for (size_t n = 0; n < sizeof laws / sizeof *laws; n++)
        if (holds(text, size, laws[n])) return true;
    if (size < 5 || text[size - 4] != ' ') return false;
    for (size_t n = 0; n < sizeof streets / sizeof *streets; n++)
        if (ends_with(text, size - 4, streets[n])) return true;
    return false;
}

/* Whether Python has to look at a date: what stands around it may say that it is one of birth, or a name. */
static bool is_doubtful(const Dates *self, const Signs *text, const Day *day, Py_ssize_t last) {
    char before[BEFORE + 1] = " ";
    size_t size = 1;
    Py_ssize_t from = day->start > BEFORE ? day->start - BEFORE : 0;
    for (Py_ssize_t i = from > last ? from : last; i < day->start; i++) {
        Py_UCS4 c = sign(text, i);
        if (c >= 0x300 && c < 0x370) return true; /* accents written apart */
        before[size++] = c < 256                  ? self->plain[c]
                         : c == 0x2019            ? '\''
                         : c == 0x152 || c == 0x153 ? 'o'
                         : c == 0x2011 || c == 0x2013 || c == 0x2014 ? '-'
                                                  : '?';
    }
    if (may_be_born(before, size)) return true;
    Py_UCS4 after = sign(text, day->end), next = sign(text, day->end + 1);
    if (after == '(' || (after == ' ' && (next == '(' || next == ':'))) return true;
    return (ends_with(before, size, "du ") || ends_with(before, size, "du\n")) && may_be_named(before, size);
}

static int by_place(const void *one, const void *other) {
    const Day *a = one, *b = other;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    if (a->end != b->end) return a->end < b->end ? -1 : 1;
    return a->confidence < b->confidence ? -1 : a->confidence > b->confidence;
}

typedef struct {
    Day *items, few[32];
    Py_ssize_t count, room;
} Days;

static int keep(Days *days, const Day *day) {
    if (days->count == days->room) {
        Py_ssize_t room = days->room * 4;
        Day *moved = PyMem_Malloc(room * sizeof *moved);
        if (!moved) {
            PyErr_NoMemory();
            return -1;
        }
        memcpy(moved, days->items, days->count * sizeof *moved);
        if (days->items != days->few) PyMem_Free(days->items);
        days->items = moved, days->room = room;
    }
    days->items[days->count++] = *day;
    return 0;
}

static int find_days(const Dates *self, const Signs *text, Days *days) {
    Py_ssize_t past_numeric = 0, past_written = 0;
    for (Py_ssize_t i = 0; i < text->length; i++) {
        Py_UCS4 c = PyUnicode_READ(text->kind, text->data, i);
        if (c > 'O' || c < '.') continue;
        Day day;
        bool found = false;
        if (is_digit(c) || c == 'O') {
            if (c != 'O' && is_digit(sign(text, i + 1))) continue;
            if (written(text, i)) {
                if (i < past_written) continue;
                Py_ssize_t past = read_written(self, text, i, &day, &found);
                if (past > past_written) past_written = past;
            } else if (c != 'O' && i >= past_numeric && numeric(text, i))
                past_numeric = read_numeric(text, i, &day, &found);
        } else if ((c == '/' || c == '.') && misread(text, i))
            found = read_misread(text, i, &day);
        if (found && keep(days, &day)) return -1;
    }
    return 0;
}

/* Add the days that stand apart, and the numbers of those to look at, with whether only a date of birth just before
   makes them so. */
static int report(const Dates *self, const Signs *text, const Days *days, PyObject *spans, PyObject *doubtful) {
    Py_ssize_t last = 0;
    for (Py_ssize_t n = 0; n < days->count; n++) {
        const Day *day = days->items + n;
        if (day->start < last) continue;
        Py_ssize_t place = PyList_GET_SIZE(spans);
        bool look = is_doubtful(self, text, day, last), near = place && day->start - last < NEAR;
        if ((look || near) && add_pair(doubtful, place, look ? 0 : 1)) return -1;
        PyObject *span = span_new(self->span, day->start, day->end, self->kind, PyFloat_FromDouble(day->confidence));
        int failed = span ? PyList_Append(spans, span) : -1;
        Py_XDECREF(span);
        if (failed) return -1;
        last = day->end;
    }
    return 0;
}

static PyObject *dates_read(Dates *self, PyObject *string) {
    if (!PyUnicode_Check(string) || PyUnicode_READY(string)) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "not a text");
        return NULL;
    }
    Signs text = signs_of(string);
    Days days = {.count = 0, .room = 32};
    days.items = days.few;
    PyObject *spans = PyList_New(0), *doubtful = PyList_New(0), *found = NULL;
    if (spans && doubtful && !find_days(self, &text, &days)) {
        qsort(days.items, days.count, sizeof *days.items, by_place);
        if (!report(self, &text, &days, spans, doubtful)) found = PyTuple_Pack(2, spans, doubtful);
    }
    Py_XDECREF(spans);
    Py_XDECREF(doubtful);
    if (days.items != days.few) PyMem_Free(days.items);
    return found;
}

static void dates_free(Dates *self) {
    PyTypeObject *type = Py_TYPE(self);
    Py_CLEAR(self->span);
    Py_CLEAR(self->kind);
    table_free(&self->months);
    PyMem_RawFree(self->numbers);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Dates(span, kind, plain, months, numbers): the type of a span, its key, the bytes of Latin-1 folded, months by
   line, the number of each. */
static PyObject *dates_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
    PyObject *span, *kind, *plain, *months, *numbers;
    if (!PyArg_ParseTuple(args, "O!USSS", &PyType_Type, &span, &kind, &plain, &months, &numbers)) return NULL;
    if (!PyType_IsSubtype((PyTypeObject *)span, &PyTuple_Type) || PyBytes_GET_SIZE(plain) != 256) {
        PyErr_SetString(PyExc_ValueError, "the tables are not of this version");
        return NULL;
    }
    Dates *self = (Dates *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->span = (PyTypeObject *)Py_NewRef(span);
    self->kind = Py_NewRef(kind);
    memcpy(self->plain, PyBytes_AS_STRING(plain), 256);
    if (table_read(&self->months, PyBytes_AS_STRING(months), PyBytes_GET_SIZE(months))) goto failed;
    if (PyBytes_GET_SIZE(numbers) != (Py_ssize_t)self->months.count) {
        PyErr_SetString(PyExc_ValueError, "there are not as many numbers as months");
        goto failed;
    }
    if (!(self->numbers = PyMem_RawMalloc(self->months.count + 1))) {
        PyErr_NoMemory();
        goto failed;
    }
    memcpy(self->numbers, PyBytes_AS_STRING(numbers), self->months.count);
    return (PyObject *)self;
failed:
    Py_DECREF(self);
    return NULL;
}

static PyMethodDef dates_methods[] = {
    {"read", (PyCFunction)dates_read, METH_O,
     "read(text): the dates, sorted and apart; (number, only near) of those that may be of birth, or a name."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot dates_slots[] = {{Py_tp_new, dates_new}, {Py_tp_dealloc, dates_free}, {Py_tp_methods, dates_methods},
                                    {Py_tp_doc, "The reading of dates."}, {0, NULL}};

PyType_Spec dates_spec = {"bacasable.privacy.redaction.kernel._kernel.Dates", sizeof(Dates), 0, Py_TPFLAGS_DEFAULT,
                          dates_slots};
