"""Invented tools and the requests that need them."""
from .families import family_task
from .invented import invented_task
from .task import Task
