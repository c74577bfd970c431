"""Mutations that Cosmic Ray does not know: texts, rows of tables, membership, filters, return values, statements."""

from collections.abc import Iterator, Sequence
from typing import Any

import parso
from cosmic_ray.operators.operator import Operator

#: A node of the tree, and where it begins and ends.
Node = Any
Place = tuple[tuple[int, int], tuple[int, int]]

#: Methods and functions whose argument decides: what they look for, or take off.
_LOOKING = (
    "attribute child children compile element endswith find findall findtext fullmatch get index match partition "
    "removeprefix removesuffix replace rpartition search split startswith strip text xpath"
)
_ROWS = ("testlist_comp", "dictorsetmaker")


class _Mutation(Operator):
    """One mutation of each node that fits."""

    def mutation_positions(self, node: Node) -> Iterator[Place]:
        """Where the node is, if it fits."""
        for _ in range(self.fits(node)):
            yield node.start_pos, node.end_pos

    def fits(self, node: Node) -> int:
        """How many mutations there are of it."""
        raise NotImplementedError

    @classmethod
    def examples(cls) -> Sequence[Any]:
        """None here: bench.mutants is tried by its self-test."""
        return ()


class ReplaceString(_Mutation):
    """Another text: of tables, in comparisons, and where something is looked for. Not what only a message says."""

    def fits(self, node: Node) -> int:
        """Texts that decide something."""
        return int(node.type == "string" and node.parent.type != "simple_stmt" and _decides(node))

    def mutate(self, node: Node, index: int) -> Node:
        """A letter more at the end, or a text where there was none; of a regular expression too."""
        quote = node.value[-1]
        end = len(node.value) - (3 if node.value.endswith(quote * 3) and len(node.value) > 5 else 1)
        node.value = f"{node.value[:end]}X{node.value[end:]}"
        return node


class RemoveRow(_Mutation):
    """A table, a tuple, a set or a mapping at the top of a module that lacks a row."""

    def fits(self, node: Node) -> int:
        """As many as it has rows, if it is not the last."""
        if node.type not in _ROWS or _function(node) or any(child.type in _LOOPS for child in node.children):
            return 0
        count = len(_rows(node))
        return count if count > 1 else 0

    def mutate(self, node: Node, index: int) -> Node:
        """Without that row; a tuple of one stays a tuple."""
        rows = _rows(node)
        del rows[index]
        children = [part for row in rows for part in (*row, _comma())]
        node.children = children
        return node


class NegateMembership(_Mutation):
    """`in` and `not in`."""

    def fits(self, node: Node) -> int:
        """The operator itself."""
        return int(node.parent is not None and node.parent.type == "comparison" and _word(node) in ("in", "not in"))

    def mutate(self, node: Node, index: int) -> Node:
        """The other one."""
        return _code(" not in" if _word(node) == "in" else " in")


class NegateFilter(_Mutation):
    """The condition of a comprehension."""

    def fits(self, node: Node) -> int:
        """`if` in a comprehension."""
        return int(node.type == "comp_if")

    def mutate(self, node: Node, index: int) -> Node:
        """Its contrary."""
        node.children[1] = _code(f" not ({node.children[1].get_code().strip()})")
        return node


class ReturnNone(_Mutation):
    """A function that finds nothing; one that says by an empty text that all is well finds something."""

    def fits(self, node: Node) -> int:
        """What returns something, other than None, or than False, which serves as well."""
        return int(node.type == "return_stmt" and node.children[1].get_code().strip() not in ("None", "False"))

    def mutate(self, node: Node, index: int) -> Node:
        """None instead, or a text where there was none."""
        node.children[1] = _code(' "X"' if node.children[1].get_code().strip() == '""' else " None")
        return node


class RemoveStatement(_Mutation):
    """Calls, raises, asserts, and what changes something that is there already."""

    def fits(self, node: Node) -> int:
        """In functions only."""
        return int(
            node.parent is not None and node.parent.type == "simple_stmt" and bool(_function(node)) and _acts(node)
        )

    def mutate(self, node: Node, index: int) -> Node:
        """Nothing instead."""
        return _code(f"{node.get_first_leaf().prefix}pass")


_LOOPS = ("comp_for", "sync_comp_for")


def _code(text: str) -> Node:
    return parso.parse(text)


def _comma() -> Node:
    return _code(",")


def _word(node: Node) -> str:
    return " ".join(str(node.get_code(include_prefix=False)).split())


def _function(node: Node) -> Node:
    return parso.tree.search_ancestor(node, "funcdef", "lambdef")


def _rows(node: Node) -> list[list[Node]]:
    rows: list[list[Node]] = [[]]
    for child in node.children:
        if child.type == "operator" and child.value == ",":
            rows.append([])
        else:
            rows[-1].append(child)
    return [row for row in rows if row]


def _decides(node: Node) -> bool:
    if parso.tree.search_ancestor(node, "tfpdef", "annassign", "raise_stmt") or "\n" in node.value:
        return False
    if _called(node.parent) in ("Deadline", "within"):
        return False
    if not _function(node):
        return len(node.value) < 60 and not node.value.rstrip("\"'").endswith((".", ": "))
    parent = node.parent
    while parent.type in ("atom", "testlist_comp", "strings", "arglist"):
        parent = parent.parent
    if parent.type == "trailer":
        if parent.children[0].value == "[":
            return True
        return _called(parent) in _LOOKING.split()
    return parent.type == "comparison"


def _called(node: Node) -> str:
    """The function whose only argument, or list of them, it is; "" if it is not."""
    trailer = node.parent if node.type == "arglist" else node
    return trailer.get_previous_leaf().value.lstrip("_") if trailer.type == "trailer" else ""


def _acts(node: Node) -> bool:
    if node.type in ("raise_stmt", "assert_stmt", "del_stmt", "break_stmt", "continue_stmt"):
        return True
    if node.type == "keyword":
        return node.value in ("continue", "break")
    if node.type in ("atom_expr", "power"):
        return bool(node.children[-1].get_code().startswith("("))
    if node.type != "expr_stmt":
        return False
    target = node.children[0]
    return target.type == "atom_expr" or (node.children[1].type == "operator" and node.children[1].value != "=")
