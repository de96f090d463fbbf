"""`toolreel audit`: what to ask a server (probes) and what its answers mean (oracles), all pure.

A phase plans probes from the tool definitions; the runner makes the calls and keeps observations;
an oracle reads observations and yields findings by the rules of `harness.audit.rules`.
"""
