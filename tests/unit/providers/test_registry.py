"""Settings choose providers by name; nothing heavy is loaded until one is used."""

import subprocess
import sys

import pytest

from chalicelib import providers
from chalicelib.errors import ProviderThrottled, ProviderUnavailable
from chalicelib.providers.calls import call_key, keyed
from tests import faults

CAPABILITIES = sorted(providers.REGISTRY)


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_the_settings_default_is_local(capability: str) -> None:
    provider = getattr(providers, capability)()
    assert provider.name == "local"
    assert getattr(providers, capability)() is provider


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_names_in_the_registry_are_the_providers_own(capability: str) -> None:
    for name in providers.REGISTRY[capability]:
        assert providers.make(capability, name).name == name


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_an_unknown_name_says_what_it_may_be(capability: str) -> None:
    with pytest.raises(LookupError, match=rf"{capability.upper()}_PROVIDER is 'elf'.*local"):
        providers.make(capability, "elf")


def test_choosing_providers_loads_no_numpy() -> None:
    code = (
        "import sys; from chalicelib import providers\n"
        "made = [providers.make(kind, 'local') for kind in providers.REGISTRY]\n"
        "print(sorted({'numpy', 'PIL', 'espeakng_loader'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


class TestFaults:
    """The tool that other tests break providers with."""

    def test_a_script_decides_how_calls_end(self) -> None:
        text = faults.Faulty(providers.make("text", "local"), "ok throttled lost garbage")
        assert text.research("sea", "facts", 1).content
        with pytest.raises(ProviderThrottled):
            text.research("sea", "facts", 1)
        with pytest.raises(ProviderUnavailable):
            text.research("sea", "facts", 1)
        assert text.research("sea", "facts", 1).content == ""
        assert text.research("sea", "facts", 1).content
        assert len(text.calls) == 5
        assert text.done == 4
        assert text.name == "local"

    def test_a_seed_replays_its_script(self) -> None:
        scripts = [
            faults.Faulty.seeded(providers.make("text", "local"), seed, calls=50).script
            for seed in (1, 1, 2)
        ]
        assert scripts[0] == scripts[1] != scripts[2]

    def test_a_vendor_that_honours_keys_works_once_for_a_lost_answer(self) -> None:
        text = faults.Faulty(providers.make("text", "local"), "lost", keeps=True)
        with keyed("one"):
            with pytest.raises(ProviderUnavailable):
                text.research("sea", "facts", 1)
            first = text.research("sea", "facts", 1)
        assert text.done == 1
        with keyed("two"):
            assert text.research("sea", "facts", 1) == first
        assert text.done == 2
        assert call_key() is None

    def test_it_can_stand_in_for_the_chosen_provider(self, monkeypatch: pytest.MonkeyPatch) -> None:
        broken = faults.Faulty(providers.make("text", "local"), forever="unavailable")
        faults.install(monkeypatch, text=broken)
        with pytest.raises(ProviderUnavailable):
            providers.text().write("sea", niche="facts", minutes=1, research="", seed=1)
