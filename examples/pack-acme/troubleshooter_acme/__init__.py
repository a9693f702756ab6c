"""Knowledge of Acme: data only."""
