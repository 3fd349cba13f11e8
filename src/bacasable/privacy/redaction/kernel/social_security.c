#include "numbers.h"

#include <string.h>

/* Social security numbers whose key is wrong or missing: social_security.py. */

Py_ssize_t nir_key_after(const Signs *text, Py_ssize_t end) {
    static const char *const KEYS[] = {"cle", "key", "k"};
    Py_ssize_t i = end;
    Py_UCS4 c;
    for (int n = 0; n < 2 && ((c = sign(text, i)) == ' ' || c == ',' || c == ';' || c == 0xA0); n++) i++;
    if (sign(text, i) == '-') i += 1 + (sign(text, i + 1) == ' ');
    if (sign(text, i) == '(') i++;
    Py_ssize_t after = -1;
    for (int n = 0; n < 3 && after < 0; n++) {
        Py_ssize_t at = i;
        const char *letter = KEYS[n];
        for (; *letter; letter++, at++) {
            c = sign(text, at);
            bool same = c < 128 ? (c | 32) == (Py_UCS4)*letter : (*letter == 'e' && n == 0 && (c == 0xE9 || c == 0xC9)) || (*letter == 'k' && c == 0x212A);
            if (!same) break;
        }
        if (!*letter) after = at;
    }
    if (after < 0) return end;
    i = after + (sign(text, after) == '.');
    if (sign(text, i) == ' ') i++;
    if (sign(text, i) == ':') i++;
    if (sign(text, i) == ' ') i++;
    if (!is_decimal(sign(text, i)) || !is_decimal(sign(text, i + 1))) return end;
    i += 2;
    if (sign(text, i) == ')') {
        if (!is_decimal(sign(text, i + 1))) return i + 1;
        return i; /* the bracket is not of the key */
    }
    return is_decimal(sign(text, i)) ? end : i;
}

/* Sizes of groups, as signs: "\1\2\2" are three groups. */
static bool sizes_are(const Reader *run, Py_ssize_t first, Py_ssize_t end, const char *sizes) {
    if (end - first != (Py_ssize_t)strlen(sizes)) return false;
    for (Py_ssize_t n = first; n < end; n++)
        if (group_size(run, n) != sizes[n - first]) return false;
    return true;
}

static bool usual_without_key(const Reader *run, Py_ssize_t first, Py_ssize_t end) {
    static const char *const SIZES[] = {"\1\2\2\2\3\3", "\1\2\2\2\6", "\1\2\2\10", "\3\2\2\3\3", "\1\1\1\1\1\1\1\1\1\1\1\1\1"};
    for (size_t n = 0; n < sizeof SIZES / sizeof *SIZES; n++)
        if (sizes_are(run, first, end, SIZES[n])) return true;
    return false;
}

Number unproved_nir(Reader *run, Py_ssize_t first, Py_ssize_t end) {
    const Signs *text = run->text;
    Py_ssize_t size = size_of(run, first, end), count = end - first;
    const char *digits = group_digits(run, first);
    if ((size != 13 && size != 15) || !proof_nir_body(digits)) return NO_NUMBER;
    Py_ssize_t start = run->groups[first].start, stop = run->groups[end - 1].end;
    const Said *nearest = run->said->said;
    bool calendar = digits[3] == 0 || (digits[3] == 1 && digits[4] < 3);
    bool bare = size == 13 && count == 1 && calendar && digits[0] <= 2;
    if (run_before(run, start)) {
        if (nearest->kind == A_NOTHING && nearest->words < (bare ? 1 : 2) && count < 5) return NO_NUMBER;
        if (nearest->kind != A_NIR && nearest->words < 4 && nearest->kind < A_OTHER && has(run->numbers->lengths[nearest->kind], size))
            return NO_NUMBER;
    }
    if (size == 13) {
        if (!usual_without_key(run, first, end) && !bare) return NO_NUMBER;
        stop = nir_key_after(text, stop);
    } else {
        if (!proof_written_as(run, A_NIR, first, end)) return NO_NUMBER;
        if (!calendar && count == 1) { /* after somebody's name: left to the pattern of social_security.py */
            run->unsure = true;
            return NO_NUMBER;
        }
    }
    Py_UCS4 after = sign(text, stop);
    if ((after < 128 ? ascii_alnum(after) : Py_UNICODE_ISALNUM(after)) || number_counts(text, stop, size)) return NO_NUMBER;
    return (Number){start, stop, A_NIR, size == 15 || count > 1 ? 0.75 : 0.6};
}

Py_ssize_t part_of(const Reader *run, Py_ssize_t first, Py_ssize_t end) {
    Py_ssize_t last = first + 1;
    for (; last < end; last++) {
        Py_ssize_t gap = run->groups[last].start - run->groups[last - 1].end;
        Py_UCS4 c = sign(run->text, run->groups[last - 1].end);
        if (gap > 1 || c == '\n' || c == '\t') break;
    }
    return last;
}

/* Does the gap before a group stand before a key? _BEFORE_KEY */
static bool before_key(const Reader *run, Py_ssize_t group) {
    Py_ssize_t i = run->groups[group - 1].end, size = run->groups[group].start - i;
    Py_UCS4 c = sign(run->text, i + 1);
    if (sign(run->text, i) != ' ') return false;
    if (size == 2) return c == '(';
    return size == 3 && (c == '/' || c == '-' || c == 0x2013) && sign(run->text, i + 2) == ' ';
}

/* The first number that a part of a run may be: the whole, then groups as people break it (_like_nir). */
static bool find_in_part(Reader *run, Py_ssize_t first, Py_ssize_t last, Group *taken) {
    static const char *const FORMS[] = {"\1\2\2\2\3\3\2", "\1\2\2\2\3\3", "\17", "\15\2", "\15"};
    Number number = unproved_nir(run, first, last);
    if (number.kind) {
        run_found(run, number);
        *taken = (Group){first, last, 0};
        return true;
    }
    for (Py_ssize_t place = first; place < last; place++)
        for (size_t n = 0; n < sizeof FORMS / sizeof *FORMS; n++) {
            Py_ssize_t end = place + (Py_ssize_t)strlen(FORMS[n]);
            if (end > last || !sizes_are(run, place, end, FORMS[n])) continue;
            number = unproved_nir(run, place, end);
            if (!number.kind) continue;
            run_found(run, number);
            *taken = (Group){place, end, 0};
            return true;
        }
    return false;
}

/* Fill in the groups that are taken, of which `count` are known, in the room after them; returns where the list begins. */
Py_ssize_t with_unproved(Reader *run, Group *taken, Py_ssize_t count) {
    Py_ssize_t first = 0, all = 0;
    Group *found = taken + count; /* room for one for each group, and each known */
    for (Py_ssize_t n = 0; n <= count; n++) {
        Py_ssize_t begin = n < count ? taken[n].start : run->count, end = n < count ? taken[n].end : run->count;
        while (first < begin) {
            Py_ssize_t last = part_of(run, first, begin);
            if (last < begin && group_size(run, last) == 2 && size_of(run, first, last) == 13) last += before_key(run, last);
            if (find_in_part(run, first, last, found + all)) all++;
            first = last;
        }
        if (end > begin) found[all++] = taken[n];
        first = end;
    }
    return all;
}
