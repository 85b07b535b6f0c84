"""What a prompt is about, in its own words: its subject, its key words, its sentences."""

from __future__ import annotations

import re
from collections import Counter

_ORDER = re.compile(
    r"^(?:please\s+)?(?:(?:can|could|would)\s+you\s+)?(?:please\s+)?"
    r"(?:(?:make|create|write|produce|generate|give|do)\s+(?:me\s+|us\s+)?(?:an?\s+|the\s+)?"
    r"(?:[\w-]+\s+){0,4}?(?:video|film|script|story|clip|documentary|essay|piece|explainer|short)"
    r"\s+(?:about|on|of|that\s+explains|explaining|for)\s+"
    r"|(?:tell|teach|show)\s+(?:me|us)\s+(?:something\s+)?(?:about\s+)?"
    r"|(?:explain|describe|explore|discuss|introduce)\s+(?:to\s+(?:me|us)\s+)?)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^(?:who|what|when|where|why|how|which|is|are|was|were|do|does|did|can|could|should|will)\b",
    re.IGNORECASE,
)


def _set(line: str) -> frozenset[str]:
    return frozenset(line.split())


_STOP = _set(
    "about after again all also and any are because been before being between both but can could "
    "did does doing down during each every few for from get had has have having her here him his "
    "how into its itself just like make many more most much must not now only other our out over "
    "own please same see she should show some such tell than that the their them then there these "
    "they this those through too under until very video want was way were what when where which "
    "while who why will with would write create explain film script story minute minutes topic you "
    "your"
)
_TRAILING = _set("a an the of for to in on and or with by from that is are as at")
_TAIL = re.compile(
    r"\s+(?:to me\b|for me\b|like i['’]?a?m\b|in (?:simple|plain|easy)\b|for (?:kids|beginners)\b"  # noqa: RUF001
    r"|in \w+ minutes?\b|please\b).*$",
    re.IGNORECASE,
)
_OF = re.compile(
    r"^(?:an? |the )?(?:\w+ )?(?:history|story|science|basics|secrets?) of (?=\w)", re.IGNORECASE
)
_ASKED_FOR = re.compile(r"^(?:what|who)(?:['’]s| is| are| was| were)\s+(?=\S)", re.IGNORECASE)  # noqa: RUF001
_DO = re.compile(r"^(why|how|where|when) do (?=\S)", re.IGNORECASE)
_SENTENCE = re.compile(r"\S.*?(?:[.!?…]+[\"”’)\]]*(?=\s|$)|[。！？]+|$)")  # noqa: RUF001
_LINK = re.compile(r"https?://(?:www\.)?([^/\s]+)\S*")
_MARKS = " .!?…。！？,;:\"'“”‘’-–—*#"  # noqa: RUF001
_LONGEST_TOPIC, _LONGEST_CHARS = 8, 70
_LONGEST_QUOTE, _LONGEST_QUOTE_CHARS = 32, 200


def subject(prompt: str) -> str:
    """What `prompt` is about, at most 8 words, fit to stand in a sentence."""
    text = _LINK.sub(r"\1", " ".join(_printable(prompt).split()))
    first = _SENTENCE.search(text)
    sentence = (first.group() if first else text).strip()
    plain = _ORDER.sub("", sentence).strip(_MARKS)
    plain = _ASKED_FOR.sub("", _DO.sub(r"\1 ", _OF.sub("", _TAIL.sub("", plain))))
    if not any(sign.isalnum() or ord(sign) > 0x2190 for sign in plain):
        return "this subject"
    if _QUESTION.match(plain) and sentence.endswith("?") and not _DO.match(sentence):
        return f"the question “{_short(plain)}?”"
    return _lower_first(_short(re.split(r"[;:(]|,\s", plain)[0]))


def title(subject: str) -> str:
    """The subject as it may stand in a title: a question speaks for itself."""
    return capital(subject.removeprefix("the question ").strip("“”"))


def _short(text: str) -> str:
    """At most 8 words, or 16 signs of a writing without spaces, not ending in a small word."""
    short = " ".join(text.split()[:_LONGEST_TOPIC])
    spaced = len(short) < 20 * len(short.split())
    short = short[: _LONGEST_CHARS if spaced else 16].strip(_MARKS)
    while len(short.split()) > 2 and short.split()[-1].lower() in _TRAILING:
        short = short.rsplit(" ", 1)[0]
    return short


def key_words(text: str, count: int = 8) -> list[str]:
    """The words that matter most: long, frequent, first seen first; never none."""
    words = [word for word in re.findall(r"[\w'’-]+", _printable(text)) if len(word) > 2]  # noqa: RUF001
    tally = Counter(word.lower() for word in words)
    kept = [word for word in dict.fromkeys(word.lower() for word in words) if word not in _STOP]
    kept.sort(key=lambda word: -tally[word])
    return kept[:count] or [subject(text)]


def sentences(text: str) -> list[str]:
    """The text's sentences word for word, each once, without orders to the writer; those that
    are long are cut with an ellipsis."""
    found = []
    for line in _printable(text).splitlines():
        plain = re.sub(r"^\s*(?:[-*•#>]+|\d+[.)])\s*", "", line)
        for match in _SENTENCE.finditer(plain):
            words = match.group().strip(' "“”').split()
            cut = " ".join(words[:_LONGEST_QUOTE])
            if len(cut) > _LONGEST_QUOTE_CHARS:
                cut = cut[:_LONGEST_QUOTE_CHARS].rsplit(" ", 1)[0]
            if any(sign.isalnum() for sign in cut) and not _ORDER.match(" ".join(words)):
                whole = len(cut) == len(" ".join(words))
                found.append(cut if whole else cut.rstrip(",;:—–-") + " …")  # noqa: RUF001
    return list(dict.fromkeys(found))


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def _lower_first(text: str) -> str:
    """Without the capital a sentence begins with; names (other capitals follow) keep theirs."""
    first, _, rest = text.partition(" ")
    common = first.lower() in _TRAILING | _STOP | {"our", "my", "its", "his", "her", "how", "why"}
    return f"{first.lower()} {rest}".strip() if common else text


def _printable(text: str) -> str:
    """Without control characters and lone surrogates; line ends stay."""
    return "".join(
        sign if sign == "\n" or (sign.isprintable() and not 0xD800 <= ord(sign) < 0xE000) else " "
        for sign in text
    )
