"""What people who write knowledge use: lint, tests, calibration, simulated dialogues, new packs, generated pages."""
