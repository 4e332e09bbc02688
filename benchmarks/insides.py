"""The numbers of lessons 06 and 07, measured anew: ``python -m benchmarks.insides``.

It prints both tables and keeps their numbers. It reads Tiny ImageNet, the texts of the writers and
the Large Movie Review Dataset (see ``dreamkit.datasets``).
"""

from benchmarks import inside_recurrent, inside_vision
from benchmarks.measure import keep

if __name__ == "__main__":
    for name, part in {
        "inside_vision": inside_vision,
        "inside_recurrent": inside_recurrent,
    }.items():
        print(part.table(keep(name, part.measure())), end="\n\n")
