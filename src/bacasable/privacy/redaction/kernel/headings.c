#include "contexts.h"

#include <string.h>

/* Headings of headings.py: what names the type of a value from the head of its column. */

enum { LINES = 200, ALIGNED = 40, CELL = 60 };

static const char *const LINE_SIGNS[] = {"|", "\t", ";", "\",\"", " / ", ","};
enum { FIRM_SIGNS = 4, ALL_SIGNS = 6 };

static bool stands(const Signs *text, Py_ssize_t i, Py_ssize_t end, const char *word) {
    for (; *word; word++, i++)
        if (i >= end || sign(text, i) != (Py_UCS4)*word) return false;
    return true;
}

/* Where a word next stands, whole before `end`, or -1. */
static Py_ssize_t find_word(const Signs *text, Py_ssize_t i, Py_ssize_t end, const char *word) {
    for (; i < end; i++)
        if (stands(text, i, end, word)) return i;
    return -1;
}

static Py_ssize_t count_word(const Signs *text, Py_ssize_t i, Py_ssize_t end, const char *word) {
    Py_ssize_t count = 0, size = (Py_ssize_t)strlen(word);
    while ((i = find_word(text, i, end, word)) >= 0) count++, i += size;
    return count;
}

/* Where the line begins that holds a place. */
static Py_ssize_t top_of(const Signs *text, Py_ssize_t i) {
    while (i > 0 && sign(text, i - 1) != '\n') i--;
    return i;
}

static Py_ssize_t bottom_of(const Signs *text, Py_ssize_t i) {
    while (i < text->length && sign(text, i) != '\n') i++;
    return i;
}

static Py_ssize_t stripped(const Signs *text, Py_ssize_t start, Py_ssize_t end) {
    while (end > start && is_blank(sign(text, end - 1))) end--;
    return end;
}

/* Of _RULE: a line that only parts others. */
static bool is_rule(const Signs *text, Py_ssize_t start, Py_ssize_t end) {
    bool any = false;
    for (; start < end; start++) {
        Py_UCS4 c = sign(text, start);
        if (is_blank(c)) continue;
        any = true;
        switch (c) {
        case '|': case '+': case ':': case '=': case '_': case '-': case 0x2500: case 0x2501: case 0x2502: case 0x253C: break;
        default: return false;
        }
    }
    return any;
}

int said_by(const Announcing *self, Py_ssize_t start, Py_ssize_t end, Said *to) {
    int keys[MOST_WORDS], found = 0, count = contexts_before(self->contexts, &self->text, start, end, keys);
    for (int n = 0; n < count; n++)
        if (keys[n] >= 0) to[found++] = (Said){(uint16_t)keys[n], self->contexts->kinds[keys[n]], (uint8_t)n};
    return found;
}

int heading_named(const Announcing *self, Py_ssize_t start, Py_ssize_t end, Said *to) {
    int count = said_by(self, start, end - start > CELL ? start + CELL : end, to);
    for (int n = 0; n < count; n++) to[n].words = 0;
    return count;
}

/* The line that begins at a place among those read before, or where it is to be kept. */
static Line *line_of(Line *lines, size_t room, Py_ssize_t top) {
    size_t slot = ((size_t)top * 0x9E3779B97F4A7C15u >> 20) & (room - 1);
    while (lines[slot].top && lines[slot].top != top + 1) slot = (slot + 1) & (room - 1);
    return lines + slot;
}

static int keep_line(Announcing *self, Line line) {
    if (2 * self->line_count >= self->line_room) {
        size_t room = self->line_room ? 4 * self->line_room : 32;
        Line *more = PyMem_Calloc(room, sizeof *more);
        if (!more) {
            PyErr_NoMemory();
            return -1;
        }
        for (size_t n = 0; n < self->line_room; n++)
            if (self->lines[n].top) *line_of(more, room, self->lines[n].top - 1) = self->lines[n];
        PyMem_Free(self->lines);
        self->lines = more;
        self->line_room = room;
    }
    Line *place = line_of(self->lines, self->line_room, line.top - 1);
    self->line_count += !place->top;
    *place = line;
    return 0;
}

/* _signed: -1 with an exception set. */
static int with_sign(Announcing *self, Py_ssize_t top, Py_ssize_t bottom, int which, Py_ssize_t place, Said *to) {
    const Signs *text = &self->text;
    const char *word = LINE_SIGNS[which];
    Py_ssize_t count = count_word(text, top, bottom, word), head = -1, above = top;
    for (int n = 0; n < LINES && above; n++) {
        Py_ssize_t end = above - 1;
        above = top_of(text, end);
        if (self->line_room) {
            const Line *known = line_of(self->lines, self->line_room, above);
            if (known->top && known->sign == which && known->count == count) {
                head = known->head;
                break;
            }
        }
        if (is_rule(text, above, end)) continue;
        if (count_word(text, above, end, word) != count) break;
        head = above;
    }
    if (head < 0) return 0;
    if (keep_line(self, (Line){top + 1, head, count, which})) return -1;
    Py_ssize_t column = count_word(text, top, place, word), end = bottom_of(text, head), size = (Py_ssize_t)strlen(word);
    for (; column; column--) head = find_word(text, head, end, word) + size;
    Py_ssize_t stop = find_word(text, head, end, word);
    return heading_named(self, head, stop < 0 ? end : stop, to);
}

/* _cell: its bounds in the text; empty where there is none. Columns are counted from the start of their lines. */
static void cell_over(const Signs *text, Py_ssize_t top, Py_ssize_t end, Py_ssize_t left, Py_ssize_t right, Py_ssize_t *from,
                      Py_ssize_t *to) {
    *from = *to = top;
    if (left >= end - top) return;
    Py_ssize_t start = top, low = top + left;
    for (Py_ssize_t i = low - 1; i >= top; i--)
        if (sign(text, i) == ' ' && sign(text, i + 1) == ' ') {
            start = i + 2;
            break;
        }
    Py_ssize_t stop = find_word(text, low > start ? low : start, end, "  ");
    if (is_blank(sign(text, low)) && (low + 1 >= end || is_blank(sign(text, low + 1)))) {
        while (start < top + right && start < end && sign(text, start) == ' ') start++;
        stop = find_word(text, start, end, "  ");
    }
    if (start >= top + right) return;
    *from = start;
    *to = stop < 0 ? end : stop;
    if (*to < *from) *to = *from;
}

/* _blanks. */
static int with_blanks(Announcing *self, Py_ssize_t top, Py_ssize_t bottom, Py_ssize_t place, Said *to) {
    const Signs *text = &self->text;
    Py_ssize_t left = 0, right, last = self->aligned.top;
    for (Py_ssize_t i = place - 2; i >= top; i--)
        if (sign(text, i) == ' ' && sign(text, i + 1) == ' ') {
            left = i + 2 - top;
            break;
        }
    right = find_word(text, place, bottom, "  ");
    right = (right < 0 ? bottom : right) - top;
    Py_ssize_t moved = self->aligned.column - left;
    if (last >= 0 && last < top && moved < 3 && moved > -3 && top_of(text, top - 1) == top_of(text, last)) {
        self->aligned.top = top;
        self->aligned.column = left;
        memcpy(to, self->aligned.said, self->aligned.count * sizeof *to);
        return self->aligned.count;
    }
    int count = 0;
    Py_ssize_t above = top;
    for (int n = 0; n < ALIGNED && above; n++) {
        Py_ssize_t end = above - 1, from, stop;
        above = top_of(text, end);
        Py_ssize_t first = above, rest = stripped(text, above, end);
        while (first < rest && is_blank(sign(text, first))) first++;
        if (first == rest) break;
        if (left && find_word(text, first, rest, "  ") < 0) continue;
        cell_over(text, above, end, left, right, &from, &stop);
        bool digits = false;
        for (Py_ssize_t i = from; i < stop && !digits; i++) digits = is_decimal(sign(text, i));
        if (from < stop && !digits && (count = heading_named(self, from, stop, to))) break;
    }
    self->aligned.top = top;
    self->aligned.column = left;
    self->aligned.count = count;
    memcpy(self->aligned.said, to, count * sizeof *to);
    return count;
}

int heading_column(Announcing *self, Py_ssize_t start, bool loose, Said *to) {
    const Signs *text = &self->text;
    Py_ssize_t top = top_of(text, start);
    if (!top) return 0;
    Py_ssize_t bottom = bottom_of(text, start);
    for (int which = 0; which < (loose ? ALL_SIGNS : FIRM_SIGNS); which++) {
        const char *word = LINE_SIGNS[which];
        Py_ssize_t first = find_word(text, top, bottom, word), size = (Py_ssize_t)strlen(word);
        if (first < 0) continue;
        Py_ssize_t rest = stripped(text, top, bottom);
        if (first + size == rest) continue; /* an item of a list */
        return with_sign(self, top, bottom, which, start, to);
    }
    return find_word(text, top, bottom, "  ") < 0 ? 0 : with_blanks(self, top, bottom, start, to);
}
