#include "numbers.h"

#include <math.h>
#include <string.h>

/* What a number most probably is when no key proves it: unproved.py and surroundings.py. */

enum { CAF, FT, ID_CARD, RESIDENCE_PERMIT, DRIVING_LICENCE, PASSPORT, PHONE, MAC, NOBODY, TYPES };
enum { BITS = 14, NEAR_BEFORE = 160, NEAR_AFTER = 80, FAR = 600, WORDS_BEFORE = 17, WORDS_AFTER = 8, MOST_BREAKS = 2 };
enum { SHORTEST = 7, LONGEST = 12, LONGEST_WRITTEN = 16, MOST_UNSURE = 16, MOST_SAID = 4 };
enum {
    C_BEFORE = 0, C_SIDE = 18, C_FARTHER = 21, C_ANY = 22, C_PAIR = 23, C_AFTER = 24, C_AFTER_SIDE = 32, C_AFTER_PAIR = 34,
    C_PARAGRAPH, C_SHAPE, C_FIRST, C_HEAD, C_MONTH, C_SIGN, C_SIGNS, C_NEXT, C_SAID, C_SAID_ANY = 46, C_SAID_BESIDE, C_FOUND, C_BUILD
};
#define BIT(kind) (1u << (kind))
#define HASH_START 2166136261u
#define HASH_STEP 16777619u
#define HASH_HEAD 0x5BD1E995u
/* Numbers of what is announced, after those of contexts.h: of no known type, and nothing at all. */
enum { SAID_OTHER = A_OTHER, SILENT };

static const uint8_t BEFORE[WORDS_BEFORE] = {0, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5};
static const uint8_t AFTER[WORDS_AFTER] = {0, 1, 2, 2, 3, 3, 3, 3};
static const uint8_t DISTANCES[8] = {0, 1, 2, 2, 3, 3, 3, 4};

typedef struct {
    PyObject_HEAD
    PyTypeObject *span;
    PyObject *kinds, *unsure, *weights;
    PyObject *likely, *changed; /* confidences */
    uint8_t said[MOST_UNSURE]; /* by type of `unsure`, its number in contexts.h */
    uint8_t plain[256];
    double scale, surer, surest, denied, rarely, common, rare;
} Surroundings;

typedef struct {
    Py_ssize_t start, end;
    char letters[LONGEST + 1];
    int size;
    unsigned kinds;
} Value;

typedef struct {
    Py_ssize_t start, end;
    uint32_t code, head, breaks;
    bool is_long;
} Place;

typedef struct {
    const Surroundings *self;
    Announcing *said;
    const Signs *text;
    Place *words;
    Py_ssize_t count;
    int32_t totals[TYPES];
} Weighing;

static void surroundings_free(Surroundings *self) {
    PyTypeObject *type = Py_TYPE(self);
    Py_CLEAR(self->span);
    Py_CLEAR(self->kinds);
    Py_CLEAR(self->unsure);
    Py_CLEAR(self->weights);
    Py_CLEAR(self->likely);
    Py_CLEAR(self->changed);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Surroundings(span, kinds, unsure, plain, weights, scale, limits): as surroundings.py gives them. */
static PyObject *surroundings_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
    PyObject *span, *kinds, *unsure, *plain, *weights;
    double scale, surer, surest, denied, rarely, common, rare;
    if (!PyArg_ParseTuple(args, "O!O!O!SSd(dddddd)", &PyType_Type, &span, &PyTuple_Type, &kinds, &PyTuple_Type, &unsure, &plain, &weights,
                          &scale, &surer, &surest, &denied, &rarely, &common, &rare))
        return NULL;
    if (!PyType_IsSubtype((PyTypeObject *)span, &PyTuple_Type) || PyTuple_GET_SIZE(kinds) != NOBODY ||
        PyTuple_GET_SIZE(unsure) > MOST_UNSURE || PyBytes_GET_SIZE(plain) != 256 || PyBytes_GET_SIZE(weights) != NOBODY << BITS) {
        PyErr_SetString(PyExc_ValueError, "the weights are not of this version");
        return NULL;
    }
    Surroundings *self = (Surroundings *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->span = (PyTypeObject *)Py_NewRef(span);
    self->kinds = Py_NewRef(kinds);
    self->unsure = Py_NewRef(unsure);
    self->weights = Py_NewRef(weights);
    self->likely = PyFloat_FromDouble(0.7);
    self->changed = PyFloat_FromDouble(0.8);
    memcpy(self->plain, PyBytes_AS_STRING(plain), 256);
    self->scale = scale, self->surer = surer, self->surest = surest, self->denied = denied, self->rarely = rarely, self->common = common, self->rare = rare;
    for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(unsure); n++) {
        int kind = 0;
        while (kind < A_OTHER && !(PyUnicode_Check(PyTuple_GET_ITEM(unsure, n)) &&
                                   PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(unsure, n), KIND_NAMES[kind]) == 0))
            kind++;
        self->said[n] = (uint8_t)kind;
    }
    if (!self->likely || !self->changed) Py_CLEAR(self);
    return (PyObject *)self;
}

/* ---- values: forms of identifiers ---- */

static bool is_upper(Py_UCS4 c) { return c - 'A' < 26u; }
static bool is_alnum(Py_UCS4 c) { return c < 128 ? ascii_alnum(c) : Py_UNICODE_ISALNUM(c); }
static bool is_joining(Py_UCS4 c) { return c == '_' || c == '@' || c == '%' || c == '+'; }
static bool is_between(Py_UCS4 c) { return c == '-' || c == '.' || c == '/'; }

/* Where digits or capitals, so many at most, end. */
static Py_ssize_t past(const Signs *text, Py_ssize_t i, int most, bool digits) {
    while (most-- && (digits ? is_digit(sign(text, i)) : is_upper(sign(text, i)))) i++;
    return i;
}

/* The end of a value written in parts that begins here, or 0: "24 MQ 25885", "A 1234567" or "84 10 55 109751". */
static Py_ssize_t in_parts(const Signs *text, Py_ssize_t start) {
    static const struct {
        int size[4];
        int least;
        unsigned letters; /* which parts are letters */
    } FORMS[] = {{{2, 2, 5, 0}, 5, 2}, {{2, 8, 0, 0}, 7, 1}, {{2, 2, 2, 6}, 6, 0}};
    for (size_t form = 0; form < sizeof FORMS / sizeof *FORMS; form++) {
        Py_ssize_t i = start;
        int part = 0;
        for (; part < 4 && FORMS[form].size[part]; part++) {
            bool last = part == 3 || !FORMS[form].size[part + 1];
            if (part && sign(text, i++) != ' ') break;
            Py_ssize_t end = past(text, i, FORMS[form].size[part], !(FORMS[form].letters >> part & 1));
            Py_ssize_t size = end - i, least = last ? FORMS[form].least : form == 1 ? 1 : FORMS[form].size[part];
            i = end;
            if (size < least) break;
            if (last) return is_alnum(sign(text, i)) ? 0 : i;
        }
    }
    return 0;
}

/* kinds_of. */
static unsigned kinds_of(const char *letters, int size) {
    int digits = 0, upper = 0, lower = 0, head = 0, vowels = 0, hexadecimal = 0;
    for (int n = 0; n < size; n++) {
        Py_UCS4 c = (unsigned char)letters[n];
        digits += is_digit(c);
        upper += is_upper(c);
        lower += c >= 'a';
        head += is_upper(c) && head == n;
        hexadecimal += is_hexadecimal(c);
        vowels += c == 'A' || c == 'E' || c == 'I' || c == 'O' || c == 'U';
    }
    if (digits == size) switch (size) {
        case 7: return BIT(CAF);
        case 8: return BIT(FT);
        case 10: return BIT(RESIDENCE_PERMIT) | (letters[0] == '0' && letters[1] != '0' ? BIT(PHONE) : 0);
        case 12: return BIT(ID_CARD) | BIT(DRIVING_LICENCE);
        default: return 0;
        }
    if (!digits) return 0;
    if (size == 12 && (!upper || !lower)) return hexadecimal == size ? BIT(MAC) : 0;
    if (size == 8 && digits == 7 && !is_digit((unsigned char)letters[7])) return BIT(CAF) | BIT(FT);
    if (lower) return 0;
    if (size == 9 && digits == 7 && is_upper((unsigned char)letters[2]) && is_upper((unsigned char)letters[3]))
        return BIT(PASSPORT) | BIT(DRIVING_LICENCE) | BIT(RESIDENCE_PERMIT) | BIT(ID_CARD);
    bool named = head + digits == size;
    if (size == 9 && (head < 4 || !named || !vowels)) return BIT(PASSPORT) | BIT(RESIDENCE_PERMIT) | BIT(ID_CARD);
    return named && head > 0 && head < 4 && digits >= 6 && digits <= 8 ? BIT(PASSPORT) : 0;
}

/* The next digit from a place on, or the end of the text. */
static Py_ssize_t next_digit(const Signs *text, Py_ssize_t i) {
#define SEEK(type) for (const type *data = text->data; i < text->length && (Py_UCS4)data[i] - '0' > 9u; i++) continue
    if (text->kind == PyUnicode_1BYTE_KIND) SEEK(Py_UCS1);
    else if (text->kind == PyUnicode_2BYTE_KIND) SEEK(Py_UCS2);
    else SEEK(Py_UCS4);
#undef SEEK
    return i;
}

/* Where the word begins that holds a digit, or one or two capitals and a blank before digits; -1 where it hangs on what
   stands before it. Nothing before `least` is read as a beginning. */
static Py_ssize_t beginning(const Signs *text, Py_ssize_t least, Py_ssize_t digit) {
    Py_ssize_t start = digit;
    while (start > least && ascii_alnum(sign(text, start - 1))) start--;
    if (start && is_alnum(sign(text, start - 1))) return -1;
    if (start != digit || start - 2 < least || sign(text, start - 1) != ' ') return start;
    Py_ssize_t head = start - 1;
    while (head > least && start - 1 - head < 2 && is_upper(sign(text, head - 1))) head--;
    bool alone = head < start - 1 && !(head && is_alnum(sign(text, head - 1)));
    Py_ssize_t end = past(text, start, 9, true);
    return alone && (end - start == 7 || end - start == 8) && !is_alnum(sign(text, end)) ? head : start;
}

/* The next value from `i` on: where to go on after it, or -1 at the end of the text. */
static Py_ssize_t next_value(const Signs *text, Py_ssize_t i, Value *value) {
    for (Py_ssize_t digit; (digit = next_digit(text, i)) < text->length;) {
        Py_ssize_t start = beginning(text, i, digit);
        if (start < 0) {
            while (ascii_alnum(sign(text, digit))) digit++;
            i = digit;
            continue;
        }
        Py_ssize_t end = in_parts(text, start);
        if (!end) {
            for (end = start; end - start <= LONGEST && ascii_alnum(sign(text, end)); end++) continue;
            if (end - start < SHORTEST || end - start > LONGEST || is_alnum(sign(text, end))) {
                i = end;
                continue;
            }
        }
        i = end;
        value->size = 0;
        bool all = true;
        for (Py_ssize_t at = start; at < end; at++) {
            Py_UCS4 c = sign(text, at);
            if (c == ' ') continue;
            all &= is_digit(c);
            value->letters[value->size++] = (char)c;
        }
        Py_UCS4 before = sign(text, start - 1), after = sign(text, end);
        if (is_joining(before) || is_joining(after) || (is_between(before) && start > 1 && is_alnum(sign(text, start - 2)))) continue;
        if (value->size == 7 && all && (after == ' ' || after == '-' || after == 0xA0) && is_upper(sign(text, end + 1)) &&
            !is_word(sign(text, end + 2)) && sign(text, end + 2) != '\'' && sign(text, end + 2) != 0x2019 &&
            !(sign(text, end + 2) == ' ' && is_upper(sign(text, end + 3)))) {
            value->letters[value->size++] = (char)sign(text, end + 1);
            i = end += 2;
        } else if ((is_between(after) && is_alnum(sign(text, end + 1))) || (all && number_counts(text, end, value->size)))
            continue;
        value->start = start;
        value->end = end;
        value->kinds = kinds_of(value->letters, value->size);
        if (value->kinds) return i;
    }
    return -1;
}

/* ---- words around ---- */

static uint32_t hashed(const char *letters, Py_ssize_t size) {
    uint32_t code = HASH_START;
    for (Py_ssize_t n = 0; n < size; n++) code = (code ^ (uint8_t)letters[n]) * HASH_STEP;
    return code;
}

/* Read the words of a text: 0, or -1 with an exception set. */
static int read_words(Weighing *weighing) {
    const Signs *text = weighing->text;
    const uint8_t *plain = weighing->self->plain;
    Py_ssize_t room = 0;
    uint32_t breaks = 0;
    for (Py_ssize_t i = 0; i < text->length;) {
        Py_UCS4 c = sign(text, i);
        uint8_t letter = c < 256 ? plain[c] : ' ';
        if (!ascii_alnum(letter)) {
            Py_UCS4 next = sign(text, i + 1);
            breaks += c == '\n' || ((c == '.' || c == ';' || c == '!' || c == '?') && (next == ' ' || next == '\n'));
            i++;
            continue;
        }
        if (weighing->count == room) {
            room = 2 * room + text->length / 5 + 16;
            Place *more = PyMem_Realloc(weighing->words, room * sizeof *more);
            if (!more) {
                PyErr_NoMemory();
                return -1;
            }
            weighing->words = more;
        }
        bool number = is_digit(letter);
        Place *word = weighing->words + weighing->count++;
        *word = (Place){i, i, HASH_START, 0, breaks, false};
        for (; i < text->length; i++) {
            c = sign(text, i);
            letter = c < 256 ? plain[c] : ' ';
            if (!ascii_alnum(letter) || is_digit(letter) != number) break;
            if (i - word->start == 5) word->head = word->code;
            word->code = (word->code ^ letter) * HASH_STEP;
        }
        word->end = i;
        word->is_long = !number && i - word->start > 2;
        if (number) word->code = (HASH_START ^ '0') * HASH_STEP, word->head = 0;
    }
    return 0;
}

/* The first word that starts at a place or after. */
static Py_ssize_t word_at(const Weighing *weighing, Py_ssize_t place) {
    Py_ssize_t low = 0, high = weighing->count;
    while (low < high) {
        Py_ssize_t middle = (low + high) / 2;
        if (weighing->words[middle].start < place) low = middle + 1;
        else high = middle;
    }
    return low;
}

static void weigh(Weighing *weighing, uint32_t channel, uint32_t code) {
    uint32_t slot = ((code ^ channel * 0x9E3779B1u) * 0x85EBCA6Bu) >> (32 - BITS);
    const int8_t *line = (const int8_t *)PyBytes_AS_STRING(weighing->self->weights) + slot * NOBODY;
    for (int kind = 0; kind < NOBODY; kind++) weighing->totals[kind] += line[kind];
}

static void weigh_word(Weighing *weighing, uint32_t channel, const Place *word) {
    weigh(weighing, channel, word->code);
    if (word->head) weigh(weighing, channel, word->head ^ HASH_HEAD);
}

static void weigh_before(Weighing *weighing, const Value *value, Py_ssize_t first, Py_ssize_t *low) {
    const Place *words = weighing->words;
    while (*low && first - *low < WORDS_BEFORE && value->start - words[*low - 1].start <= NEAR_BEFORE) {
        const Place *word = words + --*low;
        Py_ssize_t place = first - 1 - *low;
        uint32_t breaks = words[first].breaks - word->breaks;
        if (breaks > MOST_BREAKS) breaks = MOST_BREAKS;
        weigh_word(weighing, C_BEFORE + 3 * BEFORE[place] + breaks, word);
        weigh_word(weighing, place < 7 ? C_SIDE + breaks : C_FARTHER, word);
        weigh_word(weighing, C_ANY, word);
        if (place && place < 8) weigh(weighing, C_PAIR, word->code ^ word[1].code * 31);
    }
}

static void weigh_after(Weighing *weighing, const Value *value, Py_ssize_t last, Py_ssize_t *high) {
    const Place *words = weighing->words;
    for (; *high < weighing->count && *high - last < WORDS_AFTER && words[*high].end - value->end <= NEAR_AFTER; ++*high) {
        const Place *word = words + *high;
        bool broken = word->breaks > words[last - 1].breaks;
        weigh_word(weighing, C_AFTER + 2 * AFTER[*high - last] + broken, word);
        weigh_word(weighing, C_AFTER_SIDE + broken, word);
        weigh_word(weighing, C_ANY, word);
        if (*high > last && !broken) weigh(weighing, C_AFTER_PAIR, word[-1].code ^ word->code * 31);
    }
}

static void weigh_form(Weighing *weighing, const Value *value) {
    const Signs *text = weighing->text;
    char shape[LONGEST + 2];
    int size = value->size;
    bool digits = true;
    for (int n = 0; n < size; n++) {
        Py_UCS4 c = (unsigned char)value->letters[n];
        digits &= is_digit(c);
        shape[n] = is_digit(c) ? '9' : is_upper(c) ? 'A' : 'a';
    }
    bool apart = size < value->end - value->start;
    shape[size] = '_';
    weigh(weighing, C_SHAPE, hashed(shape, size + apart));
    weigh(weighing, C_FIRST, (uint8_t)value->letters[0]);
    weigh(weighing, C_HEAD, hashed(value->letters, 2) ^ (uint32_t)size);
    if (digits && (size == 10 || size == 12)) weigh(weighing, C_MONTH, hashed(value->letters + 2, 2) ^ (uint32_t)size);
    uint32_t head = 0, tail = 0, count = 0, vowels = 0; /* _build */
    for (int n = 0; n < size; n++) {
        char c = value->letters[n];
        bool digit = is_digit((unsigned char)c);
        head += !digit && head == (uint32_t)n;
        tail = digit ? tail + 1 : 0;
        count += !digit;
        vowels |= c == 'A' || c == 'E' || c == 'I' || c == 'O' || c == 'U';
    }
    weigh(weighing, C_BUILD, head + 16 * tail + 256 * count + 4096 * vowels);
    uint32_t before = sign(text, value->start - 1);
    weigh(weighing, C_SIGN, before);
    weigh(weighing, C_SIGNS, before * 65599u + sign(text, value->start - 2));
    weigh(weighing, C_NEXT, sign(text, value->end));
}

/* What lists of words announce: 0, or -1 with an exception set. */
static int weigh_said(Weighing *weighing, const Value *value, int found) {
    Announcing *said = weighing->said;
    int count = said_before(said, value->start);
    if (count < 0) return -1;
    for (int n = 0; n < count && n < MOST_SAID; n++) {
        Said one = said->said[n];
        weigh(weighing, C_SAID + (n < 2 ? n : 2), (uint32_t)one.kind * 8 + DISTANCES[one.words < 7 ? one.words : 7]);
        weigh(weighing, C_SAID_ANY, one.kind);
    }
    if (!count) weigh(weighing, C_SAID, SILENT);
    if ((count = said_beside(said, value->start, value->end)) < 0) return -1;
    for (int n = 0; n < count && n < MOST_SAID; n++) weigh(weighing, C_SAID_BESIDE, said->far[n].kind);
    if (!count) weigh(weighing, C_SAID_BESIDE, SILENT);
    weigh(weighing, C_FOUND, found < 0 ? SILENT : weighing->self->said[found]);
    return 0;
}

/* Weigh a value: fill the chances of each type; 0, or -1 with an exception set. */
static int weigh_value(Weighing *weighing, const Value *value, int found, double *chances) {
    if (!weighing->words && read_words(weighing)) return -1;
    memset(weighing->totals, 0, sizeof weighing->totals);
    Py_ssize_t first = word_at(weighing, value->start), last = word_at(weighing, value->end), low = first, high = last;
    weigh_before(weighing, value, first, &low);
    weigh_after(weighing, value, last, &high);
    Py_ssize_t end = word_at(weighing, value->end + FAR);
    for (Py_ssize_t n = word_at(weighing, value->start - FAR); n < low; n++)
        if (weighing->words[n].is_long) weigh(weighing, C_PARAGRAPH, weighing->words[n].code);
    for (Py_ssize_t n = high; n < end; n++)
        if (weighing->words[n].is_long) weigh(weighing, C_PARAGRAPH, weighing->words[n].code);
    weigh_form(weighing, value);
    if (weigh_said(weighing, value, found)) return -1;
    int32_t most = INT32_MIN;
    for (int kind = 0; kind < TYPES; kind++)
        if ((kind == NOBODY || value->kinds & BIT(kind)) && weighing->totals[kind] > most) most = weighing->totals[kind];
    double whole = 0;
    for (int kind = 0; kind < TYPES; kind++) {
        bool allowed = kind == NOBODY || value->kinds & BIT(kind);
        chances[kind] = allowed ? exp((weighing->totals[kind] - most) * weighing->self->scale) : 0;
        whole += chances[kind];
    }
    for (int kind = 0; kind < TYPES; kind++) chances[kind] /= whole;
    return 0;
}

/* ---- what was found before, and what is added ---- */

typedef struct {
    Py_ssize_t start, end;
    PyObject *span; /* borrowed */
} Held;

static int read_span(PyObject *span, Held *to) {
    if (!PyTuple_Check(span) || PyTuple_GET_SIZE(span) < 4) {
        PyErr_SetString(PyExc_TypeError, "not a span");
        return -1;
    }
    *to = (Held){PyLong_AsSsize_t(PyTuple_GET_ITEM(span, 0)), PyLong_AsSsize_t(PyTuple_GET_ITEM(span, 1)), span};
    return PyErr_Occurred() ? -1 : 0;
}

/* The number among `unsure` of the type of a span; -1: none of them, -2 with an exception set. */
static int unsure_of(const Surroundings *self, PyObject *span) {
    for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(self->unsure); n++) {
        int same = PyObject_RichCompareBool(PyTuple_GET_ITEM(span, 2), PyTuple_GET_ITEM(self->unsure, n), Py_EQ);
        if (same) return same < 0 ? -2 : (int)n;
    }
    return -1;
}

/* The type that a value has where it is not what was found, or -1; -2 with an exception set. */
static int told(Weighing *weighing, const Value *value, int found, const PyObject *span) {
    double chances[TYPES];
    if (weigh_value(weighing, value, found, chances)) return -2;
    const Surroundings *self = weighing->self;
    unsigned kinds = value->kinds;
    int best = 0;
    for (int kind = 1; kind < NOBODY; kind++)
        if (chances[kind] > chances[best]) best = kind;
    if (!span) {
        const Said *near = weighing->said->said;
        bool denied = weighing->said->count && near->kind == A_NOTHING && near->words < 2;
        bool common = kinds == BIT(CAF) || kinds == BIT(FT) || kinds == BIT(RESIDENCE_PERMIT) || kinds == BIT(PASSPORT);
        return chances[NOBODY] < (common ? denied ? self->denied : self->common : denied ? self->rarely : self->rare) ? best : -1;
    }
    bool known = false;
    for (int kind = 0; kind < NOBODY && !known; kind++) {
        int same = PyObject_RichCompareBool(PyTuple_GET_ITEM(span, 2), PyTuple_GET_ITEM(self->kinds, kind), Py_EQ);
        if (same < 0) return -2;
        known = same;
        if (same && kind == best) return -1;
    }
    return kinds != BIT(MAC) && best != PHONE && chances[best] > (known ? self->surer : self->surest) ? best : -1;
}

/* weigh(announcing, found): what was found, sorted and apart, with what the surroundings of numbers tell. */
static PyObject *surroundings_weigh(Surroundings *self, PyObject *args) {
    PyObject *object, *spans;
    if (!PyArg_ParseTuple(args, "OO!", &object, &PyList_Type, &spans)) return NULL;
    if (!is_announcing(object)) {
        PyErr_SetString(PyExc_TypeError, "what is announced in the text is needed");
        return NULL;
    }
    Weighing weighing = {.self = self, .said = (Announcing *)object, .text = &((Announcing *)object)->text};
    PyObject *result = PyList_New(0);
    Py_ssize_t next = 0, place = 0, count = PyList_GET_SIZE(spans);
    Value value = {0};
    Held held = {0}, last = {0};
    bool waits = false; /* the last one, to be appended */
    if (!result || (count && read_span(PyList_GET_ITEM(spans, 0), &held))) goto failed;
    while ((place = next_value(weighing.text, place, &value)) >= 0) {
        while (next < count && held.start < value.end) {
            if (waits && PyList_Append(result, last.span)) goto failed;
            last = held;
            waits = true;
            if (++next < count && read_span(PyList_GET_ITEM(spans, next), &held)) goto failed;
        }
        PyObject *span = last.span && last.end > value.start ? last.span : NULL;
        int found = -1, kind = -1;
        if (span) {
            Py_ssize_t more = last.end - value.end;
            found = last.start == value.start && more <= 2 && more >= -2 ? unsure_of(self, span) : -1;
            if (found == -2) goto failed;
        }
        if (!span || found >= 0) kind = told(&weighing, &value, found, span);
        if (kind == -2 || (waits && !(span && kind >= 0) && PyList_Append(result, last.span))) goto failed;
        waits = false;
        if (kind < 0) continue;
        PyObject *made = span_new(self->span, value.start, value.end, PyTuple_GET_ITEM(self->kinds, kind), Py_NewRef(span ? self->changed : self->likely));
        int wrong = !made || PyList_Append(result, made);
        Py_XDECREF(made);
        if (wrong) goto failed;
        if (span) last.span = NULL;
    }
    for (; next < count; next++)
        if (PyList_Append(result, PyList_GET_ITEM(spans, next))) goto failed;
    PyMem_Free(weighing.words);
    return result;
failed:
    Py_XDECREF(result);
    PyMem_Free(weighing.words);
    return NULL;
}

static PyMethodDef surroundings_methods[] = {
    {"weigh", (PyCFunction)surroundings_weigh, METH_VARARGS,
     "weigh(announcing, found): what was found, sorted and apart, with what the surroundings of numbers tell."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot surroundings_slots[] = {{Py_tp_new, surroundings_new},
                                           {Py_tp_dealloc, surroundings_free},
                                           {Py_tp_methods, surroundings_methods},
                                           {Py_tp_doc, "Tells numbers from what surrounds them."},
                                           {0, NULL}};

PyType_Spec surroundings_spec = {"bacasable.privacy.redaction.kernel._kernel.Surroundings", sizeof(Surroundings), 0,
                                 Py_TPFLAGS_DEFAULT, surroundings_slots};
