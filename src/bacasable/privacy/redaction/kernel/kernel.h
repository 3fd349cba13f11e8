/* What the files of the kernel share. The kernel does what the Python code of the same names does, span for
   span; that code is the definition, and stays in use where no compiler was there. */
#ifndef BACASABLE_KERNEL_H
#define BACASABLE_KERNEL_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdbool.h>
#include <stdint.h>

/* What the kernel and the Python code that calls it agree on: the number of __init__.py. */
enum { ABI = 12 };

/* ---- tables.c: memory in large pages, strings to numbers ---- */

/* Memory that is read here and there, all over: in large pages where the system has them, so that each reading does not
   wait for where its page is. Freed by large_free(); NULL, without an exception, where there is none. */
void *large_new(size_t size);
void large_free(void *memory);

/* Strings, one after the other in `blob`; `slots` hold the number of the string plus one, and part of its
   hash; `sieve` has a bit set for each hash, and few others of so many. */
typedef struct {
    void *memory; /* all of it */
    char *blob;
    uint32_t *starts;
    uint64_t *slots, *sieve;
    uint32_t count, mask, sieve_mask, longest;
} Table;

/* Read strings parted by line feeds. Returns 0, or -1 with an exception set. */
int table_read(Table *table, const char *joined, Py_ssize_t size);
void table_free(Table *table);
/* The number of a string, or -1. */
int32_t table_find(const Table *table, const char *key, size_t size);

/* A string that is looked up with others: in which table, and its number there once found, or -1. */
typedef struct {
    const Table *table;
    const char *key;
    size_t size;
    uint64_t code;
    int32_t number;
} Asked;

/* Look several strings up together, so that the memory of one is fetched while another is read. */
void tables_find(Asked *asked, int count);

/* ---- forms.c: the lexicon ---- */

typedef struct {
    PyObject_HEAD
    Table table;
    uint16_t *codes;
} Forms;

extern PyType_Spec forms_spec;
bool is_forms(PyObject *object);
/* The packed buckets of a folded form, or 0. */
unsigned forms_code(const Forms *forms, const char *folded, size_t size);

/* ---- letters.c: what characters are ---- */

enum { LETTER = 1, LOWERCASE = 2, UPPERCASE = 4, TITLECASE = 8 };

/* A character in lower case, and as the lexicon writes it, in UTF-8; `hard`: ask Python about the word. */
typedef struct {
    uint8_t lower_size, folded_size, hard;
    char lower[7], folded[14];
} Letter;

enum { PAGES = 0x110000 >> 8 };

typedef struct {
    uint8_t flags[256]; /* of Latin-1 */
    Letter *pages[PAGES];
    PyObject *fold; /* bacasable.privacy.redaction.lexicon.fold */
} Letters;

int letters_open(Letters *letters, PyObject *fold);
void letters_close(Letters *letters);
unsigned letter_flags_far(Py_UCS4 c);
Letter *letters_page(Letters *letters, Py_UCS4 c);

static inline unsigned letter_flags(const Letters *letters, Py_UCS4 c) {
    return c < 256 ? letters->flags[c] : letter_flags_far(c);
}

static inline const Letter *letter_of(Letters *letters, Py_UCS4 c) {
    Letter *page = letters->pages[c >> 8];
    if (!page && !(page = letters_page(letters, c))) return NULL;
    return page + (c & 255);
}

/* Bytes that grow. */
typedef struct {
    char *data;
    size_t size, room;
} Bytes;

int bytes_room(Bytes *bytes, size_t more);

/* ---- words.c: words, separators, islands ---- */

enum { SPACE, DASH, APOSTROPHE, LINE, COMMA, COLON, STOP, DIGIT, FIELD, BRACKET, EDGE, SEPARATORS };
enum { NEVER = 1, LOWER_NAME = 2, OPENER = 4, INNER = 8, CANDIDATE = 16, HELD = 32 };
enum { MAX_ISLAND = 48, MAX_ABBREVIATION = 4, MAX_PLACE_WORDS = 6 };

typedef struct {
    Py_ssize_t start, end;
    int32_t entry;   /* its number among the entries, or -1 */
    uint8_t letters; /* which cases it has */
    uint8_t marks;   /* NEVER... */
} Word;

typedef struct {
    int first, end;
} Island;

struct Names;

/* A text and what is made of it. */
typedef struct {
    struct Names *names;
    int kind;
    const void *data;
    Py_ssize_t length;
    Word *words;
    Py_ssize_t count, room;
    Island *islands;
    Py_ssize_t island_count, island_room;
    struct Entry *entries;
    Py_ssize_t entry_count, entry_room;
    Bytes lower, folded, key, raw;
} Text;

int words_split(Text *text);
int words_separator(const Text *text, Py_ssize_t i);
int words_mark(Text *text);
int words_islands(Text *text);
int word_forms(Text *text, const Word *word); /* fills lower and folded */
void text_free(Text *text);

static inline Py_UCS4 at(const Text *text, Py_ssize_t i) { return PyUnicode_READ(text->kind, text->data, i); }

/* ---- model.c ---- */

enum { KINDS = 10, SHAPES = 5, PLACE_FIRST = KINDS * SHAPES, PLACE_INNER, NOTHING, LEXICAL };
enum { LOWER, CAPITAL, UPPER, INITIAL, MIXED };
enum { A_NAME = 0777 };

/* Scores of the four labels but O, relative to O, in thousandths. */
typedef struct {
    int32_t of[4];
} Scores;

typedef struct Entry {
    Scores own, before, two_before, after;
    uint16_t code;
    uint8_t group;
    bool plain;
} Entry;

/* What all words of one code, shape and lexical class share. */
typedef struct {
    uint32_t number; /* plus one; 0: empty */
    uint8_t group;
    bool plain;
    Scores own, before, two_before, after;
} Base;

enum { BASES = 4096, KEPT = 8192, KEPT_SIZE = 30 };

/* A word seen of late. */
typedef struct {
    uint8_t size;
    char word[KEPT_SIZE];
    Entry entry;
} Kept;

typedef struct Names {
    PyObject_HEAD
    Letters letters;
    Forms *forms;
    Table weights, special, lexical;
    int16_t (*scores)[4];
    uint8_t *marks, *groups;
    int classes;
    Scores *pairs[2];
    uint8_t *pairs_known[2];
    Base *bases;
    Kept *kept;
    uint64_t separator_keys[32];
    uint8_t separator_values[32];
    int separator_count;
    PyObject *span, *confidences, *types;
    void *memory; /* of the scores, bases, kept words and pairs */
} Names;

/* Label every island; calls `found` for each span. Returns 0 or -1 with an exception set. */
typedef int (*Found)(void *to, Py_ssize_t start, Py_ssize_t end, int label, int margin);
int model_read(Text *text, Found found, void *to);

#endif
