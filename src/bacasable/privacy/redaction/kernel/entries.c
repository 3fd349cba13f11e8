#include "keys.h"

/* What is known of a word: its scores and those it gives to its neighbours (Model.entry of model.py). */

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
    with(names, &key, "av", lower, lower_size, &entry->before);
    with(names, &key, "aav", lower, lower_size, &entry->two_before);
    with(names, &key, "zv", lower, lower_size, &entry->after);
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

int32_t entry_of(Text *text, Py_ssize_t i) {
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
    char letters[KEPT_SIZE];
    Kept *kept = NULL;
    if (length <= KEPT_SIZE) {
        uint32_t hash = (uint32_t)length;
        Py_UCS4 all = 0;
        for (Py_ssize_t j = 0; j < length; j++) {
            Py_UCS4 c = at(text, word->start + j);
            all |= c;
            letters[j] = (char)c;
            hash = (hash ^ c) * 0x01000193u;
        }
        if (all < 256) kept = text->names->kept + ((hash ^ hash >> 15) & (KEPT - 1));
        if (kept && kept->size == length && !memcmp(kept->word, letters, length)) {
            *entry = kept->entry;
            return word->entry = (int32_t)text->entry_count++;
        }
    }
    if (look(text, word, entry)) return -1;
    if (kept) {
        kept->size = (uint8_t)length;
        memcpy(kept->word, letters, length);
        kept->entry = *entry;
    }
    return word->entry = (int32_t)text->entry_count++;
}
