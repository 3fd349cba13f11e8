#include "kernel.h"

#include <string.h>

static int grow(void **items, Py_ssize_t *room, size_t size) {
    Py_ssize_t larger = *room ? *room * 2 : 256;
    void *moved = PyMem_RawRealloc(*items, larger * size);
    if (!moved) {
        PyErr_NoMemory();
        return -1;
    }
    *items = moved;
    *room = larger;
    return 0;
}

/* Cut the text into words: letters joined by hyphens, with an elided article after a hyphen. */
static inline int split(Text *text, const int kind) {
    const void *data = text->data;
    const Letters *letters = &text->names->letters;
    Py_ssize_t length = text->length;
#define AT(i) PyUnicode_READ(kind, data, i)
    for (Py_ssize_t i = 0; i < length;) {
        unsigned flags = letter_flags(letters, AT(i));
        if (!flags) {
            i++;
            continue;
        }
        Py_ssize_t start = i;
        unsigned seen = flags;
        for (;;) {
            while (++i < length && (flags = letter_flags(letters, AT(i)))) seen |= flags;
            if (i + 1 >= length || AT(i) != '-') break;
            Py_UCS4 next = AT(i + 1);
            if (i + 3 < length && (next == 'd' || next == 'l' || next == 'D' || next == 'L') &&
                (AT(i + 2) == '\'' || AT(i + 2) == 0x2019) && (flags = letter_flags(letters, AT(i + 3)))) {
                seen |= flags | letter_flags(letters, next);
                i += 3;
            } else if ((flags = letter_flags(letters, next))) {
                seen |= flags;
                i++;
            } else
                break;
        }
        if (text->count == text->room && grow((void **)&text->words, &text->room, sizeof *text->words))
            return -1;
        text->words[text->count++] = (Word){start, i, -1, (uint8_t)seen, 0};
    }
#undef AT
    return 0;
}

int words_split(Text *text) {
    switch (text->kind) {
    case PyUnicode_1BYTE_KIND: return split(text, PyUnicode_1BYTE_KIND);
    case PyUnicode_2BYTE_KIND: return split(text, PyUnicode_2BYTE_KIND);
    default: return split(text, PyUnicode_4BYTE_KIND);
    }
}

static Py_ssize_t gap_start(const Text *text, Py_ssize_t i) { return i ? text->words[i - 1].end : 0; }

static Py_ssize_t gap_end(const Text *text, Py_ssize_t i) {
    return i < text->count ? text->words[i].start : text->length;
}

static int separator_of_other(const Text *text, Py_ssize_t start, Py_ssize_t end) {
    int lines = 0;
    bool tab = false, colon = false, field = false, bracket = false, stop = false, edge = false, comma = false;
    Py_ssize_t first = end, last = start;
    for (Py_ssize_t i = start; i < end; i++) {
        Py_UCS4 c = at(text, i);
        if (Py_UNICODE_ISDIGIT(c)) return DIGIT;
        if (!Py_UNICODE_ISSPACE(c)) {
            if (first == end) first = i;
            last = i + 1;
        }
        switch (c) {
        case '\n': lines++; break;
        case '\t': tab = true; break;
        default: break;
        }
    }
    if (lines) return lines == 1 && end - start < 4 ? LINE : EDGE;
    if (first == end) return end - start < 3 && !tab ? SPACE : FIELD;
    for (Py_ssize_t i = first; i < last; i++) switch (at(text, i)) {
        case ':': colon = true; break;
        case ';': case '|': case '\t': case '/': case '=': field = true; break;
        case '(': case ')': case '[': case ']': case '{': case '}': case 0xAB: case 0xBB: case '"': case '<':
        case '>': case 0x201C: case 0x201D: bracket = true; break;
        case '.': stop = true; break;
        case '!': case '?': case 0x2026: edge = true; break;
        case ',': comma = true; break;
        default: break;
        }
    return colon ? COLON : field ? FIELD : bracket ? BRACKET : stop ? STOP : edge ? EDGE : comma ? COMMA : DASH;
}

/* The class of what stands before word i. */
int words_separator(const Text *text, Py_ssize_t i) {
    Py_ssize_t start = gap_start(text, i), end = gap_end(text, i);
    if (end - start <= 3) {
        uint64_t key = 0;
        for (Py_ssize_t j = start; j < end; j++) key = key << 21 | (at(text, j) + 1);
        const Names *names = text->names;
        for (int j = 0; j < names->separator_count; j++)
            if (names->separator_keys[j] == key) return names->separator_values[j];
    }
    return separator_of_other(text, start, end);
}

static bool gap_is(const Text *text, Py_ssize_t i, Py_UCS4 one, Py_UCS4 other, Py_UCS4 third) {
    Py_ssize_t start = gap_start(text, i);
    if (gap_end(text, i) - start != 1) return false;
    Py_UCS4 c = at(text, start);
    return c == one || c == other || c == third;
}

static bool in(int value, unsigned set) { return set >> value & 1; }

static int put(Bytes *bytes, const char *data, size_t size) {
    if (bytes_room(bytes, size)) return -1;
    memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
    return 0;
}

/* Write the word in UTF-8 as it stands, in `raw`. */
static int word_raw(Text *text, const Word *word) {
    Bytes *raw = &text->raw;
    raw->size = 0;
    if (bytes_room(raw, 4 * (word->end - word->start))) return -1;
    char *to = raw->data;
    for (Py_ssize_t i = word->start; i < word->end; i++) {
        Py_UCS4 c = at(text, i);
        if (c < 0x80) *to++ = (char)c;
        else if (c < 0x800) {
            *to++ = (char)(0xC0 | c >> 6);
            *to++ = (char)(0x80 | (c & 63));
        } else {
            if (c < 0x10000) *to++ = (char)(0xE0 | c >> 12);
            else {
                *to++ = (char)(0xF0 | c >> 18);
                *to++ = (char)(0x80 | (c >> 12 & 63));
            }
            *to++ = (char)(0x80 | (c >> 6 & 63));
            *to++ = (char)(0x80 | (c & 63));
        }
    }
    raw->size = to - raw->data;
    return 0;
}

static int by_python(Text *text, const Word *word) {
    PyObject *whole = PyUnicode_FromKindAndData(
        text->kind, (const char *)text->data + word->start * text->kind, word->end - word->start);
    PyObject *lower = whole ? PyObject_CallMethod(whole, "lower", NULL) : NULL;
    PyObject *folded = lower ? PyObject_CallOneArg(text->names->letters.fold, whole) : NULL;
    int failed = -1;
    Py_ssize_t size;
    const char *data;
    text->lower.size = text->folded.size = 0;
    if (folded && (data = PyUnicode_AsUTF8AndSize(lower, &size)) && !put(&text->lower, data, size) &&
        (data = PyUnicode_AsUTF8AndSize(folded, &size)) && !put(&text->folded, data, size))
        failed = 0;
    Py_XDECREF(whole);
    Py_XDECREF(lower);
    Py_XDECREF(folded);
    return failed;
}

int word_forms(Text *text, const Word *word) {
    Bytes *lower = &text->lower, *folded = &text->folded;
    Py_ssize_t length = word->end - word->start;
    lower->size = folded->size = 0;
    if (bytes_room(lower, length * sizeof((Letter *)0)->lower) ||
        bytes_room(folded, length * sizeof((Letter *)0)->folded))
        return -1;
    for (Py_ssize_t i = word->start; i < word->end; i++) {
        Py_UCS4 c = at(text, i);
        const Letter *letter = letter_of(&text->names->letters, c);
        if (!letter) return -1;
        if (letter->hard) return by_python(text, word);
        memcpy(lower->data + lower->size, letter->lower, sizeof letter->lower);
        lower->size += letter->lower_size;
        memcpy(folded->data + folded->size, letter->folded, sizeof letter->folded);
        folded->size += letter->folded_size;
    }
    return 0;
}

/* 1 if a word in lower case, beside a known name, may be one too; -1 with an exception set. */
static int may_be_name(Text *text, Py_ssize_t i) {
    const Word *word = text->words + i;
    if (word->end - word->start < 3 || word->marks & INNER) return 0;
    if (word_forms(text, word)) return -1;
    unsigned code = forms_code(text->names->forms, text->folded.data, text->folded.size);
    return (code >> 9 & 7) < 4 || (code & 7) > 2;
}

static bool is_lower(const Word *word) {
    return !(word->letters & (UPPERCASE | TITLECASE)) && word->letters & LOWERCASE;
}

/* Where the last line begins if it is one to four words in lower case that may be names, else the end. */
static Py_ssize_t signature(Text *text) {
    Py_ssize_t end = text->count, first = end - 1;
    if (!end || !is_lower(text->words + first) || text->length - text->words[first].end > 3) return end;
    while (first > 0 && end - first < 5 && gap_is(text, first, ' ', '\'', 0x2019)) first--;
    if (end - first > 4) return end;
    bool line = false;
    for (Py_ssize_t i = gap_start(text, first); i < gap_end(text, first); i++) {
        if (!Py_UNICODE_ISSPACE(at(text, i))) return end;
        line |= at(text, i) == '\n';
    }
    if (!line) return end;
    for (Py_ssize_t i = first; i < end; i++) {
        int maybe = text->words[i].marks & INNER ? 1 : may_be_name(text, i);
        if (maybe < 0) return -1;
        if (!maybe) return end;
    }
    return first;
}

/* Mark the words that might belong to a name, before any is held by others. */
int words_mark(Text *text) {
    Names *names = text->names;
    Py_ssize_t count = text->count;
    for (Py_ssize_t i = 0; i < count; i++) {
        Word *word = text->words + i;
        if ((size_t)(word->end - word->start) <= names->special.longest) {
            if (word_raw(text, word)) return -1;
            int32_t n = table_find(&names->special, text->raw.data, text->raw.size);
            if (n >= 0) word->marks = names->marks[n];
        }
        if (!is_lower(word) && !(word->marks & NEVER)) word->marks |= CANDIDATE;
    }
    Py_ssize_t signed_from = signature(text);
    if (signed_from < 0) return -1;
    for (Py_ssize_t i = signed_from; i < count; i++) text->words[i].marks |= CANDIDATE;
    for (Py_ssize_t i = 0; i < count; i++) {
        unsigned marks = text->words[i].marks;
        if (marks & OPENER) {
            for (Py_ssize_t j = i + 1; j < i + 3 && j < count; j++) {
                if (!in(words_separator(text, j),
                        1u << SPACE | 1u << STOP | 1u << COLON | 1u << LINE | 1u << APOSTROPHE))
                    break;
                int maybe = may_be_name(text, j);
                if (maybe < 0) return -1;
                if (!maybe) break;
                text->words[j].marks |= CANDIDATE;
            }
        } else if (marks & LOWER_NAME) {
            text->words[i].marks |= CANDIDATE;
            for (int side = -1; side < 2; side += 2) {
                Py_ssize_t j = i + side;
                if (j < 0 || j >= count || !gap_is(text, side < 0 ? i : j, ' ', 0xA0, 0xA0)) continue;
                int maybe = may_be_name(text, j);
                if (maybe < 0) return -1;
                if (maybe) text->words[j].marks |= CANDIDATE;
            }
        }
    }
    return 0;
}

static int add(Text *text, Py_ssize_t first, Py_ssize_t end) {
    while (first < end) {
        Py_ssize_t stop = end - first > MAX_ISLAND ? first + MAX_ISLAND : end;
        if (text->island_count == text->island_room &&
            grow((void **)&text->islands, &text->island_room, sizeof *text->islands))
            return -1;
        text->islands[text->island_count++] = (Island){(int)first, (int)stop};
        first = stop;
    }
    return 0;
}

/* Say whether only small words stand between two candidates, so that they may be of one name. */
static bool inner(const Text *text, Py_ssize_t last, Py_ssize_t i) {
    for (Py_ssize_t k = last + 1; k < i; k++)
        if (!(text->words[k].marks & INNER) || text->words[k].marks & HELD) return false;
    for (Py_ssize_t k = last + 1; k <= i; k++)
        if (!in(words_separator(text, k), 1u << SPACE | 1u << APOSTROPHE | 1u << LINE)) return false;
    return true;
}

/* Find the stretches of candidates that are read together. */
int words_islands(Text *text) {
    Py_ssize_t first = -1, last = -1;
    for (Py_ssize_t i = 0; i < text->count; i++) {
        const Word *words = text->words;
        if (!(words[i].marks & CANDIDATE) || words[i].marks & HELD) continue;
        bool joined = false;
        if (first >= 0 && i - last == 1) {
            int kind = words_separator(text, i);
            joined = in(kind, 1u << SPACE | 1u << APOSTROPHE | 1u << LINE) ||
                     (kind == STOP && words[last].end - words[last].start <= MAX_ABBREVIATION);
        } else if (first >= 0 && i - last <= 3)
            joined = words[i - 1].marks & INNER && inner(text, last, i);
        if (!joined) {
            if (first >= 0 && add(text, first, last + 1)) return -1;
            first = i;
        }
        last = i;
    }
    return first >= 0 ? add(text, first, last + 1) : 0;
}

void text_free(Text *text) {
    PyMem_RawFree(text->words);
    PyMem_RawFree(text->islands);
    PyMem_RawFree(text->entries);
    PyMem_RawFree(text->lower.data);
    PyMem_RawFree(text->folded.data);
    PyMem_RawFree(text->key.data);
    PyMem_RawFree(text->raw.data);
}
