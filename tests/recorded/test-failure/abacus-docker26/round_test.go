package abacus

import "testing"

func TestRound(t *testing.T) {
	if got := Round(17); got != 20 {
		t.Errorf("Round(17) = %d, want 20", got)
	}
}
