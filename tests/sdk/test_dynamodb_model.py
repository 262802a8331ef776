"""The emulator beside a plain model of DynamoDB: random operations, every answer compared."""
import os
import random

import dynamodb_differ
from conftest import Emulator

SECONDS = float(os.environ.get("FLORIN_DIFFER_SECONDS", "60"))


def test_no_answer_differs_from_the_model():
    seed = os.environ.get("FLORIN_SEED", str(random.randrange(2 ** 32)))
    emulator = Emulator("--auth", "off", "--log-level", "error")
    run, difference = dynamodb_differ.play(emulator.url, seed, seconds=SECONDS)
    emulator.stop()
    assert not difference, difference
    assert run.accepted > run.made / 3 and run.pages, "the operations were too wild to show anything"
    print(f"\n{run.made} operations (seed {seed}), {run.accepted} accepted: no difference")
