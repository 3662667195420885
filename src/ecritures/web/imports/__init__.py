"""What the pages of imports need: their form, their progress, their anomalies, what to do next."""
