#include "contexts.h"

/* What the words after a value say of it: the label of an item, brackets, "is my passport" (headings.py). */

static bool in_label(Py_UCS4 c) { return ascii_alnum(c) || c == ' ' || c == '.' || c == '-' || c == '/' || c == 0xA0; }

static bool is_bullet(Py_UCS4 c) { return c == '-' || c == 0x2022 || c == '*' || c == 0x2013 || c == 0xB7; }

int heading_labelled(Announcing *self, Py_ssize_t start, Said *to) {
    const Signs *text = &self->text;
    Py_UCS4 c = sign(text, start);
    if (!is_digit(c) && c - 'A' >= 26u) return 0;
    Py_ssize_t end = start + 1;
    while (end < start + 34 && in_label(sign(text, end))) end++;
    Py_ssize_t last = end - 1;
    if (sign(text, last) == ' ') last--;
    if (!ascii_alnum(sign(text, last)) || last - start - 1 < 4 || last - start - 1 > 30) return 0;
    c = sign(text, end++);
    if ((c == ':' || c == 0x2013 || c == '=') && sign(text, end) == ' ') end++;
    else if (c != '(') return 0;
    Py_ssize_t stop = end;
    for (; stop < end + 40 && stop < text->length; stop++) {
        c = sign(text, stop);
        if (c == '\n' || c == ')' || is_decimal(c)) break;
    }
    if (stop - end < 2) return 0;
    Py_ssize_t low = start > 8 ? start - 8 : 0, i = start;
    while (i > low && (sign(text, i - 1) == ' ' || sign(text, i - 1) == '\t')) i--;
    if (i > low && is_bullet(sign(text, i - 1))) i--;
    while (i > low && (sign(text, i - 1) == ' ' || sign(text, i - 1) == '\t')) i--;
    if (i && (i == low || sign(text, i - 1) != '\n')) return 0;
    return heading_named(self, end, stop, to);
}

static bool is_space(Py_UCS4 c) { return c == ' ' || c == 0xA0; }

/* What joins a value to the words after it in _AFTER: where these begin, or -1. */
static Py_ssize_t joined(const Signs *text, Py_ssize_t i, bool *may_give) {
    static const char *const WORDS[] = {"est", "c'est", "cest", "c", "\351tant", "pour", "aupr\350s", "\340 la", "de la", "du", "chez", "comme"};
    *may_give = false;
    Py_UCS4 c = sign(text, i);
    if (c == '(') return i + 1;
    if (c == ';') {
        *may_give = is_space(sign(text, i + 1));
        return i + 1 + *may_give;
    }
    if ((c == 0x2013 || c == 0x2014 || c == '-' || c == ',' || c == ':' || c == '=') && is_space(sign(text, i + 1))) return i + 2;
    for (size_t n = 0; n < sizeof WORDS / sizeof *WORDS; n++) {
        Py_ssize_t end = i;
        const char *word = WORDS[n];
        while (*word && sign(text, end) == (uint8_t)*word) word++, end++;
        if (!*word && is_space(sign(text, end))) return end + 1;
    }
    return -1;
}

/* Of _AFTER: what may be a word of it. */
static bool may_follow(const Signs *text, Py_ssize_t i) {
    if (i >= text->length) return false;
    switch (sign(text, i)) {
    case '\n': case '.': case ';': case '|': case ')': case '\t': return false;
    default: return true;
    }
}

static bool ends_there(const Signs *text, Py_ssize_t i) {
    if (is_space(sign(text, i))) i++;
    if (i >= text->length) return true;
    Py_UCS4 c = sign(text, i);
    return c == '\n' || c == ',' || c == '.' || c == ';' || c == ')';
}

/* Where _AFTER or _NEXT ends, or -1. */
static Py_ssize_t words_after(const Signs *text, Py_ssize_t start) {
    bool may_give;
    Py_ssize_t first = joined(text, is_space(sign(text, start)) ? start + 1 : start, &may_give);
    if (first >= 0) {
        Py_ssize_t end = first;
        while (end < first + 40 && may_follow(text, end)) end++;
        if (end - first >= 2 - may_give) return end;
    }
    if (!is_space(sign(text, start))) return -1;
    Py_ssize_t one = start + 1;
    while (alphabetic(sign(text, one))) one++;
    if (one - start - 1 < 2 || one - start - 1 > 12 || sign(text, one - 1) == 's') return -1;
    Py_UCS4 c = sign(text, one);
    if (is_space(c) || c == '-') {
        Py_ssize_t two = one + 1;
        while (two < one + 10 && alphabetic(sign(text, two))) two++;
        if (two - one - 1 >= 2 && ends_there(text, two)) return two;
    }
    return ends_there(text, one) ? one : -1;
}

int heading_after(Announcing *self, Py_ssize_t end, Said *to) {
    const Signs *text = &self->text;
    Py_ssize_t letter = end + is_space(sign(text, end));
    Py_UCS4 after = sign(text, letter + 1);
    if (sign(text, letter) - 'A' < 26u && !is_word(after) && after != '\'' && after != 0x2019) end = letter + 1;
    Py_ssize_t stop = words_after(text, end);
    if (stop < 0) return 0;
    int count = said_by(self, end, stop, to);
    for (int n = 0; n < count / 2; n++) {
        Said other = to[n];
        to[n] = to[count - 1 - n];
        to[count - 1 - n] = other;
    }
    return count;
}
