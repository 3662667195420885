"""Where in the text of a model an error is."""

from __future__ import annotations

import yaml


def line_of(text: str, path: str) -> int | None:
    """Return the line, from 1, of the deepest part of a path that a document has.

    Args:
        text: YAML or JSON that has been parsed before.
        path: As errors name it: `fields.entryDate.from`, `lines.0.debit`.
    """
    try:
        node = yaml.compose(text, yaml.CSafeLoader)
    except yaml.YAMLError:  # JSON may hold what YAML does not take
        return None
    line = None
    for part in path.split("."):
        found = _child(node, part)
        if found is None:
            break
        key, node = found
        line = int(key.start_mark.line) + 1
    return line


def _child(node: yaml.Node | None, part: str) -> tuple[yaml.Node, yaml.Node] | None:
    """Return where a child begins, and the child."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and part.isdecimal() and int(part) < len(node.value):
        child = node.value[int(part)]
        return child, child
    return None
