"""Whether posts say what a sentence says: rules that admit no exception, and a fitted model."""
