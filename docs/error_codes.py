"""The error codes of the product, collected from the source: what `errors.md` lists."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import ecritures
from ecritures.api.http.failures import HTTP_SENTENCES, status_of
from ecritures.cli.app import exit_code
from ecritures.core.errors import EcrituresError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SOURCE = Path(__file__).parents[1] / "src" / "ecritures"
SENTENCE = "Sentence"
REFUSAL = "refusal"
"""`refusal(status, code, fr, en)`: the only maker of errors that begins with an HTTP status."""
SENTENCE_ARGUMENTS = 3
"""`code`, `fr`, `en`."""

_Wrapper: TypeAlias = tuple[str, int, tuple[str, str] | None]


@dataclass(slots=True)
class ErrorCode:
    """One code, with all that is said under it."""

    statuses: set[int] = field(default_factory=set)
    exit_codes: set[int] = field(default_factory=set)
    sentences: list[tuple[str, str]] = field(default_factory=list)


def error_codes() -> dict[str, ErrorCode]:
    """Return every code with its HTTP statuses, exit codes and sentences."""
    classes = error_classes()
    found: dict[str, ErrorCode] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for _, maker, code, status, sentence in made_in(tree, classes):
            entry = found.setdefault(code, ErrorCode())
            if sentence not in entry.sentences:
                entry.sentences.append(sentence)
            if status:
                entry.statuses.add(status)
            if maker in classes:
                _add_numbers(entry, classes[maker], path.relative_to(SOURCE).parts[0])
    for status, code in _http_sentences():
        found[code].statuses.add(status)
    return dict(sorted(found.items()))


def error_classes() -> dict[str, type[EcrituresError]]:
    """Return the classes of errors by their names."""
    for module in pkgutil.walk_packages(ecritures.__path__, "ecritures."):
        if not module.name.startswith(("ecritures.__main__", "ecritures.database.migrations.")):
            importlib.import_module(module.name)
    found: set[type[EcrituresError]] = {EcrituresError}
    waiting: list[type[EcrituresError]] = [EcrituresError]
    while waiting:
        children = waiting.pop().__subclasses__()
        found.update(children)
        waiting += children
    return {one.__name__: one for one in found}


def _add_numbers(entry: ErrorCode, kind: type[EcrituresError], package: str) -> None:
    error = kind.__new__(kind)
    if package != "cli" and (status := status_of(error)):
        entry.statuses.add(status)
    if package != "api":
        entry.exit_codes.add(exit_code(error))


def _http_sentences() -> Iterator[tuple[int, str]]:
    for status, sentence in HTTP_SENTENCES.items():
        yield status, sentence.code


def made_in(
    tree: ast.Module, errors: Mapping[str, type[EcrituresError]]
) -> Iterator[tuple[ast.Call, str, str, int, tuple[str, str]]]:
    """Yield call, maker, code, HTTP status (0: unknown) and both sentences of literal errors."""
    wrappers = dict(_wrappers(tree))
    classes = {
        child: node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        if name in wrappers:
            maker, place, sentence = wrappers[name]
            code = node.args[place]
            sentence = sentence or (_text(node.args[1]), _text(node.args[2]))
            if isinstance(code, ast.Constant):
                yield node, maker, str(code.value), 0, sentence
            continue
        of_base = name == "__init__"  # called by the class of an error, with what all have
        name = classes.get(node, name) if of_base else name
        if name not in {SENTENCE, REFUSAL, *errors}:
            continue
        status = node.args[0] if name == REFUSAL and node.args else None
        place = 0 if of_base or name not in errors else _place_of_code(errors[name])
        arguments = node.args[1 if status else place :]
        if len(arguments) < SENTENCE_ARGUMENTS or not isinstance(arguments[0], ast.Constant):
            continue
        number = status.value if isinstance(status, ast.Constant) else 0
        sentence = (_text(arguments[1]), _text(arguments[2]))
        yield node, name, str(arguments[0].value), int(str(number)), sentence


def _place_of_code(kind: type[EcrituresError]) -> int:
    """Return which of the arguments of an error is its code."""
    names = [*inspect.signature(kind).parameters]
    return names.index("code") if "code" in names else 0


def _wrappers(tree: ast.Module) -> Iterator[tuple[str, _Wrapper]]:
    """Yield the functions with a parameter `code` that raise an error with it.

    Each with the class of the error, the place of `code` among its arguments, and the sentences
    if they are its own; otherwise they are its arguments `fr` and `en`.
    """
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        names = [one.arg for one in function.args.args]
        for node in ast.walk(function) if "code" in names else ():
            if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith("Error"):
                continue
            if len(node.args) >= SENTENCE_ARGUMENTS and ast.unparse(node.args[0]) == "code":
                sentence = (_text(node.args[1]), _text(node.args[2]))
                own = None if isinstance(node.args[1], ast.Name) else sentence
                yield function.name, (ast.unparse(node.func), names.index("code"), own)


def _text(node: ast.expr) -> str:
    """Return a sentence as it is written, with `{…}` for what is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(one) for one in node.values)
    if isinstance(node, ast.BinOp):
        return _text(node.left) + _text(node.right)
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name):
        return f"{{{node.value.id}}}"
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Attribute):
        return f"{{{node.value.attr}}}"
    return "{…}"
