"""A section of the options."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Options that belong together; `Settings` is made of all sections, and alone is ever filled."""

    model_config = ConfigDict(defer_build=True)
