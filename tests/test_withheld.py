"""Why nothing is shown is told so that it says of no single person that she answered."""

from itertools import product

from assessor.assessed.withheld import lack_of
from assessor.bank import Bank


def test_the_reason_never_tells_whether_one_of_a_small_group_has_answered(bank: Bank) -> None:
    who = ("staff", "service-user", "family")  # the last two are of one pool
    for numbers in product((1, 2, 4, 5, 10, None), repeat=3):
        asked = dict(zip(who, numbers, strict=True))
        told = {
            came: lack_of(bank, dict(zip(who, came, strict=True)), asked, 5) for came in product(range(7), repeat=3)
        }
        for place in (n for n, number in enumerate(numbers) if number and number < 5):
            for came, reason in told.items():
                more = told.get((*came[:place], came[place] + 1, *came[place + 1 :]))
                assert not (reason and more) or reason == more, (asked, came)
