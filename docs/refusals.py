"""Which codes each operation of the API may refuse with, followed through the source.

A function may refuse with what it raises, and with what the functions that it names may. A method
is taken for named where its class and its name are, be it in two places: that may find a little
too much. What the service does around every operation is added.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from error_codes import SOURCE, error_classes, error_codes, made_in
from fastapi.routing import APIRoute

from ecritures.reading.loop_request import CODES
from ecritures.rules.catalogue import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import FastAPI

Node = tuple[str, str]
"""A module, and what is defined in it."""
AROUND = (
    *("api.http.failures", "api.http.middleware", "api.http.rate_limit"),
    "imports.execution.infrastructure_errors",
)
"""What the service does around every operation."""
ASKED = [("api.http.app_state", "AuthenticatedRoute")]
"""What every operation begins with."""
BESIDE = "sources."
"""What imports do, after the answer."""
NOT_OF_THE_API = ("cli.", "web.", "worker.")
NOT_OF_A_ROUTE = {"route-unknown", "method-not-allowed"}
_PACKAGE = "ecritures"
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_ALWAYS = ("__init__", "__post_init__", "__enter__", "__exit__", "__call__", "get_route_handler")


class Source:
    """The functions, classes and values of the package, and what each names."""

    def __init__(self) -> None:
        self._defined: dict[Node, ast.AST] = {}
        self._imported: dict[str, dict[str, Node]] = {}
        self._errors = error_classes()
        self._methods: dict[Node, list[str]] = defaultdict(list)
        self._trees: dict[str, ast.Module] = {}
        for path in sorted(SOURCE.rglob("*.py")):
            module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
            self._trees[module.removesuffix(".__init__")] = ast.parse(path.read_text("utf-8"))
        for module, tree in self._trees.items():
            self._define(module, tree)

    def _define(self, module: str, tree: ast.Module) -> None:
        for node in tree.body:
            if isinstance(node, _FUNCTION):
                self._defined[module, node.name] = node
            elif isinstance(node, ast.ClassDef):
                self._define_class(module, node)
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                self._define_values(module, node)
        names = self._imported[module] = {}
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom):
                continue
            if (node.module or "").startswith(_PACKAGE):
                of = (node.module or "").removeprefix(_PACKAGE).removeprefix(".")
                for one in node.names:
                    names[one.asname or one.name] = (of, one.name)

    def _define_values(self, module: str, node: ast.Assign | ast.AnnAssign) -> None:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name) and node.value:
                self._defined[module, target.id] = node.value

    def _define_class(self, module: str, node: ast.ClassDef) -> None:
        methods = [one for one in node.body if isinstance(one, _FUNCTION)]
        rest = [one for one in node.body if one not in methods]
        self._defined[module, node.name] = ast.Module([*rest, *map(ast.Expr, node.bases)], [])
        for method in methods:
            self._defined[module, f"{node.name}.{method.name}"] = method
            self._methods[module, node.name].append(method.name)

    def reached(self, starts: Iterable[Node]) -> set[Node]:
        """Return all that some functions name, and what that names in turn."""
        found: set[Node] = set()
        names: set[str] = set(_ALWAYS)
        waiting = list(starts)
        while waiting:
            while waiting:
                node = waiting.pop()
                is_ours = node in self._defined and not node[0].startswith(BESIDE)
                if node not in found and is_ours:
                    found.add(node)
                    more, attributes = self._named(node)
                    waiting += more
                    names |= attributes
            waiting = [
                (module, f"{name}.{method}")
                for module, name in found
                for method in self._methods.get((module, name), ())
                if method in names and (module, f"{name}.{method}") not in found
            ]
        return found

    @cache  # noqa: B019 - there is one
    def _named(self, node: Node) -> tuple[list[Node], set[str]]:
        """Return what a definition names, and the names of attributes in it."""
        module = node[0]
        found, attributes = [], set()
        for one in ast.walk(self._defined[node]):
            if isinstance(one, ast.Name):
                found.append(self._imported[module].get(one.id, (module, one.id)))
            elif isinstance(one, ast.Attribute):
                attributes.add(one.attr)
                of, name = "", ""
                if isinstance(one.value, ast.Name):
                    of, name = self._imported[module].get(one.value.id, ("", ""))
                if name:
                    found.append((f"{of}.{name}".removeprefix("."), one.attr))
        return found, attributes

    def codes_in(self, nodes: Iterable[Node]) -> set[str]:
        """Return the codes of the errors that are made there."""
        by_module: dict[str, set[str]] = defaultdict(set)
        for module, name in nodes:
            by_module[module].add(name)
        return {
            code
            for module, names in by_module.items()
            for owner, code, _ in self._made(module)
            if owner in names
        }

    def sentences_in(self, module: str) -> dict[str, tuple[str, str]]:
        """Return the codes of the errors that are made in a module, with their sentences."""
        return {code: sentence for _, code, sentence in self._made(module)}

    def sentences(self) -> dict[str, tuple[str, str]]:
        """Return the sentences of all codes that the API may say."""
        modules = (one for one in self._trees if not one.startswith(NOT_OF_THE_API))
        return {
            code: said for module in modules for code, said in self.sentences_in(module).items()
        }

    @cache  # noqa: B019 - there is one
    def _made(self, module: str) -> list[tuple[str, str, tuple[str, str]]]:
        """Return the codes of a module, each with what it is made in and its sentences."""
        tree = self._trees[module]
        owners = {
            id(one): name
            for (of, name), node in self._defined.items()
            if of == module
            for one in ast.walk(node)
        }
        found = made_in(tree, self._errors)
        return [(owners.get(id(call), ""), code, said) for call, _, code, _, said in found]


def refusals(app: FastAPI) -> dict[str, object]:
    """Return what the description of the API says of refusals.

    Returns:
        `sentences`: code → in French and in English; `operations`: name → HTTP status → codes.
    """
    known, source = error_codes(), Source()
    around = {code for module in AROUND for code in source.sentences_in(module)} - NOT_OF_A_ROUTE
    operations = {}
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            start = route.endpoint.__module__.removeprefix(f"{_PACKAGE}.")
            own = start, route.endpoint.__qualname__.partition(".")[0]
            reached = source.reached([*ASKED, own])
            by_status: dict[str, list[str]] = defaultdict(list)
            for code in sorted(around | source.codes_in(reached)):
                for status in known[code].statuses:
                    by_status[str(status)].append(code)
            operations[route.operation_id or route.name] = dict(sorted(by_status.items()))
    operations["importJson"]["422"] = sorted({*operations["importJson"]["422"], *CODES.values()})
    named = {code for one in operations.values() for codes in one.values() for code in codes}
    said = {code: (RULES[rule].fr, RULES[rule].en) for rule, code in CODES.items()}
    said |= source.sentences()
    sentences = {code: said[code] for code in sorted(named)}
    return {"sentences": sentences, "operations": dict(sorted(operations.items()))}
