"""Measures the product against a small reference application; prints ratios, never verdicts."""
