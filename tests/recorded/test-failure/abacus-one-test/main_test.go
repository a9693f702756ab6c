package main

import "testing"

func TestSum(t *testing.T) {
	if got := sum(2, 3); got != 5 {
		t.Errorf("sum(2, 3) = %d, want 5", got)
	}
}
