"""Where people and rights stand, and who may open the page: administrators, and all others who confirm."""

from typing import Annotated, Final

from fastapi import Depends

from api_gateway.http.sessions import Visitor, visitor_with
from api_gateway.pages.places import CONFIRMING
from api_gateway.services.roles_given import CONFIRMERS

ROLES_PAGE: Final = CONFIRMING
ConfirmingVisitor = Annotated[Visitor, Depends(visitor_with(*CONFIRMERS))]
