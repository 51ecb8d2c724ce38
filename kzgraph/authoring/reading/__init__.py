"""What authors and articles write, read as plain values: times, amounts and rows of fields."""
