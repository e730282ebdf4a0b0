"""The little English the skill knows: plurals of nouns, the words in a name, and quoting what somebody typed."""

import re
import unicodedata

_IRREGULAR = {
    "child": "children",
    "criterion": "criteria",
    "foot": "feet",
    "half": "halves",
    "knife": "knives",
    "leaf": "leaves",
    "life": "lives",
    "man": "men",
    "mouse": "mice",
    "person": "people",
    "quiz": "quizzes",
    "shelf": "shelves",
    "tooth": "teeth",
    "woman": "women",
}
_SINGULAR = {plural: singular for singular, plural in _IRREGULAR.items()}
_WITHOUT_PLURAL = frozenset({"data", "equipment", "fish", "information", "media", "money", "sheep"})
_SHOWN = 60


def quoted(text: str) -> str:
    """`text` in double quotes, short, in printable ASCII, so that a terminal shows what was really typed."""
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
    escaped = shown.encode("unicode_escape").decode("ascii")
    return '"' + escaped.replace('"', '\\"') + '"'


def words_in(text: str) -> list[str]:
    """List the words of LineItem, line-item or "Líne item!" alike: lower-case ASCII letters and digits."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    return re.findall(r"[a-z0-9]+", spaced.lower())


def words(noun: str) -> str:
    """Return a snake_case noun as words."""
    return noun.replace("_", " ")


def a(noun: str) -> str:
    """Return a snake_case noun as words with its indefinite article: "an order", "a line item"."""
    article = "an" if noun[0] in "aeio" or (noun.startswith("un") and not noun.startswith("uni")) else "a"
    return f"{article} {words(noun)}"


def cut_at_word(name: str, longest: int, separator: str) -> str:
    """Shorten `name` to at most `longest` characters, between two words where there are two."""
    if len(name) <= longest:
        return name
    return name[: longest + 1].rpartition(separator)[0] or name[:longest]


def plural_of(noun: str) -> str:
    """Derive the plural of a snake_case noun by its last word."""
    head, underscore, word = noun.rpartition("_")
    return head + underscore + _IRREGULAR.get(word, _regular_plural(word))


def singular_of(noun: str) -> str:
    """Guess what `noun` is the plural of: good enough to suggest, never to decide."""
    head, underscore, word = noun.rpartition("_")
    return head + underscore + _SINGULAR.get(word, _regular_singular(word))


def looks_plural(noun: str) -> bool:
    """Tell whether a derived plural would be an embarrassment: orders -> orderses, people -> peoples."""
    word = noun.rpartition("_")[2]
    ends_like_one = word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return ends_like_one or word in _SINGULAR or word in _WITHOUT_PLURAL


def _regular_plural(word: str) -> str:
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    if word.endswith("sis"):
        return word[:-2] + "es"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _regular_singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return re.sub(r"(?<=ss|sh|ch|.x|us)es$|(?<=.)s$", "", word)
