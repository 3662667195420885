"""The theme and the language that a browser remembers."""

from fastapi import APIRouter, Response

from ecritures.web.guard import Form, SignedInRoute, see
from ecritures.web.local_paths import local_path
from ecritures.web.rendering import LANGUAGE_COOKIE, THEME_COOKIE, THEMES

router = APIRouter(route_class=SignedInRoute)
YEAR_SECONDS = 31_536_000


@router.post("/preferences")
def choose(form: Form) -> Response:
    """Remember the theme or the language, and go back."""
    answer = see(local_path(form.get("next", "")))
    for name, known in ((THEME_COOKIE, THEMES), (LANGUAGE_COOKIE, ("fr", "en"))):
        value = form.get(name, "")
        if value in known:
            answer.set_cookie(name, value, YEAR_SECONDS, samesite="lax", httponly=True)
    return answer
