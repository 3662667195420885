"""The editor of import models: its form as the document of a model, and back."""
