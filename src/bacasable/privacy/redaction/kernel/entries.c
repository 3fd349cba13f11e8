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

int shape_of(const Text *text, const Word *word) {
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

enum { FIRST_KEYS = 6, MORE_KEYS = 10 };

static void weigh_parts(const Names *names, Key *key, const Sight *sight, Scores *own) {
    const char *folded = sight->folded, *end = folded + sight->folded_size;
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
    number(key, (unsigned)sight->form);
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

/* Keys whose weights are looked up together, each written after the one before. */
typedef struct {
    const Names *names;
    Asked *asked;
    Scores **to;
    int count;
    Key key;
} Batch;

static inline void begin(Batch *batch, Scores *to) {
    batch->to[batch->count] = to;
    batch->asked[batch->count] = (Asked){.table = &batch->names->weights, .key = batch->key.data};
    batch->key.size = 0;
}

static inline void end(Batch *batch) {
    batch->asked[batch->count++].size = batch->key.size;
    batch->key.data += batch->key.size;
}

static inline void ask(Batch *batch, const char *prefix, const char *data, size_t size, Scores *to) {
    begin(batch, to);
    append(&batch->key, prefix, strlen(prefix));
    append(&batch->key, data, size);
    end(batch);
}

static inline void ask_length(Batch *batch, unsigned length, int form, Scores *to) {
    begin(batch, to);
    letter(&batch->key, 'n');
    number(&batch->key, length);
    if (form >= 0) {
        letter(&batch->key, '.');
        number(&batch->key, (unsigned)form);
    }
    end(batch);
}

/* Look all keys up, and add their weights where they go. */
static void weigh_all(Batch *batch) {
    const Names *names = batch->names;
    tables_find(batch->asked, batch->count);
    for (int i = 0; i < batch->count; i++)
        if (batch->to[i] && batch->asked[i].number >= 0) __builtin_prefetch(names->scores[batch->asked[i].number]);
    for (int i = 0; i < batch->count; i++) {
        int32_t n = batch->asked[i].number;
        if (!batch->to[i] || n < 0) continue;
        for (int label = 0; label < 4; label++) batch->to[i]->of[label] += names->scores[n][label];
    }
}

/* What the word itself tells. */
static void ask_first(Batch *batch, Sight *sight) {
    const Names *names = batch->names;
    Entry *entry = &sight->entry;
    const Table *tables[] = {&names->forms->table, &names->lexical};
    for (int i = 0; i < 2; i++) {
        batch->to[batch->count] = NULL;
        batch->asked[batch->count++] = (Asked){.table = tables[i], .key = sight->folded, .size = sight->folded_size};
    }
    begin(batch, &entry->own);
    letter(&batch->key, 'v');
    append(&batch->key, sight->lower, sight->lower_size);
    number(&batch->key, (unsigned)sight->form);
    end(batch);
    ask(batch, "av", sight->lower, sight->lower_size, &entry->before);
    ask(batch, "aav", sight->lower, sight->lower_size, &entry->two_before);
    ask(batch, "zv", sight->lower, sight->lower_size, &entry->after);
}

/* What its length, its beginning and its end tell, where the lexicon does not know it as a name. */
static void ask_more(Batch *batch, Sight *sight) {
    Entry *entry = &sight->entry;
    const char *folded = sight->folded;
    size_t size = sight->folded_size;
    unsigned length = (unsigned)(sight->word->end - sight->word->start);
    if (length <= 3) ask_length(batch, length, sight->form, &entry->own);
    if (!(entry->code & A_NAME)) {
        static const char *const ends[] = {"x2", "x3", "x4"};
        for (int i = 0; i < 3; i++) {
            size_t last = tail(folded, size, i + 2);
            ask(batch, ends[i], folded + size - last, last, &entry->own);
        }
        ask(batch, "y3", folded, head(folded, size, 3), &entry->own);
        ask(batch, "y2", folded, head(folded, size, 2), &entry->own);
        ask_length(batch, length < 9 ? length : 9, -1, &entry->own);
    }
    if (sight->form == LOWER && entry->group < KINDS && length > 4) {
        size_t last = tail(sight->lower, sight->lower_size, 3);
        const char *ending = sight->lower + sight->lower_size - last;
        ask(batch, "ax", ending, last, &entry->before);
        ask(batch, "aax", ending, last, &entry->two_before);
        ask(batch, "zx", ending, last, &entry->after);
    }
}

void sights_look(Text *text, Sight *sights, int count) {
    Names *names = text->names;
    Asked asked[TOGETHER * MORE_KEYS];
    Scores *to[TOGETHER * MORE_KEYS];
    Batch batch = {names, asked, to, 0, {text->key.data + text->key.size, 0}};
    for (int i = 0; i < count; i++) ask_first(&batch, sights + i);
    weigh_all(&batch);
    for (int i = 0; i < count; i++) {
        Entry *entry = &sights[i].entry;
        int32_t form = asked[i * FIRST_KEYS].number, lexical = asked[i * FIRST_KEYS + 1].number;
        unsigned code = form < 0 ? 0 : names->forms->codes[form];
        const Base *base = base_of(names, code, sights[i].form, lexical < 0 ? 0 : names->groups[lexical]);
        entry->code = (uint16_t)code, entry->group = base->group, entry->plain = base->plain;
        add(&entry->own, &base->own);
        add(&entry->before, &base->before);
        add(&entry->two_before, &base->two_before);
        add(&entry->after, &base->after);
    }
    batch.count = 0, batch.key.data = text->key.data + text->key.size;
    for (int i = 0; i < count; i++) ask_more(&batch, sights + i);
    weigh_all(&batch);
    for (int i = 0; i < count; i++) {
        Sight *sight = sights + i;
        Entry *entry = &sight->entry;
        const char *folded = sight->folded, *last = folded + sight->folded_size;
        Key key = {text->key.data + text->key.size, 0};
        if (memchr(folded, '-', sight->folded_size)) weigh_parts(names, &key, sight, &entry->own);
        if (!entry->code && !entry->plain) {
            while (last > folded && last[-1] != '-') last--;
            entry->plain = is_one_of(last, folded + sight->folded_size - last,
                                     "le la les en y lui leur moi toi nous vous ci il elle on ils elles ce je tu meme "
                                     "memes eux");
        }
        text->entries[sight->word->entry] = *entry;
        if (!sight->kept) continue;
        sight->kept->size = (uint8_t)(sight->word->end - sight->word->start);
        for (int j = 0; j < sight->kept->size; j++) sight->kept->word[j] = (char)at(text, sight->word->start + j);
        sight->kept->entry = *entry;
    }
}
