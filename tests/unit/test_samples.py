from scaffold.asking.resources import parse_resource
from scaffold.emitting.samples import json_sample


def test_a_decimal_near_zero_is_sent_without_an_exponent_which_no_backend_reads() -> None:
    (share,) = parse_resource("box: share:decimal(28,10,>=0,<0.0000005705)").fields

    assert json_sample(share) == '"0.0000005704"'
