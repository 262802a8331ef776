"""Called by scripts/bench, in the tests' Python environment."""
import argparse
import os
import random
import time

from api import bench_api
from emulator import bench_emulator
from keys import bench_kms
from large import bench_large


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--rounds", type=int, default=3, choices=range(1, 21), metavar="N")
    parser.add_argument("--seconds", type=int, default=4, choices=range(1, 61), metavar="N")
    parser.add_argument("--only", choices=["emulator", "kms", "large", "api"])
    parser.add_argument("--items", type=int, default=10_000_000, metavar="N")
    parser.add_argument("--dynamodb-local", metavar="DIR")
    options = parser.parse_args()
    began = time.monotonic()
    random.seed(7)
    if options.only in (None, "emulator"):
        bench_emulator(options.rounds, options.seconds, options.dynamodb_local)
    if options.only in (None, "kms"):
        bench_kms(options.rounds, options.seconds)
    if options.only == "large":
        bench_large(options.items, options.rounds, options.seconds)
    if options.only in (None, "api"):
        bench_api(options.rounds, options.seconds)
    print(f"\n{os.cpu_count()} processors; {options.rounds} rounds of {options.seconds} s; "
          f"{time.monotonic() - began:.0f} s in all")


main()
