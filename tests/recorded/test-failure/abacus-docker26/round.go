package abacus

// Round to the next ten.
func Round(n int) int { return n / 10 * 10 }
