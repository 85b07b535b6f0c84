"""Scripts written here, offline, from templates and the prompt's own words."""

from __future__ import annotations

from decimal import Decimal

from chalicelib.providers.text.interface import WORDS_PER_MINUTE, Research, Script, ScriptScene


class LocalText:
    """A template writer."""

    name = "local"

    def research(self, topic: str, niche: str, seed: int) -> Research:
        content = f"Topic: {topic}\nOrigin: a template; nothing was looked up."
        return Research(content, len(content.split()))

    def write(self, prompt: str, *, niche: str, minutes: int, research: str, seed: int) -> Script:
        topic = " ".join(prompt.split()[:6]) or "this"
        count = min(40, 8 * minutes)
        line = f"Let us look at {topic} again and ask one more question about what it means for us."
        each = -(-minutes * WORDS_PER_MINUTE // (count * len(line.split())))
        scenes = tuple(
            ScriptScene(f"Part {n + 1}", " ".join([line] * each), f"{topic}, view {n + 1}")
            for n in range(count)
        )
        return Script(topic.title(), scenes, minutes * WORDS_PER_MINUTE)

    def price(self, words: int) -> Decimal:
        return Decimal(0)
