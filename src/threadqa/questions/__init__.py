"""What a question asks for: its words, their weights, the kind of answer it expects."""
