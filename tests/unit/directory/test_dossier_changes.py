"""A dossier changes: its name, SIREN, establishments and policies."""

from __future__ import annotations

import pytest

from ecritures.core.errors import NotFoundError, RefusedRequestError
from ecritures.directory.domains import change_domain
from ecritures.directory.dossier_changes import DossierChanges, change_dossier
from ecritures.directory.dossiers import get_dossier

OTHER_SIRET = "07955542100035"


@pytest.fixture
def change(database, domain, dossier):
    """Change the dossier, and return it as it is read afterwards."""

    def change(*fields, code=dossier.code, **named):
        with database.write() as connection:
            _, changed = change_dossier(connection, domain, code, DossierChanges(*fields, **named))
        assert get_dossier(database, domain.id, code) == changed
        return changed

    return change


def test_what_is_not_named_stays(change, dossier):
    assert change() == dossier
    assert change(name="Manon").name == "Manon"
    assert change(sirets=[OTHER_SIRET, *dossier.sirets]).sirets == (OTHER_SIRET, *dossier.sirets)
    assert change(sirets=[]).sirets == ()
    assert change(siren="552100554").siren == "552100554"
    assert change().name == "Manon"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"siren": "123456789"}, "siren-invalid"),
        ({"siren": "552100554"}, "siret-invalid"),  # the establishments are of another company
        ({"sirets": [OTHER_SIRET, OTHER_SIRET]}, "siret-twice"),
        ({"policies": {"mode": "replace"}}, "policy-not-a-default"),
        (
            {"policies": {"unbalanced": "suspense", "fileValidation": "binding"}},
            "policies-contradict",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(change, dossier, fields, code):
    with pytest.raises(RefusedRequestError) as refused:
        change(**fields)
    assert refused.value.sentence.code == code
    assert change() == dossier


def test_a_dossier_that_does_not_exist_is_not_changed(change):
    with pytest.raises(NotFoundError):
        change(code="INCONNU")


def test_policies_are_chosen_one_by_one_and_taken_back(change):
    assert change(policies={"openings": "allow"}).settings == {"openings": "allow"}
    both = {"openings": "allow", "differenceCents": 0}
    assert change(policies={"differenceCents": 0}).settings == both
    assert change(policies={"openings": None}).settings == {"differenceCents": 0}


def test_a_choice_that_contradicts_the_one_of_the_domain_is_refused(database, domain, dossier):
    suspense = DossierChanges(policies={"unbalanced": "suspense"})
    with database.write() as connection:
        changed = change_domain(connection, domain.code, {"fileValidation": "binding"}).after
        with pytest.raises(RefusedRequestError):
            change_dossier(connection, changed, dossier.code, suspense)
