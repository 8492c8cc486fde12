"""How people are called and reached: what may be kept of it."""

import unicodedata

from domain.refusal import Code, Refusal

NAME_CHARACTERS_MAX = 200
NAME_BYTES_MAX = 2000
"""Of a name with its ligatures taken apart, as it is sorted: an index holds no more."""
EMAIL_BYTES_MAX, LOCAL_BYTES_MAX, LABEL_CHARACTERS_MAX = 254, 64, 63
"""The limits of RFC 5321, in UTF-8."""
ATOM = frozenset("!#$%&'*+-/=?^_`{|}~")
"""What the part before the @ may hold beside letters and digits."""
UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of characters that no name has: controls, halves of pairs, ends of lines."""
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Controls that show the text around them in another order."""


def tidied(text: str) -> str:
    """A text in its composed form, without the spaces around it."""
    return unicodedata.normalize("NFC", text).strip()


def name_problem(name: str) -> Refusal | None:
    """Why a tidied name cannot be kept: 1 to 200 characters of any script, one of them visible."""
    fits = (
        len(name) <= NAME_CHARACTERS_MAX
        and not any(unicodedata.category(letter) in UNSEEN or letter in TURNS for letter in name)
        and any(unicodedata.category(letter)[0] not in "CMZ" for letter in name)
        and len(unicodedata.normalize("NFKD", name).encode()) <= NAME_BYTES_MAX
    )
    return None if fits else Refusal(Code.INVALID_INPUT, "name")


def email_problem(email: str) -> Refusal | None:
    """Why a tidied address cannot be kept: as RFC 5321 and 6531 write it, but without quotes."""
    local, _, domain = email.rpartition("@")
    labels = domain.split(".")
    fits = (
        len(email) <= EMAIL_BYTES_MAX
        and all(_written(atom, ATOM) for atom in local.split("."))
        and all(_written(label, "-") and _is_label(label) for label in labels)
        and len(labels) > 1
        and not labels[-1].isdecimal()
        and len(local.encode()) <= LOCAL_BYTES_MAX
        and len(email.encode()) <= EMAIL_BYTES_MAX
    )
    return None if fits else Refusal(Code.INVALID_INPUT, "email")


def same(typed: str, kept: str | None) -> bool:
    """Whether a text says what is kept, in any case of letters and with any space around it."""
    return kept is not None and tidied(typed).casefold() == tidied(kept).casefold()


def _is_label(label: str) -> bool:
    """Whether a word may stand between the dots of a domain."""
    return len(label) <= LABEL_CHARACTERS_MAX and "-" not in {label[0], label[-1]}


def _written(word: str, also: str | frozenset[str]) -> bool:
    """Whether a word has letters, marks and digits of any script, and of signs only these."""
    return bool(word) and all(
        letter in also or unicodedata.category(letter)[0] in "LMN" for letter in word
    )
