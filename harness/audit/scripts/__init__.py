"""What the provider of an audit answers: named scripts, in the dialect of the request.

script_names(dialect)                     # which there are
scripted_answer(name, request, dialect)   # the HTTP response, a stream when the request says so
sent_by(name, request)                    # what it says, in words of no dialect
document(name, request, dialect)          # the JSON document, also what a stream adds up to
"""

from harness.audit.scripts.answers import document, script, script_names, scripted_answer, sent_by
from harness.audit.scripts.said import Called, Said

__all__ = ["Called", "Said", "document", "script", "script_names", "scripted_answer", "sent_by"]
