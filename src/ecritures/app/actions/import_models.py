"""Store import models, and try them on small files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ecritures.app.idempotency import answer_once
from ecritures.app.views.import_models import stored_model_document, tried_view
from ecritures.formats.layouts.loading import load_model
from ecritures.formats.layouts.preview import try_model
from ecritures.imports.submission.import_models import checked_model, find_model, record_model

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

    from ecritures.app.idempotency import Answer, IdempotentRequest
    from ecritures.app.views.import_models import ModelDocument, TriedView
    from ecritures.core.sentences import Language
    from ecritures.database import Database
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.imports.dependencies import Dependencies


@dataclass(frozen=True, slots=True)
class Trial:
    """A model and the text of a small file to try it on.

    Attributes:
        content: The text of the file.
        model: A model by its name, when there is no document.
        document: The model itself.
    """

    content: str
    model: str | None = None
    document: dict[str, Any] | None = None


def add_model(
    database: Database,
    domain_id: int,
    document: Any,  # noqa: ANN401 - any document
    idempotent: IdempotentRequest | None = None,
    check: Callable[[Any], ImportModel] = checked_model,
) -> Answer[ModelDocument]:
    """Check a document, run its samples, and store it as the next version of its model.

    Args:
        database: Where models are stored.
        domain_id: The firm.
        document: The model.
        idempotent: Identifies the request when it carries a key.
        check: Calls `checked_model`, elsewhere perhaps.

    Raises:
        ModelRefusedError: It is not a model, or a sample does not give what it should.
    """

    def record(connection: sa.Connection, model: ImportModel) -> ModelDocument:
        now = database.clock.now()
        return stored_model_document(record_model(connection, domain_id, model, now))

    return answer_once(database, idempotent, lambda: check(document), record)


def try_import_model(
    deps: Dependencies,
    domain_id: int,
    trial: Trial,
    language: Language,
    idempotent: IdempotentRequest | None = None,
) -> Answer[TriedView]:
    """Read a small file with a model; nothing but the answer is stored.

    Raises:
        ModelRefusedError: The document is not a model.
        NotFoundError: The domain has no such model.
        ReaderDiedError: Reading takes too much memory or time.
    """

    def read() -> TriedView:
        named = trial.document is None
        model = find_model(deps.database, domain_id, trial.model or "").model if named else None
        return deps.preview(read_trial, trial, model, language)

    return answer_once(deps.database, idempotent, read, lambda _connection, view: view)


def read_trial(trial: Trial, model: ImportModel | None, language: Language) -> TriedView:
    """Read the text of a trial with a model, or with its own document: for a child process.

    Raises:
        ModelRefusedError: The document is not a model.
    """
    model = model or load_model(trial.document)
    with TemporaryDirectory(prefix="ecritures-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(trial.content.encode(errors="replace"))
        return tried_view(try_model(model, path), language)
