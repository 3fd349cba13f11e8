#include "keys.h"

/* The scores of the words of an island, and its best labels (Model.labels of model.py). */

enum { HALF = 1 << 21 };

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
    bool opens = false;
    if (end - first == 1 && text->entries[text->words[first].entry].plain) return 1;
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
    if (entries_read(text)) return -1;
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
