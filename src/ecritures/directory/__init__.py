"""Domains (accounting firms), their dossiers, fiscal years, API keys and import models."""
