"""`ecritures serve --sandbox`: a firm to try a client with, and outcomes that it can force."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ecritures.cli.support.connect import open_database, open_settings
from ecritures.cli.support.sample_firm import DOSSIER, SampleFirm, keep_key, prepare_firm
from ecritures.core.errors import ConflictError
from ecritures.core.rights import Right
from ecritures.sandbox.outcomes import BY_DOSSIER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.cli.support.output import Output
    from ecritures.config.settings import Settings

KEY_FILE = "sandbox-key"
DOSSIERS = {DOSSIER: "Atelier Lumen", "CEGID004": "Boulangerie Martin"}
FIRM = SampleFirm(
    "BACASABLE",
    "Cabinet du bac à sable",
    DOSSIERS | {code: forced.outcome.meaning for code, forced in BY_DOSSIER.items()},
    policies={"otherCompany": "allow"},  # a client is tried with the files it has
)
A_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class SandboxKeys:
    """The keys of a sandbox: one that may do everything, one that is refused almost everything."""

    whole: str
    limited: str


def sandbox_settings(
    folder: ExitStack, host: str | None, port: int | None, data_dir: Path | None
) -> Settings:
    """Return the settings of a sandbox, which never uses the database or the storage of others.

    Without a data folder, it has one of its own, which `folder` removes.

    Raises:
        ConflictError: The data folder holds something else than a sandbox.
    """
    if data_dir and data_dir.is_dir() and not (data_dir / KEY_FILE).exists():
        _check_empty(data_dir)
    made = data_dir or Path(folder.enter_context(TemporaryDirectory(prefix="ecritures-sandbox-")))
    return open_settings(
        host=host,
        port=port,
        data_dir=made,
        database_url="",
        storage_url="",
        allow_private_addresses=True,
        absent_grace_seconds=A_DAY_SECONDS,
    )


def prepare_sandbox(settings: Settings) -> SandboxKeys:
    """Create the firm of a sandbox with its keys."""
    from ecritures.directory.keys import NewKey

    folder = settings.data_dir
    database = open_database(settings, upgrades=True)
    try:
        domain = prepare_firm(database, FIRM)
        return SandboxKeys(
            keep_key(database, domain, folder / KEY_FILE, NewKey(name="Bac à sable")),
            keep_key(
                *(database, domain, folder / "sandbox-limited-key"),
                NewKey([DOSSIER], [Right.READ], f"Bac à sable : lire {DOSSIER}"),
            ),
        )
    finally:
        database.close()


def _check_empty(folder: Path) -> None:
    if any(folder.iterdir()):
        raise ConflictError(
            "sandbox-folder-refused",
            f"Le dossier {folder} n'est ni vide, ni celui d'un bac à sable : donnez un autre"
            " --data-dir, ou aucun.",
            f"Folder {folder} is neither empty nor that of a sandbox: give another --data-dir, or"
            " none.",
        )


def announce_sandbox(out: Output, address: str, keys: SandboxKeys) -> None:
    """Show what a client needs to be pointed at the sandbox."""
    shown: dict[str, Any] = {
        "address": address,
        "loopAddress": f"{address}/loop-api-publiques",
        "apiKey": keys.whole,
        "limitedKey": keys.limited,
        "dossiers": list(DOSSIERS),
        "outcomes": {forced.name: code for code, forced in BY_DOSSIER.items()},
    }
    out.show(shown, lambda: _for_people(out, shown))


def _for_people(out: Output, shown: dict[str, Any]) -> Iterator[str]:
    yield out.say(
        f"Bac à sable sur {shown['address']} : rien n'y est vrai, tout y est effaçable.",
        f"Sandbox on {shown['address']}: nothing in it is real.",
    )
    yield f"{out.say('Clé', 'Key')} :  {shown['apiKey']}"
    yield out.say(
        f"Clé qui ne peut que lire {DOSSIER} :  {shown['limitedKey']}",
        f"Key that may only read {DOSSIER}:  {shown['limitedKey']}",
    )
    yield f"Dossiers :  {', '.join(shown['dossiers'])}"
    yield out.say(
        "Pour forcer un résultat : l'en-tête X-Sandbox-Outcome, ou le dossier de ce code.",
        "To force an outcome: the header X-Sandbox-Outcome, or the dossier of that code.",
    )
    for code, forced in BY_DOSSIER.items():
        yield f"  {forced.name:<10}  {code:<10}  {forced.outcome.meaning}"
