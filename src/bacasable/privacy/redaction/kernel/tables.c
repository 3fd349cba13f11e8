#include "kernel.h"

#include <string.h>

static inline uint64_t mix(uint64_t a, uint64_t b) {
    a ^= b;
    a *= 0x9E3779B97F4A7C15u;
    return a ^ a >> 29;
}

static uint64_t hash(const char *key, size_t size) {
    uint64_t state = 0x243F6A8885A308D3u ^ size, part;
    while (size > 8) {
        memcpy(&part, key, 8);
        state = mix(state, part);
        key += 8, size -= 8;
    }
    part = 0;
    if (size == 8) memcpy(&part, key, 8);
    else
        for (size_t i = 0; i < size; i++) part = part << 8 | (uint8_t)key[i];
    state = mix(state, part);
    return state ^ state >> 32;
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
    table->blob = PyMem_RawMalloc(size + 1);
    table->starts = PyMem_RawMalloc((count + 1) * sizeof *table->starts);
    table->slots = PyMem_RawCalloc(slots, sizeof *table->slots);
    if (!table->blob || !table->starts || !table->slots) {
        table_free(table);
        PyErr_NoMemory();
        return -1;
    }
    memcpy(table->blob, joined, size);
    table->count = count;
    table->mask = slots - 1;
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
        start = end + 1;
    }
    table->starts[count] = (uint32_t)size + 1;
    return 0;
}

void table_free(Table *table) {
    PyMem_RawFree(table->blob);
    PyMem_RawFree(table->starts);
    PyMem_RawFree(table->slots);
    memset(table, 0, sizeof *table);
}

int32_t table_find(const Table *table, const char *key, size_t size) {
    if (size > table->longest || !table->count) return -1;
    uint64_t code = hash(key, size);
    uint32_t slot = code & table->mask;
    for (uint64_t held; (held = table->slots[slot]); slot = (slot + 1) & table->mask) {
        if (held >> 32 != code >> 32) continue;
        uint32_t n = (uint32_t)held - 1, start = table->starts[n];
        if (table->starts[n + 1] - start - 1 == size && !memcmp(table->blob + start, key, size)) return n;
    }
    return -1;
}
