"""A command whose options have one value each, but for those that may be repeated."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from typer.core import TyperCommand

from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from typer._click.core import Context


class SingleValuesCommand(TyperCommand):
    """A command that refuses an option given twice: the parser would follow the last one."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse the arguments of the command.

        Raises:
            RefusedRequestError: An option is given twice.
        """
        _, _, given = self.make_parser(ctx).parse_args(list(args))
        for param, times in Counter(given).items():
            takes_one = not getattr(param, "multiple", False) and not getattr(
                param, "is_flag", False
            )
            if times > 1 and takes_one and param.param_type_name == "option":
                raise _given_twice(param.opts[0])
        return super().parse_args(ctx, args)


def _given_twice(option: str) -> RefusedRequestError:
    return RefusedRequestError(
        "policies-contradict",
        f"{option} est donné plusieurs fois, et ne peut avoir qu'une valeur : gardez-en une.",
        f"{option} is given more than once, and can have one value only: keep one.",
    )
