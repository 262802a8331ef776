"""A checker of linearizability, after Wing and Gong with Lowe's memory of states seen.

A history is a list of Operations on a few keys. It is linearizable when every operation can be
given one moment between its call and its return so that, one after the other at these moments, a
plain dictionary would have answered the same. An operation whose answer was lost to a kill may have
happened until the process was dead, or not at all.

References: M. Herlihy, J. Wing, "Linearizability" (1990); J. Wing, C. Gong, "Testing and verifying
concurrent objects" (1993); G. Lowe, "Testing for linearizability" (2017).
"""
import dataclasses

LOST = object()  # the result of an operation whose answer never came


@dataclasses.dataclass(frozen=True)
class Action:
    """Of one key. `kind`: read, write (None deletes), swap (if the value is `expected`), add,
    check (that the value is `expected`)."""
    kind: str
    key: str
    value: object = None
    expected: object = None


@dataclasses.dataclass
class Operation:
    """One action, or the several of a transaction: all of them happen or none.

    The result is a tuple of what each action gave (reads and adds the value, others None), or None
    when a condition did not hold.
    """
    actions: tuple
    called: float
    returned: float = None
    result: object = LOST
    client: object = None


def apply(operation, state):
    """The state after it, and its result."""
    for action in operation.actions:
        if action.kind in ("swap", "check") and state.get(action.key) != action.expected:
            return state, None
    after, results = dict(state), []
    for action in operation.actions:
        if action.kind == "read":
            results.append(state.get(action.key))
            continue
        if action.kind == "add":
            after[action.key] = (state.get(action.key) or 0) + action.value
            results.append(after[action.key])
            continue
        if action.kind in ("write", "swap"):
            after[action.key] = action.value
        results.append(None)
    return after, tuple(results)


def partition(history):
    """Histories of keys that no transaction joins: each can be judged by itself."""
    parent = {}

    def root(key):
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key
    for operation in history:
        first = root(operation.actions[0].key)
        for action in operation.actions[1:]:
            parent[root(action.key)] = first
    parts = {}
    for operation in history:
        parts.setdefault(root(operation.actions[0].key), []).append(operation)
    return list(parts.values())


def frozen(state):
    return tuple(sorted((key, value) for key, value in state.items() if value is not None))


class Search:
    """Places operations one after the other; remembers which sets of them led to which states."""

    def __init__(self, operations):
        self.operations = sorted(operations, key=lambda operation: operation.called)
        self.seen = set()
        self.farthest = -1  # how many of the first operations were ever placed

    def candidates(self, low, placed):
        """What may come next: called before any of those not yet placed had returned."""
        earliest, found = float("inf"), []
        for at in range(low, len(self.operations)):
            operation = self.operations[at]
            if operation.called > earliest:
                break
            if not placed >> (at - low) & 1:
                found.append(at)
                earliest = min(earliest, operation.returned)
        return sorted(found, key=lambda at: self.operations[at].returned, reverse=True)

    def place(self, low, placed, at):
        """`low` operations are placed in a row; `placed` has a bit for each one after them."""
        placed |= 1 << (at - low)
        while placed & 1:
            placed >>= 1
            low += 1
        return low, placed

    def outcomes(self, operation, state):
        after, result = apply(operation, state)
        if operation.result is LOST:
            return [state, after] if after != state else [state]
        return [after] if result == operation.result else []

    def succeeds(self):
        stack = [(0, 0, {})]
        while stack:
            low, placed, state = stack.pop()
            self.farthest = max(self.farthest, low)
            if low == len(self.operations):
                return True
            for at in self.candidates(low, placed):
                for after in self.outcomes(self.operations[at], state):
                    step = self.place(low, placed, at)
                    key = (*step, frozen(after))
                    if key not in self.seen:
                        self.seen.add(key)
                        stack.append((*step, after))
        return False


def refusal(history):
    """None when the history is linearizable, or the words that say where it is not."""
    for operations in partition(history):
        search = Search(operations)
        if not search.succeeds():
            near = search.operations[max(0, search.farthest - 6):search.farthest + 6]
            return "no order of these operations explains their results, near:\n" + "\n".join(map(describe, near))
    return None


def describe(operation):
    actions = ", ".join(f"{a.kind} {a.key}" + (f" {a.value!r}" if a.kind not in ("read", "check") else "")
                        + (f" if {a.expected!r}" if a.kind in ("swap", "check") else "") for a in operation.actions)
    result = "lost" if operation.result is LOST else operation.result
    return f"  {operation.called:.6f} to {operation.returned:.6f}, client {operation.client}: {actions} -> {result}"
