"""`ecritures model`: the import models, which describe files that are not FECs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecritures.cli.support.connect import open_domain
from ecritures.cli.support.exit_codes import CLEAN, FOUND
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table
from ecritures.core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecritures.app.views.import_models import TriedView
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.guess import Guess
    from ecritures.imports.submission.import_models import NamedModel
    from ecritures.reading.check import Report

app = typer.Typer(
    help=say(
        "Les modèles d'import : comment lire un fichier qui n'est pas un FEC.",
        "Import models: how to read a file that is not a FEC.",
    ),
)
Model = Annotated[
    str,
    typer.Argument(metavar="NAME_OR_FILE", help=say("Un modèle.", "A model.")),
]
Version = Annotated[
    int | None, typer.Option(help=say("Une version ancienne.", "An earlier version."))
]
Domain = Annotated[
    str | None,
    typer.Option(
        "--domain",
        help=say(
            "Domaine dont c'est un modèle ; sinon, un modèle livré.",
            "Domain of the model (a built-in model by default).",
        ),
    ),
]
LINES_SHOWN = 20
_COLUMNS = (
    *("line", "journal_code", "entry_number", "entry_date", "account_number"),
    *("third_party_number", "piece_ref", "label", "debit_cents", "credit_cents"),
)


@app.command(
    "list",
    help=say("Donne les modèles.", "Lists the models."),
    epilog=example("ecritures model list --domain CABINET1"),
)
def list_all(domain: Domain = None, as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE) -> None:
    """List the built-in models, and those of a domain."""
    from ecritures.app.views.import_models import model_view

    out = Output(as_json, lang)
    found = _models(domain)
    head = (out.say("Nom", "Name"), "Version", out.say("Titre", "Title"))
    built_in = out.say("livré", "built in")
    out.show(
        [model_view(one) for one in found],
        lambda: table(head, [(m.name, m.version or built_in, m.model.title) for m in found]),
    )


@app.command(
    "show",
    help=say("Montre un modèle.", "Shows a model."),
    epilog=example("ecritures model show quadra"),
)
def show(
    model: Model,
    domain: Domain = None,
    version: Version = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Show a model: its title, its description, and its document."""
    from ecritures.app.views.import_models import model_document

    out = Output(as_json, lang)
    found = _find(model, domain, version)
    document = model_document(found)
    out.show(
        document, lambda: [found.model.title, found.model.description, "", _yaml(found.document)]
    )


@app.command(
    "export",
    help=say("Écrit un modèle dans un fichier.", "Writes a model to a file."),
    epilog=example("ecritures model export quadra -o mon-quadra.yaml"),
)
def export(
    model: Model,
    output: Annotated[Path, typer.Option("-o", "--output", help=say("Le fichier.", "The file."))],
    domain: Domain = None,
    version: Version = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Write a model to a YAML file, or to a JSON file when its name ends in `.json`."""
    from ecritures.app.views.import_models import model_view

    out = Output(as_json, lang)
    found = _find(model, domain, version)
    in_json = output.suffix.lower() == ".json"
    text = json.dumps(found.document, ensure_ascii=False, indent=2) if in_json else None
    output.write_text(text or _yaml(found.document), "utf-8")
    out.show(
        {**model_view(found), "file": str(output)},
        lambda: [out.say(f"{found.name} écrit dans {output}.", f"{found.name} written: {output}.")],
    )


@app.command(
    "add",
    help=say(
        "Enregistre un modèle dans un domaine, après avoir essayé ses exemples.",
        "Stores a model in a domain, after trying its samples.",
    ),
    epilog=example("ecritures model add mon-modele.yaml --domain CABINET1"),
)
def add(
    file: Annotated[Path, typer.Argument(help=say("Le modèle.", "The model."))],
    domain: Annotated[str, typer.Option("--domain", help=say("Le domaine.", "The domain."))],
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Store a model: a new one, or the next version of one."""
    from ecritures.app.actions.import_models import add_model
    from ecritures.formats.layouts.loading import document_of

    out = Output(as_json, lang)
    document = document_of(model_from_file(file))
    database, owner = open_domain(domain)
    stored = add_model(database, owner.id, document).view
    name, version = stored["name"], stored["version"]
    out.show(
        {**stored, "domain": domain},
        lambda: [
            out.say(
                f"Modèle {name}, version {version}, enregistré dans {domain}.",
                f"Model {name}, version {version}, stored in {domain}.",
            )
        ],
    )


@app.command(
    "try",
    help=say(
        "Montre ce qu'un modèle fait d'un fichier : lignes, anomalies, provenance des valeurs.",
        "Shows what a model makes of a file: lines, anomalies, where each value comes from.",
    ),
    epilog=example("ecritures model try quadra ecritures.txt"),
)
def try_out(
    model: Model,
    file: Annotated[Path, typer.Argument(help=say("Le fichier.", "The file."))],
    domain: Domain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> int:
    """Read a file with a model, and store nothing."""
    from ecritures.app.views.import_models import tried_view
    from ecritures.cli.support.checking import require_readable
    from ecritures.formats.layouts.preview import check_samples, try_model

    out = Output(as_json, lang)
    require_readable(file)
    found = _find(model, domain)
    check_samples(found.model)
    view = tried_view(try_model(found.model, file), out.language)
    out.show(view, lambda: _tried_for_people(view, out))
    return FOUND if view["anomalyCounts"] else CLEAN


@app.command(
    "guess",
    help=say(
        "Propose un modèle pour un fichier, à relire et à enregistrer ensuite.",
        "Proposes a model for a file, to be reviewed and then stored.",
    ),
    epilog=example("ecritures model guess ecritures.csv > mon-modele.yaml"),
)
def guess(
    file: Annotated[Path, typer.Argument(help=say("Le fichier.", "The file."))],
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Propose a model for a file, with a confidence for each part."""
    from ecritures.cli.support.checking import opened, require_readable
    from ecritures.formats.layouts.guess import guess_model
    from ecritures.formats.layouts.loading import load_model
    from ecritures.reading.check import CheckOptions, check_file

    out = Output(as_json, lang)
    require_readable(file)
    with opened(file) as (path, name):
        proposed = guess_model(path, name)
        reading = check_file(path, CheckOptions(model=load_model(proposed.document)))
    for note in _notes(proposed, reading, out):
        out.note(note)
    shape = {
        "document": proposed.document,
        "confidence": proposed.confidence,
        "doubts": [out.say(*doubt) for doubt in proposed.doubts],
        "reading": {
            "lines": reading.lines,
            "entries": reading.entries,
            "debitCents": reading.debit_cents if reading.has_amounts else None,
            "creditCents": reading.credit_cents if reading.has_amounts else None,
            "importable": reading.importable,
        },
    }
    out.show(shape, lambda: [_yaml(proposed.document)])


def _notes(proposed: Guess, reading: Report, out: Output) -> Iterator[str]:
    """Say how sure each part is, what could be otherwise, and what the draft makes of the file."""
    from ecritures.formats.layouts.guess.words import SHOWN
    from ecritures.reports.words import totals_text

    for part, confidence in proposed.confidence.items():
        shown = SHOWN.get(part.removeprefix("fields."))
        called = f"  ({out.say(*shown)})" if shown else ""
        yield f"{confidence:4.0%}  {part}{called}"
    for doubt in proposed.doubts:
        yield out.say(*doubt)
    summary = reading.summary()
    yield out.say(
        f"Lu par ce modèle : {totals_text(summary, 'fr')}.",
        f"Read with this model: {totals_text(summary, 'en')}.",
    )
    if not reading.importable:
        codes = ", ".join(code for code in reading.anomalies.counts if reading.policy.blocks(code))
        yield out.say(
            f"Le modèle est à corriger : il laisse des anomalies bloquantes ({codes}).",
            f"The model must be corrected: blocking anomalies remain ({codes}).",
        )


def model_from_file(path: Path) -> ImportModel:
    """Read a model from a file.

    Raises:
        SourceError: The file cannot be read.
        ModelRefusedError: It is not a model.
    """
    from ecritures.cli.support.checking import require_readable
    from ecritures.formats.layouts.loading import read_model

    require_readable(path)
    return read_model(path)


def looks_like_file(name: str) -> bool:
    """Return whether a name is that of a file."""
    return Path(name).suffix.lower() in {".yaml", ".yml", ".json"} or Path(name).is_file()


def named_model(name: str, domain: str | None = None) -> ImportModel:
    """Return a model from a file or by its name; without a domain, no database is needed.

    Raises:
        NotFoundError: There is none.
    """
    from ecritures.formats.layouts.builtin import builtin_model, builtin_names

    if looks_like_file(name):
        return model_from_file(Path(name))
    if domain is not None:
        return _find(name, domain).model
    if found := builtin_model(name):
        return found
    names = ", ".join(builtin_names())
    raise NotFoundError(
        "model-unknown",
        f"Le modèle {name} n'est ni un fichier ni un modèle livré ({names}) ; "
        "un modèle d'un domaine se prend avec --domain.",
        f"Model {name} is neither a file nor a built-in model ({names}); "
        "for a model of a domain, add --domain.",
    )


def _models(domain: str | None) -> list[NamedModel]:
    from ecritures.imports.submission.import_models import list_built_in, list_models

    if domain is None:
        return list_built_in()
    database, owner = open_domain(domain)
    return list_models(database, owner.id)


def _find(name: str, domain: str | None, version: int | None = None) -> NamedModel:
    from ecritures.formats.layouts.loading import document_of
    from ecritures.imports.submission.import_models import NamedModel, find_model

    if domain is None:
        model = named_model(name)
        return NamedModel(model.name, None, model, document_of(model))
    database, owner = open_domain(domain)
    return find_model(database, owner.id, name, version)


def _yaml(document: dict[str, Any]) -> str:
    from ecritures.formats.layouts.loading import yaml_text

    return yaml_text(document)


def _tried_for_people(view: TriedView, out: Output) -> Iterable[str]:
    from ecritures.core.amounts import counted

    rows = [[row[name] for name in _COLUMNS] for row in view["lines"][:LINES_SHOWN]]
    yield from table(_COLUMNS, rows)
    yield ""
    yield from table(
        (out.say("Champ", "Field"), out.say("Vient de", "Comes from")), view["sources"].items()
    )
    yield ""
    for anomaly in view["anomalies"][:LINES_SHOWN]:
        place = f"{out.say('ligne', 'line')} {anomaly['line']}"
        yield f"{anomaly['code']}  {place}  {anomaly['message']}"
    total = sum(view["anomalyCounts"].values())
    yield out.say(
        f"{counted(total, 'anomalie', 'anomalies')} de lecture.",
        f"{counted(total, 'reading anomaly', 'reading anomalies', 'en')}.",
    )
