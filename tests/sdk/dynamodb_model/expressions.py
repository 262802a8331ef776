"""The five kinds of expression: from text to trees of tuples, with every check that needs no item.

    ("and", [terms])  ("or", [terms])  ("not", term)
    ("=", a, b) and the other comparators  ("between", a, low, high)  ("in", a, [choices])
    ("path", (step, ...))  ("value", {...})  ("call", function, [arguments])  ("+", a, b)  ("-", a, b)

A step of a path is a name or an index.
"""
import pathlib
import re

from .refusal import Refused, invalid, require
from .values import SETS, kind, sortable

TOKEN = re.compile(r"\s*(?:(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<hash>\#[A-Za-z0-9_]+)"
                   r"|(?P<colon>:[A-Za-z0-9_]+)|(?P<index>\d+)|(?P<symbol><>|<=|>=|[=<>().,\[\]+-]))",
                   re.ASCII)
# The developer guide's list stands once in the tree: the words alone are taken from there.
LIST = pathlib.Path(__file__).resolve().parents[3] / "emulator/services/dynamodb/expression/reserved_words.c"
RESERVED = set(re.findall(r'"([A-Z]+)"', LIST.read_text()))
BYTES_MAX, OPERATORS_MAX, IN_MAX, STEPS_MAX, INDEX_MAX = 4096, 300, 100, 32, 9_999_999
CONDITIONS = {"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2,
              "contains": 2, "size": 1}
UPDATES = {"if_not_exists": 2, "list_append": 2}
PATH_FIRST = {"attribute_exists", "attribute_not_exists", "attribute_type", "if_not_exists"}
ANSWERS = set(CONDITIONS) - {"size"}
ORDERED = {"S", "N", "B"}
TYPES = {"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "M", "L"}
ARGUMENT_TYPES = {"begins_with": {"S", "B"}, "attribute_type": {"S"}, "list_append": {"L"},
                  "size": TYPES - {"N", "BOOL", "NULL"}}


class Placeholders:
    """ExpressionAttributeNames and -Values of one request, and which of them were used."""

    def __init__(self, names, values):
        for mark, given in (("#", names), (":", values)):
            require(given is None or given)
            for key in given or {}:
                require(re.fullmatch(mark + "[A-Za-z0-9_]+", key, re.ASCII))
        require(all(names.values()) if names else True)
        self.names, self.values, self.used = names or {}, values or {}, set()

    def find(self, key):
        known = self.names if key[0] == "#" else self.values
        require(key in known)
        self.used.add(key)
        return known[key]

    def all_used(self):
        require(self.used == {*self.names, *self.values})


def known_type(node):
    """The type that an operand has whatever the item; None when the item decides."""
    if node[0] == "value":
        return kind(node[1])
    if node[0] in ("+", "-") or node[:2] == ("call", "size"):
        return "N"
    return "L" if node[:2] == ("call", "list_append") else None


def check_types(nodes, allowed):
    for node in nodes:
        require(known_type(node) is None or known_type(node) in allowed)


def check_distinct(first, others):
    require(first[0] != "path" or first not in others)


class Parser:
    def __init__(self, text, placeholders, update=False):
        require(text.strip() and len(text.encode()) <= BYTES_MAX)
        self.placeholders, self.update, self.operators = placeholders, update, 0
        self.tokens, at, self.at = [], 0, 0
        text = text.rstrip()
        while at < len(text):
            found = TOKEN.match(text, at)
            require(found)
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self.tokens += [("end", ""), ("end", "")]

    def peek(self, ahead=0):
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def take(self, symbol):
        here = self.peek() == ("symbol", symbol)
        self.at += here
        return here

    def word(self, keyword):
        token = self.peek()
        here = token[0] == "name" and token[1].upper() == keyword
        self.at += here
        return here

    def expect(self, symbol):
        require(self.take(symbol))

    def end(self):
        require(self.peek()[0] == "end")

    def operator(self):
        self.operators += 1
        require(self.operators <= OPERATORS_MAX)

    def name(self):
        group, text = self.peek()
        self.at += 1
        if group == "hash":
            return self.placeholders.find(text)
        require(group == "name" and text.upper() not in RESERVED)
        return text

    def path(self):
        steps = [self.name()]
        while True:
            if self.take("."):
                steps.append(self.name())
            elif self.take("["):
                group, text = self.peek()
                require(group == "index" and int(text) <= INDEX_MAX)
                self.at += 1
                self.expect("]")
                steps.append(int(text))
            else:
                require(len(steps) <= STEPS_MAX)
                return ("path", tuple(steps))

    def value(self):
        group, text = self.peek()
        require(group == "colon")
        self.at += 1
        return ("value", self.placeholders.find(text))

    def call(self):
        function = self.peek()[1]
        require(function in (UPDATES if self.update else CONDITIONS))
        self.operator()
        self.at += 1
        self.expect("(")
        arguments = [self.argument()]
        while self.take(","):
            arguments.append(self.argument())
        self.expect(")")
        require(len(arguments) == (UPDATES if self.update else CONDITIONS)[function])
        require(function not in PATH_FIRST or arguments[0][0] == "path")
        check_types(arguments, ARGUMENT_TYPES.get(function, TYPES))
        if function == "attribute_type":
            require(arguments[1][0] == "value" and arguments[1][1]["S"] in TYPES)
        if function in ("begins_with", "contains"):
            check_distinct(arguments[0], arguments[1:])
        return ("call", function, arguments)

    def operand(self):
        group, _ = self.peek()
        if group == "colon":
            return self.value()
        if self.take("("):
            return self.closed(self.sum if self.update else self.argument)
        if group == "name" and self.peek(1) == ("symbol", "("):
            return self.call()
        return self.path()

    def argument(self):
        """An operand where a value is needed: a function that answers yes or no is none."""
        node = self.operand()
        require(node[0] != "call" or node[1] not in ANSWERS)
        return node

    # Conditions.

    def condition(self):
        terms = [self.conjunction()]
        while self.word("OR"):
            terms.append(self.conjunction())
        return terms[0] if len(terms) == 1 else ("or", terms)

    def conjunction(self):
        terms = [self.negation()]
        while self.word("AND"):
            terms.append(self.negation())
        return terms[0] if len(terms) == 1 else ("and", terms)

    def negation(self):
        return ("not", self.negation()) if self.word("NOT") else self.primary()

    def primary(self):
        start = self.at, self.operators
        if self.take("("):
            try:
                return self.closed(self.condition)
            except Refused:
                self.at, self.operators = start  # an operand may stand in parentheses too
        node = self.operand()
        if node[0] == "call" and node[1] in ANSWERS:
            return node
        group, text = self.peek()
        if group == "symbol" and text in ("=", "<>", "<", "<=", ">", ">="):
            self.at += 1
            self.operator()
            other = self.argument()
            check_types([node, other], TYPES if text in ("=", "<>") else ORDERED)
            check_distinct(node, [other])
            return (text, node, other)
        if self.word("BETWEEN"):
            self.operator()
            low = self.argument()
            require(self.word("AND"))
            high = self.argument()
            return self.between(node, low, high)
        if self.word("IN"):
            self.operator()
            self.expect("(")
            choices = [self.argument()]
            while self.take(","):
                choices.append(self.argument())
            self.expect(")")
            require(len(choices) <= IN_MAX)
            check_distinct(node, choices)
            return ("in", node, choices)
        raise invalid()

    def closed(self, parse):
        """What stands in parentheses, the first of which is taken; two pairs around it are refused."""
        doubled = self.peek() == ("symbol", "(") and self.closes_together()
        inner = parse()
        self.expect(")")
        require(not doubled)
        return inner

    def closes_together(self):
        """Whether the parenthesis before this one and this one hold the same: redundant."""
        depth, at = 1, self.at
        while depth and self.tokens[at][0] != "end":
            at += 1
            depth += {"(": 1, ")": -1}.get(self.tokens[at][1], 0) if self.tokens[at][0] == "symbol" else 0
        return self.tokens[min(at + 1, len(self.tokens) - 1)] == ("symbol", ")")

    @staticmethod
    def between(node, low, high):
        check_types([node, low, high], ORDERED)
        check_distinct(node, [low, high])
        if low[0] == high[0] == "value":
            require(kind(low[1]) == kind(high[1]) and sortable(low[1]) <= sortable(high[1]))
        return ("between", node, low, high)

    # Updates.

    def actions(self):
        """[(section, path, operand or None)] of an update expression."""
        found, seen = [], set()
        while self.peek()[0] != "end":
            section = next((s for s in ("SET", "REMOVE", "ADD", "DELETE") if self.word(s)), None)
            require(section and section not in seen)
            seen.add(section)
            found.append(self.action(section))
            while self.take(","):
                found.append(self.action(section))
        return found

    def action(self, section):
        path = self.path()[1]
        if section == "REMOVE":
            return (section, path, None)
        if section == "SET":
            self.expect("=")
            return (section, path, self.sum())
        value = self.value()
        require(kind(value[1]) in (SETS if section == "DELETE" else {"N", *SETS}))
        return (section, path, value)

    def sum(self):
        left = self.argument()
        for sign in ("+", "-"):
            if self.take(sign):
                self.operator()
                right = self.argument()
                check_types([left, right], {"N"})
                return (sign, left, right)
        return left


def check_apart(paths):
    """No path may be, lead into, or contradict another (a map here, a list there)."""
    for i, one in enumerate(paths):
        for two in paths[:i]:
            for a, b in zip(one, two):
                require(isinstance(a, str) == isinstance(b, str))
                if a != b:
                    break
            else:
                raise invalid()


def condition(text, placeholders):
    parser = Parser(text, placeholders)
    node = parser.condition()
    parser.end()
    return node


def update(text, placeholders):
    parser = Parser(text, placeholders, update=True)
    actions = parser.actions()
    check_apart([path for _, path, _ in actions])
    return actions


def projection(text, placeholders):
    parser = Parser(text, placeholders)
    paths = [parser.path()[1]]
    while parser.take(","):
        paths.append(parser.path()[1])
    parser.end()
    check_apart(paths)
    return paths


def key_condition(text, placeholders):
    """{attribute: (operator, [values])}: one test an attribute, joined by AND alone."""
    node = condition(text, placeholders)
    tests = {}
    for term in flatten(node):
        operator, operands = test_of(term)
        places = [i for i, operand in enumerate(operands) if operand[0] == "path"]
        require(len(places) == 1 and all(o[0] in ("path", "value") for o in operands))
        path = operands.pop(places[0])[1]
        if places[0]:
            require(operator in ("=", "<", "<=", ">", ">="))
            operator = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)
        require(len(path) == 1 and path[0] not in tests)
        tests[path[0]] = (operator, [operand[1] for operand in operands])
    return tests


def flatten(node):
    return [inner for term in node[1] for inner in flatten(term)] if node[0] == "and" else [node]


def test_of(term):
    if term[0] == "call":
        require(term[1] == "begins_with")
        return term[1], list(term[2])
    require(term[0] in ("=", "<", "<=", ">", ">=", "between"))
    return term[0], list(term[1:])
