"""How large the two layers are, unpacked: Lambda takes 250 MB with the code."""

from infra.package import LAYERS, build_layer

MB = 1_000_000


def test_the_layers_fit() -> None:
    sizes = {name: build_layer(name).size for name in LAYERS}
    for name, found in sizes.items():
        print(f"\n{name} layer: {found / MB:.1f} MB unpacked", end="")
    print(f"\nboth: {sum(sizes.values()) / MB:.1f} MB of 250")
    assert sizes["base"] < 70 * MB
    assert sum(sizes.values()) < 250 * MB
