"""Deterministic stand-ins for the completion endpoints of four providers."""

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.registry import ENDPOINTS, simulate

__all__ = ["ENDPOINTS", "Answer", "simulate"]
