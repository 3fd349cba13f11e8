from bacasable.compliance.clock import now


def test_a_held_clock_moves_only_when_told(clock):
    before = now()
    clock.forward(days=3)
    assert (now() - before).days == 3
