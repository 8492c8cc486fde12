"""Which country a point is in, where it is hard to say."""

import pytest

from domain.location import Coordinates
from integrations.borders import ShippedBorders


@pytest.fixture(scope="module")
def borders() -> ShippedBorders:
    return ShippedBorders()


PLACES = {
    "Aachen": (50.7766, 6.0834, "DE"),
    "Vaals, five kilometres on": (50.7717, 6.0116, "NL"),
    "Gemmenich, behind the hill": (50.7480, 5.9950, "BE"),
    "Basel": (47.5596, 7.5886, "CH"),
    "Weil am Rhein": (47.5950, 7.6110, "DE"),
    "Saint-Louis": (47.5850, 7.5650, "FR"),
    "Baarle-Nassau": (51.4450, 4.9300, "NL"),
    "Baarle-Hertog": (51.4406, 4.9308, "BE"),
    "Campione d'Italia": (45.9690, 8.9710, "IT"),
    "Lugano, across the lake": (46.0037, 8.9511, "CH"),
    "Büsingen": (47.6970, 8.6900, "DE"),
    "Llívia": (42.4640, 1.9800, "ES"),
    "Ceuta": (35.8894, -5.3213, "ES"),
    "Fnideq, outside its fence": (35.8490, -5.3570, "MA"),
    "Gibraltar": (36.1408, -5.3536, "GI"),
    "Funchal on Madeira": (32.6669, -16.9241, "PT"),
    "Las Palmas, whose code is only kept free": (28.1235, -15.4363, "ES"),
    "Saint Peter Port, of a group with a code": (49.4550, -2.5360, "GG"),
    "Kralendijk": (12.1500, -68.2767, "BQ"),
    "Mariehamn": (60.0973, 19.9348, "AX"),
    "Helsinki": (60.1700, 24.9400, "FI"),
    "Monaco": (43.7384, 7.4246, "MC"),
    "the Vatican": (41.9029, 12.4534, "VA"),
    "Hong Kong": (22.3000, 114.1700, "HK"),
    "Honolulu": (21.3000, -157.8600, "US"),
    "Fiji, west of the date line": (-17.7000, 178.0000, "FJ"),
    "Fiji, east of it": (-16.8500, -179.9500, "FJ"),
    "the South Pole": (-90.0, 0.0, "AQ"),
    "the open Atlantic": (30.0, -40.0, None),
    "where the degrees are zero": (0.0, 0.0, None),
    "the North Pole": (90.0, 0.0, None),
    "Pristina, which the ISO has given no code": (42.6629, 21.1655, None),
}


@pytest.mark.parametrize(("latitude", "longitude", "country"), PLACES.values(), ids=list(PLACES))
def test_a_point_is_in_the_country_whose_borders_are_around_it(
    borders: ShippedBorders, latitude: float, longitude: float, country: str | None
) -> None:
    assert borders.country_of(Coordinates(latitude, longitude)) == country
