"""Who is who: domains (accounting firms), their dossiers, their keys."""
