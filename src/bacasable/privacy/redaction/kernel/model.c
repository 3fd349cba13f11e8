#include "kernel.h"

#include <string.h>

/* Writes a key of features.py, then adds its weights. */
typedef struct {
    char *data;
    size_t size;
} Key;

enum { HALF = 1 << 21 };

static inline void letter(Key *key, char c) { key->data[key->size++] = c; }

static inline void number(Key *key, unsigned value) {
    char digits[10];
    int count = 0;
    do digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    while (count) letter(key, digits[--count]);
}

static inline void append(Key *key, const char *data, size_t size) {
    memcpy(key->data + key->size, data, size);
    key->size += size;
}

static inline void add(Scores *to, const Scores *more) {
    for (int i = 0; i < 4; i++) to->of[i] += more->of[i];
}

static void weigh(const Names *names, const char *key, size_t size, Scores *to) {
    int32_t n = table_find(&names->weights, key, size);
    if (n >= 0)
        for (int i = 0; i < 4; i++) to->of[i] += names->scores[n][i];
}

/* The key begins at its `from`th byte. */
static inline void weigh_key(const Names *names, Key *key, Scores *to) { weigh(names, key->data, key->size, to); }

static unsigned kind_of(unsigned code) {
    unsigned first = code & 7, last = code >> 3 & 7, place = code >> 6 & 7, word = code >> 9 & 7;
    if (place >= 2 && first + last < 6) return first + last < 4 ? 4 : 5;
    if (first >= 2 && last >= 3) return word < 4 ? 3 : 8;
    if (first >= 2) return word < 4 ? 1 : 8;
    if (last >= 2) return word < 3 ? 2 : 7;
    if (place) return 9;
    if (word >= 2) return 6;
    return last ? 2 : first ? 1 : 0;
}

static int shape_of(const Text *text, const Word *word) {
    bool low = word->letters & LOWERCASE, up = word->letters & UPPERCASE, title = word->letters & TITLECASE;
    if (low && !up && !title) return LOWER;
    if (word->end - word->start == 1) return INITIAL;
    if (up && !low && !title) return UPPER;
    const Letters *letters = &text->names->letters;
    if (!(letter_flags(letters, at(text, word->start)) & UPPERCASE)) return MIXED;
    unsigned rest = 0;
    for (Py_ssize_t i = word->start + 1; i < word->end; i++) {
        Py_UCS4 c = at(text, i);
        if (c == '-') return CAPITAL;
        rest |= letter_flags(letters, c);
    }
    return rest & LOWERCASE && !(rest & (UPPERCASE | TITLECASE)) ? CAPITAL : MIXED;
}

static const Base *base_of(Names *names, unsigned code, int form, unsigned group) {
    uint32_t id = (code << 3 | form) * names->classes + group + 1;
    Base *base = names->bases + (id * 2654435761u >> 20);
    _Static_assert(BASES == 1 << 12, "a slot is 12 bits of the product");
    if (base->number == id) return base;
    memset(base, 0, sizeof *base);
    base->number = id;
    if (!group) group = form * KINDS + kind_of(code);
    unsigned first = code & 7, last = code >> 3 & 7, place = code >> 6 & 7, word = code >> 9 & 7;
    base->group = (uint8_t)group;
    base->plain = group >= LEXICAL || (word >= 3 && !first && last < 3 && !place);
    char data[32];
    Key key = {data, 0};
    /* A key is its name, then numbers without a sign between them, then, for some, a full stop and the form. */
#define WEIGH(to, name, ...)                                                                                 \
    do {                                                                                                     \
        const unsigned numbers[] = {__VA_ARGS__};                                                            \
        key.size = 0;                                                                                        \
        append(&key, name, sizeof name - 1);                                                                 \
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {                                      \
            if (numbers[n] == DOT) letter(&key, '.');                                                        \
            else number(&key, numbers[n]);                                                                   \
        }                                                                                                    \
        weigh_key(names, &key, to);                                                                          \
    } while (0)
    enum { DOT = 1000 };
    unsigned shape = (unsigned)form;
    WEIGH(&base->own, "c", group);
    WEIGH(&base->own, "s", shape);
    WEIGH(&base->own, "f", first, DOT, shape);
    WEIGH(&base->own, "l", last, DOT, shape);
    WEIGH(&base->own, "p", place, DOT, shape);
    WEIGH(&base->own, "w", word, DOT, shape);
    WEIGH(&base->own, "fl", first, last);
    WEIGH(&base->own, "lp", last, place);
    WEIGH(&base->own, "fw", first, word);
    WEIGH(&base->own, "lw", last, word);
    WEIGH(&base->own, "pw", place, word);
    WEIGH(&base->own, "g", first, last, place, word, DOT, shape);
    WEIGH(&base->before, "ac", group);
    WEIGH(&base->two_before, "aac", group);
    WEIGH(&base->after, "zc", group);
#undef WEIGH
    return base;
}

static inline bool continues(char byte) { return ((uint8_t)byte & 0xC0) == 0x80; }

static size_t characters(const char *data, size_t size) {
    size_t count = 0;
    for (size_t i = 0; i < size; i++) count += !continues(data[i]);
    return count;
}

/* Bytes of the last so many characters. */
static size_t tail(const char *data, size_t size, int count) {
    size_t from = size;
    while (count-- && from) do from--;
        while (from && continues(data[from]));
    return size - from;
}

/* Bytes of the first so many characters. */
static size_t head(const char *data, size_t size, int count) {
    size_t to = 0;
    while (count-- && to < size) do to++;
        while (to < size && continues(data[to]));
    return to;
}

static bool is_one_of(const char *data, size_t size, const char *words) {
    if (!size || memchr(data, ' ', size)) return false;
    for (const char *word = words; *word;) {
        size_t length = strcspn(word, " ");
        if (length == size && !memcmp(word, data, size)) return true;
        word += length;
        word += *word == ' ';
    }
    return false;
}

static void with(const Names *names, Key *key, const char *prefix, const char *data, size_t size, Scores *to) {
    key->size = 0;
    append(key, prefix, strlen(prefix));
    append(key, data, size);
    weigh_key(names, key, to);
}

static void weigh_parts(Text *text, Key *key, int form, Scores *own) {
    const Names *names = text->names;
    const char *folded = text->folded.data, *end = folded + text->folded.size;
    const char *first_stop = memchr(folded, '-', end - folded), *last = end;
    while (last[-1] != '-') last--; /* there is a hyphen, and no word ends with one */
    unsigned parts = 1;
    for (const char *c = folded; c < end; c++) parts += *c == '-';
    key->size = 0;
    letter(key, 'h');
    number(key, kind_of(forms_code(names->forms, folded, first_stop - folded)));
    letter(key, '.');
    number(key, kind_of(forms_code(names->forms, last, end - last)));
    letter(key, '.');
    number(key, form);
    weigh_key(names, key, own);
    key->size = 0;
    append(key, "hn", 2);
    number(key, parts < 4 ? parts : 4);
    weigh_key(names, key, own);
    for (const char *part = first_stop + 1; part < last;) {
        const char *stop = memchr(part, '-', end - part);
        with(names, key, "hi", part, stop - part, own);
        part = stop + 1;
    }
    if (characters(last, end - last) < 5) with(names, key, "hl", last, end - last, own);
    size_t opening = first_stop - folded;
    if (!is_one_of(folded, opening, "saint sainte st ste la le les")) opening = 0;
    with(names, key, "hf", folded, opening, own);
}

static int look(Text *text, const Word *word, Entry *entry) {
    Names *names = text->names;
    if (word_forms(text, word)) return -1;
    const char *lower = text->lower.data, *folded = text->folded.data;
    size_t lower_size = text->lower.size, folded_size = text->folded.size;
    Py_ssize_t length = word->end - word->start;
    text->key.size = 0;
    if (bytes_room(&text->key, lower_size + folded_size + 64)) return -1;
    Key key = {text->key.data, 0};
    unsigned code = forms_code(names->forms, folded, folded_size);
    int form = shape_of(text, word);
    int32_t lexical = table_find(&names->lexical, folded, folded_size);
    const Base *base = base_of(names, code, form, lexical < 0 ? 0 : names->groups[lexical]);
    *entry = (Entry){base->own, base->before, base->two_before, base->after, (uint16_t)code, base->group, base->plain};
    bool hyphen = memchr(folded, '-', folded_size);

    append(&key, "v", 1);
    append(&key, lower, lower_size);
    number(&key, form);
    weigh_key(names, &key, &entry->own);
    if (!(code & A_NAME && !hyphen && length > 3)) {
        if (length <= 3) {
            key.size = 0;
            letter(&key, 'n');
            number(&key, (unsigned)length);
            letter(&key, '.');
            number(&key, form);
            weigh_key(names, &key, &entry->own);
        }
        if (!(code & A_NAME)) {
            static const char *const ends[] = {"x2", "x3", "x4"};
            for (int i = 0; i < 3; i++) {
                size_t size = tail(folded, folded_size, i + 2);
                with(names, &key, ends[i], folded + folded_size - size, size, &entry->own);
            }
            with(names, &key, "y3", folded, head(folded, folded_size, 3), &entry->own);
            with(names, &key, "y2", folded, head(folded, folded_size, 2), &entry->own);
            key.size = 0;
            letter(&key, 'n');
            number(&key, length < 9 ? (unsigned)length : 9);
            weigh_key(names, &key, &entry->own);
        }
        if (hyphen) weigh_parts(text, &key, form, &entry->own);
    }
    /* The vocabulary of model.py holds no word that begins with v. */
    if (lower_size && lower[0] != 'v') {
        with(names, &key, "av", lower, lower_size, &entry->before);
        with(names, &key, "aav", lower, lower_size, &entry->two_before);
        with(names, &key, "zv", lower, lower_size, &entry->after);
    }
    if (form == LOWER && entry->group < KINDS && length > 4) {
        size_t size = tail(lower, lower_size, 3);
        const char *ending = lower + lower_size - size;
        with(names, &key, "ax", ending, size, &entry->before);
        with(names, &key, "aax", ending, size, &entry->two_before);
        with(names, &key, "zx", ending, size, &entry->after);
    }
    if (!code && !entry->plain) {
        const char *last = folded + folded_size;
        while (last > folded && last[-1] != '-') last--;
        entry->plain = is_one_of(last, folded + folded_size - last,
                                 "le la les en y lui leur moi toi nous vous ci il elle on ils elles ce je tu meme "
                                 "memes eux");
    }
    return 0;
}

/* The number of the entry of a word, computed at its first sight; -1 with an exception set. */
static int32_t entry_of(Text *text, Py_ssize_t i) {
    Word *word = text->words + i;
    if (word->entry >= 0) return word->entry;
    if (text->entry_count == text->entry_room) {
        Py_ssize_t room = text->entry_room ? text->entry_room * 2 : 128;
        Entry *moved = PyMem_RawRealloc(text->entries, room * sizeof *moved);
        if (!moved) {
            PyErr_NoMemory();
            return -1;
        }
        text->entries = moved;
        text->entry_room = room;
    }
    Entry *entry = text->entries + text->entry_count;
    Py_ssize_t length = word->end - word->start;
    Kept *kept = NULL;
    if (length <= KEPT_SIZE && text->kind == PyUnicode_1BYTE_KIND) {
        const char *letters = (const char *)text->data + word->start;
        uint32_t hash = (uint32_t)length;
        for (Py_ssize_t j = 0; j < length; j++) hash = (hash ^ (uint8_t)letters[j]) * 0x01000193u;
        kept = text->names->kept + ((hash ^ hash >> 15) & (KEPT - 1));
        if (kept->size == length && !memcmp(kept->word, letters, length)) {
            *entry = kept->entry;
            return word->entry = (int32_t)text->entry_count++;
        }
    }
    if (look(text, word, entry)) return -1;
    if (kept) {
        kept->size = (uint8_t)length;
        memcpy(kept->word, (const char *)text->data + word->start, length);
        kept->entry = *entry;
    }
    return word->entry = (int32_t)text->entry_count++;
}

static const Scores *pair_of(Names *names, int side, unsigned neighbour, unsigned between, unsigned group) {
    unsigned id = (neighbour * SEPARATORS + between) * names->classes + group;
    Scores *found = names->pairs[side] + id;
    if (names->pairs_known[side][id]) return found;
    char data[32];
    Key key = {data, 0};
    letter(&key, side ? 'z' : 'a');
    letter(&key, 'p');
    number(&key, neighbour);
    letter(&key, '.');
    number(&key, between);
    size_t shared = key.size;
    letter(&key, '.');
    number(&key, group);
    weigh_key(names, &key, found);
    key.size = shared;
    data[1] = 'r';
    weigh_key(names, &key, found);
    key.size = 1;
    letter(&key, 'q');
    number(&key, between);
    letter(&key, '.');
    number(&key, group);
    weigh_key(names, &key, found);
    names->pairs_known[side][id] = 1;
    return found;
}

static bool has_line(const Text *text, Py_ssize_t start, Py_ssize_t end) {
    for (Py_ssize_t i = start; i < end; i++)
        if (at(text, i) == '\n') return true;
    return false;
}

/* How an island stands: 0 inside a line, 1 begins a line, 2 ends one, 3 fills it, 4 fills the last one. */
static int line_of(const Text *text, int first, int end) {
    bool before = first == 0 || has_line(text, text->words[first - 1].end, text->words[first].start);
    bool last = end == text->count;
    Py_ssize_t from = text->words[end - 1].end, to = last ? text->length : text->words[end].start;
    bool after = last || has_line(text, from, to);
    if (before && after) return last && to - from < 3 ? 4 : 3;
    return before + 2 * after;
}

typedef struct {
    uint8_t group;   /* 0 where no place of several words stands */
    uint8_t bucket;
} Place;

/* Find the places written in several words; the key grows in `raw`. */
static int places_in(Text *text, int first, int end, Place *places) {
    const Names *names = text->names;
    Bytes *key = &text->raw;
    memset(places, 0, (end - first) * sizeof *places);
    for (int i = first; i < end - 1; i++) {
        if (!(text->entries[text->words[i].entry].code >> 12)) continue;
        if (word_forms(text, text->words + i)) return -1;
        key->size = 0;
        if (bytes_room(key, text->folded.size)) return -1;
        memcpy(key->data, text->folded.data, text->folded.size);
        key->size = text->folded.size;
        int best = 0;
        unsigned bucket = 0;
        for (int j = i + 1; j < end && j < i + MAX_PLACE_WORDS; j++) {
            int between = words_separator(text, j);
            if (between >= LINE) break;
            if (word_forms(text, text->words + j) || bytes_room(key, text->folded.size + 1)) return -1;
            key->data[key->size++] = between == APOSTROPHE ? '\'' : '-';
            memcpy(key->data + key->size, text->folded.data, text->folded.size);
            key->size += text->folded.size;
            unsigned place = forms_code(names->forms, key->data, key->size) >> 6 & 7;
            if (place) {
                best = j;
                bucket = place;
            }
        }
        if (!best) continue;
        for (int j = i; j <= best; j++)
            places[j - first] = (Place){j == i ? PLACE_FIRST : PLACE_INNER, (uint8_t)bucket};
        i = best;
    }
    return 0;
}

/* The scores of each word of an island; 1 if all of it is none, -1 with an exception set. */
static int emissions(Text *text, int first, int end, Scores *scores) {
    Names *names = text->names;
    int low = first > 1 ? first - 2 : 0, high = end < text->count ? end + 1 : end;
    bool opens = false;
    for (int i = low; i < high; i++) {
        int32_t n = entry_of(text, i);
        if (n < 0) return -1;
        if (end - first == 1 && i == low && (n = entry_of(text, first)) >= 0 && text->entries[n].plain) return 1;
        if (n < 0) return -1;
    }
    Place places[MAX_ISLAND] = {{0, 0}};
    for (int i = first; i < end - 1; i++) opens |= text->entries[text->words[i].entry].code >> 12 == 1;
    if (opens && places_in(text, first, end, places)) return -1;
    unsigned seen = 0;
    for (int i = first; i < end; i++) seen |= text->words[i].letters;
    bool upper = seen & UPPERCASE && !(seen & (LOWERCASE | TITLECASE));
    Scores whole = {{0}};
    char data[32];
    int length = end - first;
    Key key = {data, 0};
    letter(&key, 'i');
    number(&key, line_of(text, first, end));
    letter(&key, '.');
    number(&key, length < 5 ? length : 5);
    letter(&key, '.');
    number(&key, upper);
    weigh_key(names, &key, &whole);
#define ENTRY(i) (text->entries + text->words[i].entry)
#define GROUP(i)                                                                                             \
    ((i) >= first && (i) < end && places[(i) - first].group ? places[(i) - first].group : ENTRY(i)->group)
    int between = first ? words_separator(text, first) : EDGE;
    for (int i = first; i < end; i++) {
        Scores *total = scores + (i - first);
        *total = ENTRY(i)->own;
        add(total, &whole);
        unsigned group = GROUP(i);
        if (places[i - first].group) {
            key.size = 0;
            letter(&key, 'm');
            letter(&key, group == PLACE_FIRST ? '1' : '0');
            weigh_key(names, &key, total);
            letter(&key, '.');
            number(&key, places[i - first].bucket);
            weigh_key(names, &key, total);
        }
        if (i) add(total, &ENTRY(i - 1)->before);
        if (i > 1) add(total, &ENTRY(i - 2)->two_before);
        add(total, pair_of(names, 0, i ? GROUP(i - 1) : NOTHING, i ? between : EDGE, group));
        if (i + 1 < text->count) {
            between = words_separator(text, i + 1);
            add(total, &ENTRY(i + 1)->after);
            add(total, pair_of(names, 1, GROUP(i + 1), between, group));
        } else
            add(total, pair_of(names, 1, NOTHING, EDGE, group));
    }
#undef ENTRY
#undef GROUP
    return 0;
}

/* The best sequence of labels (Viterbi); false if all are O. */
static bool best_labels(const Scores *scores, int length, uint8_t *labels) {
    struct {
        uint8_t label, person, place;
    } back[MAX_ISLAND];
    int64_t best = 0, in_person = -HALF, in_place = -HALF;
    uint8_t label = 0, person = 1, place = 3;
    for (int i = 0; i < length; i++) {
        const int32_t *total = scores[i].of;
        back[i].label = label, back[i].person = person, back[i].place = place;
        int64_t begins = best + total[0];
        in_person += total[1];
        person = begins >= in_person ? 1 : 2;
        if (begins >= in_person) in_person = begins;
        begins = best + total[2];
        in_place += total[3];
        place = begins >= in_place ? 3 : 4;
        if (begins >= in_place) in_place = begins;
        label = 0;
        if (in_person > best) best = in_person, label = person;
        if (in_place > best) best = in_place, label = place;
    }
    if (!best) return false;
    for (int i = length - 1; i >= 0; i--) {
        labels[i] = label;
        label = label == 2 ? back[i].person : label == 4 ? back[i].place : back[i].label;
    }
    return true;
}

int model_read(Text *text, Found found, void *to) {
    Scores scores[MAX_ISLAND];
    uint8_t labels[MAX_ISLAND];
    for (Py_ssize_t n = 0; n < text->island_count; n++) {
        int first = text->islands[n].first, end = text->islands[n].end, length = end - first;
        int outcome = emissions(text, first, end, scores);
        if (outcome < 0) return -1;
        if (outcome) continue;
        if (length == 1) {
            const int32_t *of = scores[0].of;
            labels[0] = of[0] > of[2] ? (of[0] > 0 ? 1 : 0) : of[2] > 0 ? 3 : 0;
            if (!labels[0]) continue;
        } else if (!best_labels(scores, length, labels))
            continue;
        for (int i = 0; i < length;) {
            int label = labels[i], stop = i + 1;
            if (!label) {
                i++;
                continue;
            }
            int64_t margin = scores[i].of[label - 1];
            for (; stop < length && labels[stop] == label + 1; stop++) margin += scores[stop].of[label];
            const Word *last = text->words + first + stop - 1;
            Py_ssize_t stands = last->end;
            /* The full stop of a last initial is of the name. */
            if (stop - i > 1 && label == 1 && stands - last->start == 1 && stands < text->length &&
                at(text, stands) == '.')
                stands++;
            if (found(to, text->words[first + i].start, stands, label, (int)(margin / (stop - i)))) return -1;
            i = stop;
        }
    }
    return 0;
}
