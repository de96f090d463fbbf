"""Do the descriptions lead to the right tool: cases, a lexical selector, and what came of them."""
