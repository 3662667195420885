"""The domain of a key, on the product's own API."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, StrictStr

from ecritures.api.http.app_state import (
    AdministeringCaller,
    AuthenticatedRoute,
    CurrentState,
    ReadingCaller,
)
from ecritures.api.http.idempotency import IdempotencyKey, identify, respond
from ecritures.api.http.problems import problem_responses
from ecritures.api.v1.policies import PolicyDefaults
from ecritures.app.actions.domains import change_domain
from ecritures.app.queries import find_domain
from ecritures.app.views.domains import DomainView, domain_view

router = APIRouter(prefix="/v1/domains", tags=["Domains"], route_class=AuthenticatedRoute)

DomainCode = Annotated[str, Path(description="Code du domaine de la clé.")]


class DomainChanges(BaseModel):
    """What to change; what is not named stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: StrictStr | None = Field(
        None, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["Cabinet Un"]
    )
    policies: PolicyDefaults = Field(
        default_factory=PolicyDefaults,
        description="Les choix pour tous ses imports ; null : celui du produit à nouveau.",
    )


@router.get(
    "/{code}",
    operation_id="getDomain",
    summary="Montrer son domaine",
    description="Ses règles et ses choix pour les imports.",
    responses=problem_responses(401, 403, 404, 422, 429),
)
def get_one(state: CurrentState, caller: ReadingCaller, code: DomainCode) -> DomainView:
    """Show the domain of the key."""
    return domain_view(find_domain(state.database, caller, code))


@router.patch(
    "/{code}",
    operation_id="changeDomain",
    summary="Changer son domaine",
    description="Avec une clé de tout le domaine.",
    response_model=DomainView,
    responses=problem_responses(400, 401, 403, 404, 409, 413, 422, 429),
)
def change(
    state: CurrentState,
    caller: AdministeringCaller,
    code: DomainCode,
    wanted: DomainChanges,
    key: IdempotencyKey = None,
) -> Response:
    """Choose policies for the imports of the domain, or its name."""
    find_domain(state.database, caller, code)
    content = f"{router.prefix}/{code}", wanted.model_dump_json(exclude_unset=True)
    idempotent = identify(state.settings, caller, key, *content)
    policies = wanted.policies.given()
    return respond(change_domain(state.database, caller, policies, wanted.name, idempotent))
