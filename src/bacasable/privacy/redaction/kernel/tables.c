#include "kernel.h"

#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

enum { PAGE = 1 << 21 };

void *large_new(size_t size) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    if (size >= PAGE / 2) {
        size = (size + PAGE - 1) / PAGE * PAGE;
        void *memory = aligned_alloc(PAGE, size);
        if (memory) madvise(memory, size, MADV_HUGEPAGE); /* without them, the pages are small */
        return memory;
    }
#endif
    return malloc(size ? size : 1);
}

void large_free(void *memory) { free(memory); }

static inline uint64_t mix(uint64_t a, uint64_t b) {
    a ^= b;
    a *= 0x9E3779B97F4A7C15u;
    return a ^ a >> 29;
}

static inline uint64_t hash(const char *key, size_t size) {
    uint64_t state = 0x243F6A8885A308D3u ^ size, part = 0;
    for (; size > 8; key += 8, size -= 8) {
        memcpy(&part, key, 8);
        state = mix(state, part);
    }
    if (size >= 4) { /* the two halves may share bytes */
        uint32_t first, last;
        memcpy(&first, key, 4);
        memcpy(&last, key + size - 4, 4);
        part = (uint64_t)first << 32 | last;
    } else if (size)
        part = (uint64_t)(uint8_t)key[0] << 16 | (uint64_t)(uint8_t)key[size / 2] << 8 | (uint8_t)key[size - 1];
    else
        part = 0;
    state = mix(state, part);
    return state ^ state >> 32;
}

/* The bit of a hash among those of all strings: most of what is looked up is no string of the table, and these bits
   stay in the nearest cache. */
static inline uint64_t *sieve_of(const Table *table, uint64_t code, uint64_t *bit) {
    uint32_t place = code >> 32 & table->sieve_mask;
    *bit = (uint64_t)1 << (place & 63);
    return table->sieve + (place >> 6);
}

int table_read(Table *table, const char *joined, Py_ssize_t size) {
    memset(table, 0, sizeof *table);
    if (size > (Py_ssize_t)1 << 30) {
        PyErr_SetString(PyExc_ValueError, "a table is too large");
        return -1;
    }
    uint32_t count = size > 0;
    for (Py_ssize_t i = 0; i < size; i++) count += joined[i] == '\n';
    uint32_t slots = 16;
    while (slots < count + count / 2) slots *= 2;
    size_t of_slots = slots * sizeof *table->slots, of_sieve = slots / 8 * sizeof *table->sieve;
    size_t of_starts = (count + 1) * sizeof *table->starts;
    char *memory = large_new(of_slots + of_sieve + of_starts + size + 1);
    if (!memory) {
        PyErr_NoMemory();
        return -1;
    }
    memset(memory, 0, of_slots + of_sieve);
    table->memory = memory;
    table->slots = (uint64_t *)memory;
    table->sieve = (uint64_t *)(memory + of_slots);
    table->starts = (uint32_t *)(memory + of_slots + of_sieve);
    table->blob = memory + of_slots + of_sieve + of_starts;
    memcpy(table->blob, joined, size);
    table->count = count;
    table->mask = slots - 1;
    table->sieve_mask = slots * 8 - 1;
    uint32_t start = 0;
    for (uint32_t n = 0; n < count; n++) {
        const char *stop = memchr(joined + start, '\n', size - start);
        uint32_t end = stop ? (uint32_t)(stop - joined) : (uint32_t)size;
        table->starts[n] = start;
        if (end - start > table->longest) table->longest = end - start;
        uint64_t code = hash(joined + start, end - start);
        uint32_t slot = code & table->mask;
        while (table->slots[slot]) slot = (slot + 1) & table->mask;
        table->slots[slot] = (code >> 32 << 32) | (n + 1);
        uint64_t bit, *sieve = sieve_of(table, code, &bit);
        *sieve |= bit;
        start = end + 1;
    }
    table->starts[count] = (uint32_t)size + 1;
    return 0;
}

void table_free(Table *table) {
    large_free(table->memory);
    memset(table, 0, sizeof *table);
}

int32_t table_find(const Table *table, const char *key, size_t size) {
    if (size > table->longest || !table->count) return -1;
    uint64_t code = hash(key, size), bit;
    if (!(*sieve_of(table, code, &bit) & bit)) return -1;
    uint32_t slot = code & table->mask;
    for (uint64_t held; (held = table->slots[slot]); slot = (slot + 1) & table->mask) {
        if (held >> 32 != code >> 32) continue;
        uint32_t n = (uint32_t)held - 1, start = table->starts[n];
        if (table->starts[n + 1] - start - 1 == size && !memcmp(table->blob + start, key, size)) return n;
    }
    return -1;
}

/* The string of a hash that a slot holds, or -1. */
static inline int32_t held_by(const Table *table, uint64_t code) {
    uint32_t slot = code & table->mask;
    for (uint64_t held; (held = table->slots[slot]); slot = (slot + 1) & table->mask)
        if (held >> 32 == code >> 32) return (int32_t)((uint32_t)held - 1);
    return -1;
}

void tables_find(Asked *asked, int count) {
    uint64_t bit;
    for (Asked *one = asked; one < asked + count; one++) {
        one->number = one->size > one->table->longest || !one->table->count ? -1 : 0;
        if (one->number < 0) continue;
        one->code = hash(one->key, one->size);
        __builtin_prefetch(sieve_of(one->table, one->code, &bit));
    }
    for (Asked *one = asked; one < asked + count; one++) {
        if (one->number < 0) continue;
        if (*sieve_of(one->table, one->code, &bit) & bit) __builtin_prefetch(one->table->slots + (one->code & one->table->mask));
        else one->number = -1;
    }
    for (Asked *one = asked; one < asked + count; one++) {
        if (one->number < 0) continue;
        one->number = held_by(one->table, one->code);
        if (one->number >= 0) __builtin_prefetch(one->table->starts + one->number);
    }
    for (Asked *one = asked; one < asked + count; one++)
        if (one->number >= 0) __builtin_prefetch(one->table->blob + one->table->starts[one->number]);
    for (Asked *one = asked; one < asked + count; one++) {
        if (one->number < 0) continue;
        uint32_t start = one->table->starts[one->number];
        if (one->table->starts[one->number + 1] - start - 1 != one->size || memcmp(one->table->blob + start, one->key, one->size))
            one->number = table_find(one->table, one->key, one->size); /* another of the same half of a hash */
    }
}
