/* Keys of features.py, written in bytes, and the sums of their weights. */
#ifndef BACASABLE_KEYS_H
#define BACASABLE_KEYS_H

#include "kernel.h"

#include <string.h>

/* Writes a key of features.py, then adds its weights. */
typedef struct {
    char *data;
    size_t size;
} Key;

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

static inline void weigh(const Names *names, const char *key, size_t size, Scores *to) {
    int32_t n = table_find(&names->weights, key, size);
    if (n >= 0)
        for (int i = 0; i < 4; i++) to->of[i] += names->scores[n][i];
}

static inline void weigh_key(const Names *names, Key *key, Scores *to) { weigh(names, key->data, key->size, to); }

/* ---- entries.c, sights.c ---- */

/* Words at first sight are looked up several together: nothing of what is known of them is in a near cache, and each
   string of a table is some fetches from memory away. */
enum { TOGETHER = 16 };

typedef struct {
    Word *word;
    Kept *kept; /* where it is kept for other texts, or NULL */
    Entry entry;
    char *lower, *folded;
    size_t lower_size, folded_size;
    int form;
} Sight;

/* Fill the entries of words, at most TOGETHER; `key` of the text has room for their keys. */
void sights_look(Text *text, Sight *sights, int count);
/* The form of a word: LOWER... */
int shape_of(const Text *text, const Word *word);
/* Give an entry to every word that the islands need: theirs, and their neighbours'; 0 or -1. */
int entries_read(Text *text);

#endif
