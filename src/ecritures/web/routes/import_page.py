"""The page of one import."""

from fastapi import APIRouter

from ecritures.web.guard import SignedInRoute

router = APIRouter(route_class=SignedInRoute)
