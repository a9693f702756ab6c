from pathlib import Path

from troubleshooter.testing import pack_tests

test_pack = pack_tests(Path(__file__).parents[1] / "troubleshooter_acme")
