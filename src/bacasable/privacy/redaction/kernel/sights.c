#include "keys.h"

/* Which words of a text are to be known, and those that were seen of late; the others are looked up several together
   (entries.c). */

enum { SPARE = 320, BUFFER = 1 << 14 };

/* Take the entry of a word seen of late; else say where it is to be kept. */
static bool seen(Text *text, const Word *word, Entry *entry, Kept **kept) {
    Py_ssize_t length = word->end - word->start;
    *kept = NULL;
    if (length > KEPT_SIZE) return false;
    char letters[KEPT_SIZE];
    uint32_t hash = (uint32_t)length;
    Py_UCS4 all = 0;
    for (Py_ssize_t j = 0; j < length; j++) {
        Py_UCS4 c = at(text, word->start + j);
        all |= c;
        letters[j] = (char)c;
        hash = (hash ^ c) * 0x01000193u;
    }
    if (all > 255) return false;
    Kept *found = text->names->kept + ((hash ^ hash >> 15) & (KEPT - 1));
    if (found->size == length && !memcmp(found->word, letters, length)) {
        *entry = found->entry;
        return true;
    }
    *kept = found;
    return false;
}

/* Words that wait to be looked up together; their letters are in `key`, and room for their keys after these. */
typedef struct {
    Sight sights[TOGETHER];
    int count;
    size_t keys;
} Waiting;

static void look_up(Text *text, Waiting *waiting) {
    if (waiting->count) sights_look(text, waiting->sights, waiting->count);
    waiting->count = 0, waiting->keys = 0, text->key.size = 0;
}

/* Give a word an entry, to be filled at the latest by look_up(); 0 or -1. */
static int wait_for(Text *text, Waiting *waiting, Word *word) {
    if (word->entry >= 0) return 0;
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
    Kept *kept;
    if (seen(text, word, text->entries + text->entry_count, &kept)) {
        word->entry = (int32_t)text->entry_count++;
        return 0;
    }
    if (word_forms(text, word)) return -1;
    size_t lower = text->lower.size, folded = text->folded.size, keys = 4 * lower + folded + SPARE;
    if (waiting->count == TOGETHER || text->key.size + lower + folded + waiting->keys + keys > text->key.room)
        look_up(text, waiting);
    if (!waiting->count && (bytes_room(&text->key, BUFFER) || bytes_room(&text->key, lower + folded + keys))) return -1;
    word->entry = (int32_t)text->entry_count++;
    char *copy = text->key.data + text->key.size;
    memcpy(copy, text->lower.data, lower);
    memcpy(copy + lower, text->folded.data, folded);
    text->key.size += lower + folded;
    waiting->keys += keys;
    waiting->sights[waiting->count++] =
        (Sight){word, kept, {.code = 0}, copy, copy + lower, lower, folded, shape_of(text, word)};
    return 0;
}

int entries_read(Text *text) {
    Waiting waiting;
    waiting.count = 0, waiting.keys = 0, text->key.size = 0;
    for (Py_ssize_t n = 0; n < text->island_count; n++)
        for (int i = text->islands[n].first; i < text->islands[n].end; i++)
            if (wait_for(text, &waiting, text->words + i)) return -1;
    look_up(text, &waiting);
    for (Py_ssize_t n = 0; n < text->island_count; n++) {
        int first = text->islands[n].first, end = text->islands[n].end;
        /* Most are a word that is never a name: its neighbours need not be known. */
        if (end - first == 1 && text->entries[text->words[first].entry].plain) continue;
        for (int i = first > 1 ? first - 2 : 0; i < end + 1 && i < text->count; i++)
            if (wait_for(text, &waiting, text->words + i)) return -1;
    }
    look_up(text, &waiting);
    return 0;
}
