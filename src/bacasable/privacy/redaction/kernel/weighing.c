#include "numbers.h"

/* What the digits of one run are, from their checksums, their form and what announces them: digits.py. */

static bool is_text(const Signs *text, Py_ssize_t i, const char *word, Py_ssize_t *end) {
    for (; *word; word++, i++)
        if (sign(text, i) != (Py_UCS4)(uint8_t)*word) return false;
    *end = i;
    return true;
}

/* UNIT of lengths.py: a word alone. */
static bool unit_word(const Signs *text, Py_ssize_t i, const char *word, bool plural) {
    Py_ssize_t end;
    if (!is_text(text, i, word, &end)) return false;
    return !is_word(sign(text, end)) || (plural && sign(text, end) == 's' && !is_word(sign(text, end + 1)));
}

static bool is_unit(const Signs *text, Py_ssize_t i) {
    static const char *const ALONE[] = {"EUR", "EUROS", "kg", "km", "ha", "ans", "F", "mois", "Mois", "m"};
    static const char *const PLURAL[] = {"Euro", "euro", "franc", "litre", "jour", "heure", "personne"};
    Py_UCS4 c = sign(text, i), next = sign(text, i + 1);
    if (c == ',') return is_decimal(next);
    if (c == ' ' || c == 0xA0 || c == 0x202F) c = sign(text, ++i), next = sign(text, i + 1);
    if (c == 0x20AC || c == '%') return true;
    if (c > 127 || !ascii_letter(c)) return false;
    for (size_t n = 0; n < sizeof ALONE / sizeof *ALONE; n++)
        if (unit_word(text, i, ALONE[n], false)) return true;
    for (size_t n = 0; n < sizeof PLURAL / sizeof *PLURAL; n++)
        if (unit_word(text, i, PLURAL[n], true)) return true;
    if ((c == 'h' || c == 'H') && is_decimal(next)) return true;
    if (c == 'h' && next == 'a' && sign(text, i + 2) == 'b') return true;
    for (int skipped = 0; skipped < 2; skipped++) { /* m2, kWh with or without what multiplies them */
        Py_UCS4 one = sign(text, i + skipped), two = sign(text, i + skipped + 1);
        bool metre = !skipped || c == 'm' || c == 'k', watt = !skipped || c == 'k' || c == 'M' || c == 'G';
        if (metre && (one == 'm' || one == 'M') && (two == '2' || two == '3' || two == 0xB2 || two == 0xB3) &&
            !is_word(sign(text, i + skipped + 2)))
            return true;
        if (watt && one == 'W' && (!is_word(two) || (two == 'h' && !is_word(sign(text, i + skipped + 2))))) return true;
    }
    return false;
}

enum { LONG = 13 };

bool number_counts(const Signs *text, Py_ssize_t end, Py_ssize_t size) {
    return (size < LONG || sign(text, end) != ',') && is_unit(text, end);
}

Py_ssize_t run_closed(const Reader *run, Py_ssize_t start, Py_ssize_t end) {
    if (sign(run->text, end) == ')')
        for (Py_ssize_t i = start; i < end; i++)
            if (sign(run->text, i) == '(') return end + 1;
    return end;
}

static bool no_word_after(const Signs *text, Py_ssize_t i) {
    Py_UCS4 c = sign(text, i);
    return !is_word(c) && c != '\'' && c != 0x2019;
}

static bool is_capital(Py_UCS4 c) { return c - 'A' < 26u; }

/* _KEY_LETTER and _KEY_LETTERS: where letters end that close a number, or -1. */
static Py_ssize_t letters_after(const Signs *text, Py_ssize_t end, int letters) {
    Py_UCS4 c = sign(text, end);
    if (c == ' ' || c == '-' || c == 0xA0) end++;
    for (int n = 0; n < letters; n++)
        if (!is_capital(sign(text, end++))) return -1;
    if (!no_word_after(text, end)) return -1;
    return letters == 1 && sign(text, end) == ' ' && is_capital(sign(text, end + 1)) ? -1 : end;
}

/* _key_letter. */
static Py_ssize_t key_letter(const Signs *text, Py_ssize_t end) {
    Py_UCS4 c = sign(text, end), letter = sign(text, end + 1), gap = sign(text, end + 2), word = sign(text, end + 3);
    if ((c == ' ' || c == 0xA0) && letter == 'A' && (gap == ' ' || gap == 0xA0) && (word - 'a' < 26u || (word >= 0xE0 && word <= 0xFF)))
        return end;
    Py_ssize_t stop = letters_after(text, end, 1);
    return stop < 0 ? end : stop;
}

/* _fits. */
static bool fits(const Reader *run, int kind, Py_ssize_t first, Py_ssize_t end, Py_ssize_t size) {
    Py_ssize_t count = end - first;
    const char *digits = group_digits(run, first);
    if (kind == A_PHONE && size == 8)
        return count == 4 && group_size(run, first) == 2 && group_size(run, first + 1) == 2 && group_size(run, first + 2) == 2 &&
               ((digits[0] == 4 && (digits[1] == 0 || digits[1] == 9)) || (digits[0] == 8 && (digits[1] == 7 || digits[1] == 9)));
    if (kind == A_PHONE && size == 11) return digits[0] == 3 && digits[1] == 3;
    if (kind == A_NIR) return (digits[0] >= 1 && digits[0] <= 4) || digits[0] == 7 || digits[0] == 8;
    if (count == 1) return true;
    if (count == 3 && group_size(run, first) == 2 && group_size(run, first + 1) == 2 && group_size(run, first + 2) == 4) return false;
    switch (kind) {
    case A_CAF: case A_FT: case A_PATIENT: case A_FILE_NUMBER: case A_HEALTH_INSURER: case A_TAX_NOTICE: case A_INE:
        if (kind != A_FT && count <= 5) return true;
        for (Py_ssize_t n = first + 1; n < end; n++)
            if (group_size(run, n) != group_size(run, first)) return false;
    }
    return true;
}

/* _accepted, of the groups `first` to `end`. */
static Number accepted(const Reader *run, Py_ssize_t first, Py_ssize_t end, int kind, int words) {
    const Signs *text = run->text;
    Py_ssize_t size = size_of(run, first, end), stop = run->groups[end - 1].end, letters;
    if (kind >= A_OTHER || !has(run->numbers->lengths[kind], size)) return NO_NUMBER;
    Py_ssize_t last = stop;
    if (kind == A_CAF || kind == A_FT) stop = key_letter(text, last);
    else if (kind == A_INE && (size == 9 || size == 10) && (letters = letters_after(text, last, size == 9 ? 2 : 1)) >= 0) stop = letters;
    if (stop == last && (number_counts(text, stop, size) || (kind == A_FT && size == 7) || (kind == A_INE && size == 9))) return NO_NUMBER;
    if (Py_UNICODE_ISALPHA(sign(text, stop)) || !fits(run, kind, first, end, size)) return NO_NUMBER;
    if (kind == A_NIR && size == 13) stop = nir_key_after(text, stop);
    return (Number){run->groups[first].start, stop, kind, words <= 4 ? 0.9 : 0.7};
}

/* _named_afar. */
static Number named_afar(Reader *run, Py_ssize_t first, Py_ssize_t end) {
    Py_ssize_t start = run->groups[first].start;
    int count = run_far(run, start, run->groups[end - 1].end, size_of(run, first, end) >= 12);
    const Said *far = run->said->far;
    for (int n = 0; n < count; n++) {
        if (far[n].kind == A_NOTHING) return NO_NUMBER;
        if (far[n].kind >= A_OTHER || !has(run->numbers->kinds_far, far[n].kind)) continue;
        Number number = accepted(run, first, end, far[n].kind, 6);
        if (number.kind && (number.kind != A_INE || number.end > run->groups[end - 1].end)) return number;
    }
    count = run_before(run, start);
    for (int n = 0; n < count; n++)
        if (run->said->said[n].kind == A_ANY && run->said->said[n].words < 5) return accepted(run, first, end, A_FT, 5);
    return NO_NUMBER;
}

/* can_start of grouped.py. */
static bool can_start(const Reader *run, Py_ssize_t group) {
    Py_ssize_t i = run->groups[group - 1].end;
    Py_UCS4 c = sign(run->text, i);
    return run->groups[group].start - i > 1 || c == '\n' || c == '/' || c == '\t';
}

/* parted of grouped.py. */
static bool parted(const Reader *run, Py_ssize_t group) {
    Py_ssize_t i = run->groups[group - 1].end, end = run->groups[group].start;
    if (end - i > 1)
        for (; i < end; i++)
            if (sign(run->text, i) == '/') return true;
    return false;
}

/* stands_apart of grouped.py. */
static bool stands_apart(const Reader *run, Py_ssize_t first, Py_ssize_t last) {
    if (last - first + 1 == run->count) return true;
    return (last == first || last - first == 2) && (!first || can_start(run, first)) && (last + 1 == run->count || can_start(run, last + 1));
}

/* names_mobile of grouped.py. */
static bool names_mobile(const Reader *run, Py_ssize_t first, Py_ssize_t end) {
    if (end - first != 6) return false;
    for (Py_ssize_t n = first; n < end; n++)
        if (group_size(run, n) != 2) return false;
    const char *word = group_digits(run, first), *next = group_digits(run, first + 1);
    return !word[0] && (word[1] == 6 || word[1] == 7) && !next[0] && next[1];
}

static bool breaks_line(const Reader *run, Py_ssize_t group) {
    for (Py_ssize_t i = run->groups[group - 1].end; i < run->groups[group].start; i++)
        if (sign(run->text, i) == '\n') return true;
    return false;
}

/* _announced; for one group, _announced_word. */
static Number announced(Reader *run, Py_ssize_t first, Py_ssize_t end) {
    enum { SIZES = 24 };
    Py_ssize_t lasts[SIZES], size = 0;
    int found = 0;
    if (first && !can_start(run, first)) return NO_NUMBER;
    for (Py_ssize_t last = first; last < end; last++) {
        size += group_size(run, last);
        if (size > 23 || (last > first && parted(run, last))) break;
        if (has(run->numbers->lengths_near, size) && !(last > first && breaks_line(run, last))) lasts[found++] = last;
    }
    if (!found) return NO_NUMBER;
    int count = run_before(run, run->groups[first].start);
    for (int n = 0; n < count; n++) {
        Said said = run->said->said[n];
        if (said.kind == A_NOTHING || said.words > 9) return NO_NUMBER;
        for (int m = found - 1; m >= 0; m--) {
            Number number = accepted(run, first, lasts[m] + 1, said.kind, said.words);
            if (number.kind) return number;
        }
    }
    return NO_NUMBER;
}

/* _luhn. */
static Number with_luhn(Reader *run, Py_ssize_t first, Py_ssize_t end) {
    const Signs *text = run->text;
    int kind = A_NOTHING;
    Py_ssize_t last = proof_longest(run, first, end, false, &kind);
    if (last < 0) return NO_NUMBER;
    Number number = {run->groups[first].start, run->groups[last].end, kind, 0.95};
    Py_ssize_t size = size_of(run, first, last + 1);
    bool broken = false;
    for (Py_ssize_t i = number.start; i < number.end && !broken; i++) broken = sign(text, i) == '\n' || sign(text, i) == '\t';
    if (number_counts(text, number.end, size)) return NO_NUMBER;
    if (size < LONG && number.start > 1 && sign(text, number.start - 1) == ',' && Py_UNICODE_ISDIGIT(sign(text, number.start - 2))) return NO_NUMBER;
    if (last < end - 1) {
        Number longer = announced(run, first, end);
        if (longer.kind && longer.end > number.end) return longer;
    }
    int count = run_before(run, number.start);
    Said nearest = count ? run->said->said[0] : (Said){0, A_NOTHING, 0};
    if (broken && (!count || nearest.kind != kind)) return NO_NUMBER;
    if (!count) {
        if (kind == A_SIREN && !stands_apart(run, first, last)) return NO_NUMBER;
        number.confidence = kind == A_SIREN ? 0.5 : 0.85;
    } else if (nearest.kind == A_NOTHING) {
        bool apart = (last == first || last - first == 2) && stands_apart(run, first, last);
        if (kind == A_SIREN && (nearest.words < 2 || !apart)) return NO_NUMBER;
        if (kind != A_SIREN && size < LONG && nearest.words < 3 && last == first) return NO_NUMBER;
        number.confidence = 0.6;
    } else if (nearest.kind != kind) {
        bool near = kind == A_SIREN && nearest.words <= (last - first == 2 ? 1 : 3);
        Number other = near ? accepted(run, first, last + 1, nearest.kind, nearest.words) : NO_NUMBER;
        if (other.kind) {
            other.confidence = 0.8;
            return other;
        }
        number.confidence = 0.6;
    }
    return number;
}

static bool plus_near(const Signs *text, Py_ssize_t start) {
    for (Py_ssize_t i = start > 4 ? start - 4 : 0; i < start; i++)
        if (sign(text, i) == '+') return true;
    return false;
}

void read_word(Reader *run) {
    const char *digits = run->digits;
    Py_ssize_t length = group_size(run, 0), start = run->groups[0].start, end = run->groups[0].end;
    Number number = NO_NUMBER;
    int kind = proof_of(digits, length, true);
    if (kind) {
        run_found(run, (Number){start, run_closed(run, start, end), kind, 0.99});
        return;
    }
    bool passes = proof_of(digits, length, false);
    if (passes && length >= 14) number = with_luhn(run, 0, 1);
    if (!number.kind && (!digits[0] || plus_near(run->text, start))) number = telephone(run, 0, end, false);
    if (!number.kind && passes && length < 14) number = with_luhn(run, 0, 1);
    if (!number.kind && has(run->numbers->lengths_near, length)) number = announced(run, 0, 1);
    if (!number.kind && (length == 13 || length == 15)) number = unproved_nir(run, 0, 1);
    if (!number.kind && has(run->numbers->lengths_far, length)) number = named_afar(run, 0, 1);
    if (number.kind) run_found(run, number);
}

/* _classify. */
static void classify(Reader *run, Py_ssize_t first, Py_ssize_t end) {
    const Group *groups = run->groups;
    const Signs *text = run->text;
    Py_ssize_t free = first; /* where a value may start without a number that is none of it just before */
    while (first < end) {
        Py_ssize_t start = groups[first].start, size = group_size(run, first);
        if (names_mobile(run, first, end)) {
            free = ++first;
            continue;
        }
        bool luhn_first = size >= 14;
        Number number = luhn_first ? with_luhn(run, first, end) : NO_NUMBER;
        if (!number.kind && (!group_digits(run, first)[0] || plus_near(text, start))) {
            bool listed = false;
            if (first > free && size < 10 && group_size(run, first - 1) < 4) {
                Py_ssize_t before = groups[first - 1].end, after = groups[first].end;
                listed = start - before == 1 && after < text->length && sign(text, before) == sign(text, after);
            }
            number = telephone(run, first, groups[end - 1].end, listed);
        }
        if (!number.kind && !luhn_first) number = with_luhn(run, first, end);
        if (!number.kind) number = announced(run, first, end);
        if (!number.kind && (!first || can_start(run, first))) {
            Py_ssize_t last = part_of(run, first, end);
            if (has(run->numbers->lengths_far, size_of(run, first, last))) number = named_afar(run, first, last);
        }
        if (!number.kind) {
            first++;
            continue;
        }
        run_found(run, number);
        while (first < end && groups[first].start < number.end) first++;
        free = first;
    }
}

void read_groups(Reader *run) {
    Py_ssize_t length = size_of(run, 0, run->count), count = 0, place = 0;
    Group *taken = NULL;
    if (length >= 13 && !proof_luhn_whole(run)) {
        taken = PyMem_Malloc((3 * run->count + 1) * sizeof *taken);
        if (!taken) {
            run->failed = true;
            PyErr_NoMemory();
            return;
        }
        for (Py_ssize_t first = 0; first < run->count;) {
            int kind = A_NOTHING;
            Py_ssize_t last = proof_longest(run, first, run->count, true, &kind);
            if (last < 0) {
                first++;
                continue;
            }
            Py_ssize_t start = run->groups[first].start;
            run_found(run, (Number){start, run_closed(run, start, run->groups[last].end), kind, 0.99});
            taken[count++] = (Group){first, last + 1, 0};
            first = last + 1;
        }
        Py_ssize_t known = count;
        count = with_unproved(run, taken, known);
        for (Py_ssize_t n = 0; n < count; n++) {
            Group group = taken[known + n];
            if (place < group.start) classify(run, place, group.start);
            place = group.end;
        }
    }
    if (place < run->count) classify(run, place, run->count);
    PyMem_Free(taken);
}
