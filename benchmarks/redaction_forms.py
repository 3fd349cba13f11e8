"""Draw the third texts apart: the other forms in which numbers, dates and accounts are written.

Each method takes the option after the kind of a slot; what it does not know it leaves to `Numbers`.
"""

import random

from benchmarks.redaction_numbers import NIR_CUTS, Numbers, luhn

_UNITS = ["", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"]
_UNITS += ["treize", "quatorze", "quinze", "seize"]
_TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}
_MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin"]
_MONTHS += ["juillet", "août", "septembre", "octobre", "novembre", "décembre"]
_OVERSEAS = {
    "0590": ["0590", "0690", "0691"],
    "0594": ["0594", "0694"],
    "0596": ["0596", "0696", "0697"],
    "0262": ["0262", "0692", "0693"],
    "0269": ["0269", "0639"],
}
#: Numbers of other countries: `x` is drawn. Those of Britain and America are kept for fiction.
_FOREIGN = ["+32 4x6 xx xx xx", "+41 79 xxx xx xx", "+49 151 xxxxxxxx", "+39 347 xxx xxxx", "+34 6x2 xxx xxx"]
_FOREIGN += ["+351 912 xxx xxx", "+44 7700 900xxx", "+212 661-xxxxxx", "+213 550 xx xx xx", "+216 22 xxx xxx"]
_FOREIGN += ["+221 77 xxx xx xx", "00 225 07 0x xx xx xx", "+237 6 77 xx xx xx", "+40 722 xxx xxx"]
_FOREIGN += ["+90 532 xxx xx xx", "001 202 555 01xx", "+352 621 xxx xxx", "0032 2 5xx xx xx"]
#: Ranges that the French regulator keeps for fiction.
_FICTION = ["01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49", "06 39 98"]
_IBANS = {"BE": 12, "DE": 18, "ES": 20, "LU": 16, "PT": 21, "CH": 17, "AT": 16}
_DOMAINS = ["exemple.fr", "example.org", "courriel.example", "mail.test", "asso-exemple.fr", "boite.example"]
_DOMAINS += ["gmail.com", "orange.fr", "yahoo.fr", "hotmail.fr", "sfr.fr", "laposte.net", "protonmail.com"]


def in_words(number: int) -> str:
    """Write a number below 100, or a year of the last two centuries, in words."""
    if number >= 1000:
        head = "deux mille" if number >= 2000 else "mille neuf cent"
        return f"{head} {in_words(number % 100)}".strip()
    if number < 17:
        return _UNITS[number]
    if number < 20:
        return f"dix-{_UNITS[number - 10]}"
    tens, rest = divmod(number, 10)
    if tens in (7, 9):
        head, rest = ("soixante" if tens == 7 else "quatre-vingt"), rest + 10
        return f"{head} et onze" if number == 71 else f"{head}-{in_words(rest)}"
    if tens == 8:
        return f"quatre-vingt-{_UNITS[rest]}" if rest else "quatre-vingts"
    return _TENS[tens] + (" et un" if rest == 1 else f"-{_UNITS[rest]}" if rest else "")


class Forms(Numbers):
    """The draws of `Numbers` in more forms."""

    def _date(self, year: int, option: str) -> str:
        if option == "words":
            day, month = self.chance.randint(1, 28), self.chance.choice(_MONTHS)
            return f"{'premier' if day == 1 else in_words(day)} {month} {in_words(year)}"
        return super()._date(year, option)

    def draw_NIR(self, option: str) -> str:
        """`spread` has a blank after every digit, `waiting` is a number before the true one."""
        c = self.chance
        if option == "spread":
            return " ".join(super().draw_NIR("compact"))
        if option == "dots":
            whole = super().draw_NIR("compact")
            return ".".join(whole[a:b] for a, b in NIR_CUTS)
        if option == "waiting":
            head = f"{c.choice('78')}{c.randint(55, 99)}{c.randint(1, 12):02d}99{c.randint(101, 512)}"
            head += self.digits(3)
            return f"{head}{97 - int(head) % 97:02d}"
        if not option and c.random() < 0.25:
            whole = super().draw_NIR("compact")
            return f"{whole[:13]} {whole[13:]}"
        return super().draw_NIR(option)

    def draw_SPI(self, option: str) -> str:
        whole = super().draw_SPI(option)
        return " ".join(whole.replace(" ", "")) if option == "spread" else whole

    def draw_SIRET(self, option: str) -> str:
        return self._compact(super().draw_SIRET(option), option)

    def draw_VAT(self, option: str) -> str:
        whole = self._compact(super().draw_VAT(option), option)
        if not option and self.chance.random() < 0.25:
            bare = whole.replace(" ", "")
            return f"{bare[:4]} {bare[4:]}"
        return whole

    def draw_IBAN(self, option: str) -> str:
        """`abroad` is of a neighbour, `spread` has blanks between all characters."""
        if option == "abroad":
            country = self.chance.choice(sorted(_IBANS))
            account = self.digits(_IBANS[country])
            number = "".join(str(int(letter, 36)) for letter in f"{account}{country}00")
            whole = f"{country}{98 - int(number) % 97:02d}{account}"
            return " ".join(whole[n : n + 4] for n in range(0, len(whole), 4))
        whole = super().draw_IBAN(option)
        if option == "spread":
            return " ".join(whole.replace(" ", ""))
        return self._compact(whole, option)

    def draw_CARD(self, option: str) -> str:
        if option == "amex":
            head = f"37{self.chance.choice('67')}{self.digits(11)}"
            whole = head + luhn(head)
            return f"{whole[:4]} {whole[4:10]} {whole[10:]}"
        whole = super().draw_CARD(option)
        return whole.replace(" ", "-") if option == "dashes" else whole

    def draw_PHONE(self, option: str) -> str:
        """`overseas`, `foreign`, with +33 (`intl`, `e164`), `mobile`, or how digits are cut."""
        c = self.chance
        if option == "foreign":
            return "".join(self.digits(1) if sign == "x" else sign for sign in c.choice(_FOREIGN))
        if option == "overseas":
            start = c.choice(_OVERSEAS[c.choice(sorted(_OVERSEAS))])
            pairs = [self.digits(2) for _ in range(3)]
            if c.random() < 0.3:
                return f"+{self._country(start)} {start[1:]} {' '.join(pairs)}"
            return " ".join([start, *pairs]) if c.random() < 0.5 else " ".join([start[:2], start[2:], *pairs])
        start = (
            c.choice(_FICTION)
            if c.random() < 0.4
            else f"0{c.choice('66677')} {self.digits(2)} {self.digits(2)}"
        )
        if option == "mobile":
            start = f"0{c.choice('67')} {self.digits(2)} {self.digits(2)}"
        national = f"{start} {self.digits(2)} {self.digits(2)}"
        if option == "intl":
            joined = [f"+33 (0){national[1:]}", f"+33 {national[1:]}", f"0033 {national[1:]}"]
            return c.choice(joined)
        if option == "e164":
            return f"+33{national[1:].replace(' ', '')}"
        if option == "spread":
            return " ".join(national.replace(" ", ""))
        joints = {"compact": "", "dots": ".", "slashes": "/"}
        if option in joints:
            return national.replace(" ", joints[option])
        if not option and c.random() < 0.1:
            return self.draw_PHONE(c.choice(["overseas", "foreign", "intl"]))
        return national.replace(" ", c.choice([" ", " ", " ", ".", "", "-"]))

    @staticmethod
    def _country(start: str) -> str:
        countries = {"690": "590", "691": "590", "694": "594", "696": "596", "697": "596", "639": "262"}
        return countries.get(start[1:], "262" if start[1:] in ("692", "693", "269") else start[1:])

    def draw_IP(self, option: str) -> str:
        c = self.chance
        if option == "lan":
            return c.choice(
                [
                    f"192.168.{c.randint(0, 9)}.{c.randint(2, 250)}",
                    f"10.{c.randint(0, 90)}.4.{c.randint(2, 250)}",
                ]
            )
        if option == "short":
            return f"2001:db8:{c.randrange(1, 65536):x}::{c.randrange(1, 65536):x}"
        if option == "v4" or (option != "v6" and c.random() < 0.7):
            return ".".join(str(c.randint(2, high)) for high in (126, 250, 250, 250))
        return super().draw_IP("v6")

    def draw_MAC(self, option: str) -> str:
        if option == "compact":
            return f"{self.chance.choice('abcdef')}{self.chance.randrange(16**11):011x}"
        return super().draw_MAC(option)

    def draw_PLATE(self, option: str) -> str:
        c = self.chance
        if option == "old":
            end = c.choice([f"{c.randint(1, 95):02d}", "974", "971", "2B"])
            letters = self._letters(c.choice([2, 2, 3]))
            number = c.randint(12, 9899 if len(letters) == 2 else 989)
            return c.choice([" ", " ", "-", ""]).join([str(number), letters, end])
        if option == "spaced":
            return f"{self._letters(2)} {self.digits(3)} {self._letters(2)}"
        whole = super().draw_PLATE(option)
        return whole.lower() if option == "low" else whole

    def draw_INE(self, option: str) -> str:
        whole = super().draw_INE(option)
        return whole.lower() if option == "low" else whole

    def draw_PASSPORT(self, option: str) -> str:
        """`foreign` is a letter or two and digits, as most countries have: only the words around tell."""
        if option == "foreign":
            return self._letters(self.chance.randint(1, 2)) + self.digits(self.chance.randint(7, 8))
        whole = super().draw_PASSPORT(option)
        return f"{whole[:2]} {whole[2:4]} {whole[4:]}" if option == "spaced" else whole

    def draw_ID_CARD(self, option: str) -> str:
        """`new` is the nine characters of the card since 2021, `compact` the twelve digits before it."""
        while True:
            whole = super().draw_ID_CARD(option)
            if len(whole) != {"new": 12, "compact": 9}.get(option):
                return whole

    def draw_RESIDENCE_PERMIT(self, option: str) -> str:
        return (
            f"{self.chance.randint(1, 95):02d}03{self.digits(6)}"
            if option == "agdref"
            else super().draw_RESIDENCE_PERMIT(option)
        )

    def draw_DRIVING_LICENCE(self, option: str) -> str:
        whole = super().draw_DRIVING_LICENCE(option)
        if option != "spaced":
            return whole
        if len(whole) == 9:
            return f"{whole[:2]} {whole[2:4]} {whole[4:]}"
        return f"{whole[:2]} {whole[2:4]} {whole[4:6]} {whole[6:]}"

    @staticmethod
    def _compact(whole: str, option: str) -> str:
        return whole.replace(" ", "") if option == "compact" else whole


def email(chance: random.Random, first: str, last: str) -> str:
    """Return an address of somebody, names without accents or blanks."""
    c = chance
    user = c.choice(
        [
            f"{first}.{last}",
            f"{last}.{first}",
            f"{first[0]}{last}",
            f"{first}{last[0]}{c.randint(10, 99)}",
            f"{last}{c.randint(1950, 2010)}",
            f"{first}_{last}",
            f"{first}.{last}+{c.choice(['ecole', 'caf', 'clients'])}",
            f"famille-{last}",
            f"{first.capitalize()}.{last.upper()}",
        ]
    )
    return f"{user}@{c.choice(_DOMAINS)}"


def handle(chance: random.Random, first: str, last: str) -> str:
    """Return the name of somebody's account, without its sign."""
    c = chance
    year = c.randint(1960, 2012)
    return c.choice(
        [
            f"{first}_{last}",
            f"{last}.{first[0]}",
            f"{first}{year}",
            f"la_{first}_{c.randint(10, 95)}",
            f"{first}{last}{c.randint(1, 99)}",
            f"x{last}x{year % 100:02d}",
            f"team_{last}",
        ]
    )


def page(chance: random.Random, first: str, last: str) -> str:
    """Return the web address of somebody's page."""
    c = chance
    number = c.randint(100, 99_999)
    return c.choice(
        [
            f"https://www.linkedin.example/in/{first}-{last}-{number}/",
            f"https://social.example/@{first}_{last}",
            f"http://{first}-{last}.blog.example/2024/05/",
            f"https://www.location-exemple.fr/hote/{first}-{number}",
            f"www.petites-annonces.example/profil/{last}{number}",
            f"https://video.example/watch?user={last}.{first[0]}&v={number}",
        ]
    )
