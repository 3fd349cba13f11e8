"""Draw the dates, numbers and codes of the texts that redaction is judged on, with right keys."""

import random
import string

_MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin"]
_MONTHS += ["juillet", "août", "septembre", "octobre", "novembre", "décembre"]

NIR_CUTS = [(0, 1), (1, 3), (3, 5), (5, 7), (7, 10), (10, 13), (13, 15)]


class Numbers:
    """A seeded draw: each method draws the kind of its name; `option` is the word after the kind."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def digits(self, count: int) -> str:
        return "".join(self.chance.choices(string.digits, k=count))

    def _letters(self, count: int, among: str = "ABCDEFGHJKLMNPQRSTVWXYZ") -> str:
        return "".join(self.chance.choices(among, k=count))

    def draw_DATE(self, option: str) -> str:
        return self._date(self.chance.randint(2009, 2026), option)

    def draw_DOB(self, option: str) -> str:
        return self._date(self.chance.randint(1932, 2019), option)

    def _date(self, year: int, option: str) -> str:
        """A date; `iso` as machines write it, `boxes` with blanks as in forms, `slashes` in figures."""
        c = self.chance
        day, month = c.randint(1, 28), c.randint(1, 12)
        if option == "iso":
            return f"{year}-{month:02d}-{day:02d}"
        if option in ("boxes", "slashes"):
            return f"{day:02d}/{month:02d}/{year}".replace("/", " " if option == "boxes" else "/")
        name = _MONTHS[month - 1]
        written = f"{'1er' if day == 1 else day} {name} {year}"
        return c.choice(
            [
                f"{day:02d}/{month:02d}/{year}",
                f"{day:02d}/{month:02d}/{year}",
                written,
                written,
                f"{day:02d}.{month:02d}.{year}",
                f"{day:02d}-{month:02d}-{year}",
                f"{day}/{month}/{year % 100:02d}",
            ]
        )

    def draw_NIR(self, option: str) -> str:
        """A NIR; `wrong` has a key that fails, `digits` spaces every digit, `compact` none.

        `abroad` is of somebody born outside of France, `slash` sets the key apart, `keyless` has none.
        """
        c = self.chance
        born = f"{c.randint(32, 99):02d}{c.randint(1, 12):02d}"
        head = f"{c.choice('12')}{born}{c.randint(1, 95):02d}{c.randint(1, 560):03d}{c.randint(1, 480):03d}"
        if option == "abroad":
            head = f"{head[:5]}99{c.randint(101, 512)}{head[10:]}"
        if head[5:7] == "20":
            head = head[:5] + "2A" + head[7:]
        key = 97 - int(head.replace("2A", "19")) % 97
        if option in ("wrong", "digits"):
            key = (key + c.randint(1, 90)) % 97 + 1
        whole = f"{head}{key:02d}"
        if option == "digits":
            return " ".join(whole)
        if option == "keyless":
            return c.choice([head, " ".join(head[a:b] for a, b in NIR_CUTS[:-1])])
        if option == "slash":
            return " ".join(head[a:b] for a, b in NIR_CUTS[:-1]) + f" / {key:02d}"
        if option == "compact" or c.random() < 0.3:
            return whole
        return " ".join(whole[a:b] for a, b in NIR_CUTS)

    def draw_SPI(self, option: str) -> str:
        """A tax number: 13 digits, the last three the remainder of the first ten by 511."""
        head = f"{self.chance.randint(0, 3)}{self.digits(9)}"
        whole = f"{head}{int(head) % 511:03d}"
        if option == "spaced" or self.chance.random() < 0.4:
            return f"{whole[:2]} {whole[2:4]} {whole[4:7]} {whole[7:10]} {whole[10:]}"
        return whole

    def draw_SIREN(self, option: str) -> str:
        head = self.digits(8)
        whole = head + luhn(head)
        return whole if self.chance.random() < 0.4 else f"{whole[:3]} {whole[3:6]} {whole[6:]}"

    def draw_SIRET(self, option: str) -> str:
        siren = self.digits(8)
        siren += luhn(siren)
        head = f"{siren}000{self.digits(1)}"
        nic = head[9:] + luhn(head)
        if self.chance.random() < 0.5:
            return siren + nic
        return f"{siren[:3]} {siren[3:6]} {siren[6:]} {nic}"

    def draw_VAT(self, option: str) -> str:
        head = self.digits(8)
        siren = head + luhn(head)
        key = f"{(12 + 3 * (int(siren) % 97)) % 97:02d}"
        return self.chance.choice([f"FR{key}{siren}", f"FR {key} {siren[:3]} {siren[3:6]} {siren[6:]}"])

    def draw_IBAN(self, option: str) -> str:
        """A French IBAN whose two keys are right (RIB key and ISO 7064)."""
        bank, branch, account = self.digits(5), self.digits(5), self.digits(11)
        rib = f"{97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97:02d}"
        body = bank + branch + account + rib
        key = 98 - int(f"{body}152700") % 97
        whole = f"FR{key:02d}{body}"
        if self.chance.random() < 0.35:
            return whole
        return " ".join(whole[n : n + 4] for n in range(0, len(whole), 4))

    def draw_CARD(self, option: str) -> str:
        """A card whose last digit is right; `any` is of several brands, blanks or not."""
        start = self.chance.choice(["4974", "4533", "5132", "5355", "5410"]) if option == "any" else "4970"
        head = f"{start}{self.digits(11)}"
        whole = head + luhn(head)
        if option == "any" and self.chance.random() < 0.3:
            return whole
        return " ".join(whole[n : n + 4] for n in range(0, 16, 4))

    def draw_PHONE(self, option: str) -> str:
        c = self.chance
        if c.random() < 0.08:
            return c.choice(["+32 475 12 34 ", "+213 661 23 45 ", "+41 79 345 67 "]) + self.digits(2)
        area = c.choice(["1", "2", "3", "4", "5", "6", "6", "6", "7", "7", "9"])
        pairs = [self.digits(2) for _ in range(4)]
        if area == "9" or area in "12345":
            pairs[0] = str(c.randint(20, 89))
        joint = c.choice([" ", " ", " ", ".", "", "-"])
        if c.random() < 0.15:
            return f"+33 {area} " + " ".join(pairs)
        return joint.join([f"0{area}", *pairs])

    def draw_IP(self, option: str) -> str:
        c = self.chance
        if option != "v4" and (option == "v6" or c.random() < 0.3):
            return "2a01:cb19:" + ":".join(f"{c.randrange(1, 65536):x}" for _ in range(6))
        return ".".join(str(c.randint(2, 250)) for _ in range(4))

    def draw_MAC(self, option: str) -> str:
        """A hardware address; `upper` in capitals, `dots` by fours as network switches show it."""
        if option == "dots":
            return ".".join(f"{self.chance.randrange(65536):04x}" for _ in range(3))
        if option == "upper":
            return ":".join(f"{self.chance.randrange(256):02X}" for _ in range(6))
        return self.chance.choice([":", "-"]).join(f"{self.chance.randrange(256):02x}" for _ in range(6))

    def draw_PLATE(self, option: str) -> str:
        if option == "old" or self.chance.random() < 0.15:
            return f"{self.chance.randint(12, 9899)} {self._letters(2)} {self.chance.randint(1, 95):02d}"
        joint = self.chance.choice(["-", "-", " ", ""])
        return joint.join([self._letters(2), self.digits(3), self._letters(2)])

    def draw_CAF(self, option: str) -> str:
        return self.digits(7) + self.chance.choice(["", "", f" {self._letters(1)}", self._letters(1)])

    def draw_FT(self, option: str) -> str:
        return self.chance.choice([f"{self.digits(7)}{self._letters(1)}", self.digits(8)])

    def draw_INE(self, option: str) -> str:
        return self.chance.choice(
            [f"{self.digits(9)}{self._letters(2)}", f"{self.digits(10)}{self._letters(1)}"]
        )

    def draw_PASSPORT(self, option: str) -> str:
        return f"{self.chance.randint(10, 25)}{self._letters(2)}{self.digits(5)}"

    def draw_ID_CARD(self, option: str) -> str:
        c = self.chance
        old = f"{c.randint(5, 21):02d}{c.randint(1, 12):02d}{c.randint(1, 95):02d}{self.digits(6)}"
        among = "BCDFGHJKLMNPRTVWXYZ0123456789"
        return c.choice([old, f"{self._letters(1, 'DFGHKLMTX')}{self._letters(7, among)}{self.digits(1)}"])

    def draw_RESIDENCE_PERMIT(self, option: str) -> str:
        return self.chance.choice([f"{self.chance.randint(1, 95):02d}03{self.digits(6)}", self.digits(10)])

    def draw_DRIVING_LICENCE(self, option: str) -> str:
        c = self.chance
        old = f"{c.randint(70, 99)}{c.randint(1, 12):02d}{c.randint(1, 95):02d}{self.digits(6)}"
        return c.choice([old, f"{c.randint(13, 25)}{self._letters(2)}{self.digits(5)}"])


def luhn(head: str) -> str:
    """Return the digit that makes the sum of Luhn a multiple of ten."""
    total = 0
    for place, digit in enumerate(reversed(head)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
