package parse

import "testing"

func TestCents(t *testing.T) {
	for _, c := range []struct {
		in   string
		want int
	}{{"1.20", 120}, {"0.05", 5}} {
		t.Run(c.in, func(t *testing.T) {
			if got := Cents(c.in); got != c.want {
				t.Fatalf("Cents(%q) = %d; want %d: permission denied is not what this says", c.in, got, c.want)
			}
		})
	}
}
